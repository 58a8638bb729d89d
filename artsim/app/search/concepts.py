"""Concepts: taught from the marks of a search, and used as marks themselves."""

import streamlit as st

from artsim.app.search import marks
from artsim.app.shell import resources, state
from artsim.app.widgets import menu, permitted
from artsim.app.widgets.texts import advice, markdown, plain
from artsim.core.counts import count
from artsim.core.errors import ArtsimError
from artsim.people.roles import Action
from artsim.search.concept_store import Concept
from artsim.search.mark import Mark

_LEAST = 3
_MENU = "concepts_menu"
_SAID, _TAUGHT = "concept_said", "concept_taught"


def show(view: state.View) -> None:
    """The popover with the concepts of this collection and backbone, and the form for another."""
    opened = menu.popover("Concepts", _MENU, icon=":material/lightbulb:", on_change="rerun")
    if not opened.open:
        return
    with opened:
        said, wrong = st.session_state.pop(_SAID, ("", False))
        if said:
            (st.error if wrong else st.success)(markdown(said, 400))
        if said and not wrong:
            _offer()
        known = usable(view)
        for concept in known:
            _known(view, concept)
        if not known:
            st.caption("A concept is an idea that you name and teach by examples, such as winter.")
        _teach(view)


def usable(view: state.View) -> list[Concept]:
    """The concepts that were taught to the backbone as the collection is embedded with it."""
    library = resources.library()
    try:
        digest = library.column(view.collection, view.backbone).digest
        return [c for c in library.concepts(view.collection) if c.digest == digest]
    except ArtsimError:  # not embedded with it; the results say so
        return []


def _known(view: state.View, concept: Concept) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{markdown(concept.name, 60)}**", width="stretch")
        for sign, label in (("+", "Like"), ("-", "Unlike")):
            st.button(
                sign.replace("-", "−"),
                key=f"concept_{sign}_{concept.name}",
                help=f"{label} “{plain(concept.name, 60)}”",
                on_click=marks.put,
                args=(Mark(sign, concept=concept.name),),
            )
        st.download_button(
            "",
            concept.exported(),
            file_name=f"{concept.name}.json",
            mime="application/json",
            key=f"concept_file_{concept.name}",
            icon=":material/download:",
            help="Share it as a file",
        )
        st.button(
            "",
            key=f"concept_delete_{concept.name}",
            icon=":material/delete:",
            help=f"Delete “{plain(concept.name, 60)}”",
            on_click=_delete,
            args=(view, concept.name),
        )
    st.caption(_measured(concept))


def _measured(concept: Concept) -> str:
    examples = f"{count(len(concept.like), 'example')}"
    if concept.ap is None or concept.ap.value is None:
        return f"{examples}; six or more would show how well it is found."
    interval = concept.ap.ci95
    within = f" ({interval[0]:.2f} to {interval[1]:.2f})" if interval else ""
    chance = f", by chance {concept.chance:.2f}" if concept.chance is not None else ""
    return f"{examples}; average precision {concept.ap.value:.2f}{within}{chance}."


def _teach(view: state.View) -> None:
    found = marks.liked_works(view)
    liked, unliked = found["+"], found["-"]
    st.markdown("**Teach a concept**")
    st.caption(
        f"From your marks: {count(len(liked), 'work')} with it"
        + (f", {len(unliked):,} without." if unliked else ".")
        + (f" Mark {_LEAST} or more with + first." if len(liked) < _LEAST else "")
    )
    st.text_input("Its name", key="concept_name", max_chars=60, placeholder="winter")
    # Not grey while the name is empty: Streamlit sends the typed name only with the click.
    permitted.button(
        Action.TRAYS,
        "Teach it",
        view.collection,
        key="concept_teach",
        type="primary",
        disabled=len(liked) < _LEAST,
        on_click=_taught,
        args=(view, liked, unliked),
    )


def _offer() -> None:
    """After teaching: a button that searches with the new concept in place of its examples."""
    taught: Concept = st.session_state[_TAUGHT]
    examples = (*taught.like, *taught.unlike)
    st.button(
        "Search with it",
        key="concept_search",
        type="primary",
        icon=":material/search:",
        **menu.shuts(_MENU, lambda: marks.find_concept(taught.name, examples)),
    )


def _taught(view: state.View, liked: list[str], unliked: list[str]) -> None:
    name = str(st.session_state["concept_name"]).strip()
    if not name:
        st.session_state[_SAID] = ("Give it a name first.", True)
        return
    try:
        concept = resources.library().teach(
            view.collection, name, view.backbone, like=liked, unlike=unliked
        )
    except ArtsimError as error:
        st.session_state[_SAID] = (advice(error), True)
        return
    st.session_state["concept_name"] = ""
    st.session_state[_TAUGHT] = concept
    st.session_state[_SAID] = (f"“{name}” is taught: {_measured(concept)}", False)


def _delete(view: state.View, name: str) -> None:
    try:
        resources.library().delete_concept(view.collection, name, view.backbone)
    except ArtsimError as error:
        st.session_state[_SAID] = (advice(error), True)
