"""Why alike? Both pictures with the places that correspond, and what each part gives."""

import streamlit as st

from artsim.app.shell import resources, state
from artsim.app.widgets.texts import markdown, markup, plain
from artsim.core.errors import ArtsimError
from artsim.search.asked import marked
from artsim.search.query_item import Item

_ASKED = "why_alike"


def request(artwork_id: str) -> None:
    """Open the dialog about a result in the next run of the script."""
    st.session_state[_ASKED] = artwork_id


def show_requested(view: state.View) -> None:
    """Open the dialog that was asked for, once."""
    artwork_id = st.session_state.pop(_ASKED, None)
    if artwork_id is not None:
        _dialog(view, artwork_id)


@st.dialog("Why alike?", width="large")
def _dialog(view: state.View, artwork_id: str) -> None:
    library = resources.library()
    try:
        first, other = _first(view), Item(id=artwork_id)
        with st.spinner("Hiding one place after the other, to see what the likeness hangs on"):
            found = library.why(view.collection, view.backbone, first, other, view.metric)
            picture = library.why_picture(view.collection, found, first, other)
    except ArtsimError as error:
        st.error(markdown(error, 400), icon=":material/error:")
        return
    st.markdown(markdown(found.sentence, 600))
    st.image(picture, width="stretch", alt=plain(found.sentence, 600))
    st.caption(
        "Warm places are those on which the likeness hangs: hidden, the score falls most. Lines "
        "join places that look alike to the backbone."
        + (" The whole pictures are compared, not the detail alone." if first.box else "")
    )
    shares, looks = st.columns(2, gap="large")
    with shares:
        st.markdown(f"**What makes the score of {found.score:.3f}**")
        lines = "".join(
            f"<dt>{markup(part.name).capitalize()}</dt><dd>{part.share:+.3f}</dd>"
            for part in found.parts
        )
        st.html(f"<div class='artsim-facts'><dl>{lines}</dl></div>")
    with looks:
        st.markdown("**Colours and composition**")
        st.html(_looks(found.appearance))


def _first(view: state.View) -> Item:
    """The first liked thing: the query, else the first mark."""
    liked = marked(view, resources.library().kept_picture)["+"]
    whole = [item for item in liked if item.concept is None and item.words is None]
    return whole[0] if whole else liked[0]


def _looks(appearance: object) -> str:
    colours: float | None = getattr(appearance, "colours", None)
    composition: float | None = getattr(appearance, "composition", None)
    shared = "".join(
        f"<span class='artsim-swatch' style='background:{markup(colour)}' "
        f"title='{markup(colour)}'></span>"
        for colour in getattr(appearance, "shared", ())
    )
    lines = []
    if colours is not None:
        lines.append(f"<dt>Palette in common</dt><dd>{colours:.0%} {shared}</dd>")
    if composition is not None:
        lines.append(f"<dt>Light and dark, correlation</dt><dd>{composition:+.2f}</dd>")
    return f"<div class='artsim-facts'><dl>{''.join(lines)}</dl></div>"
