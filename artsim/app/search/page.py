"""Search: browse a collection, or find what is like a work or a picture."""

import logging
from collections.abc import Callable
from typing import Any

import streamlit as st

from artsim.app.collections import nga
from artsim.app.search import (
    browse,
    concepts,
    detail,
    filters,
    identify,
    marks,
    query_bar,
    query_input,
    results,
    saved,
    why,
)
from artsim.app.shell import drawing, last_places, resources, state, title, unembedded, welcome
from artsim.app.widgets import details, skip
from artsim.app.widgets.texts import advice, markdown
from artsim.collection.store import CollectionInfo
from artsim.core.counts import count
from artsim.core.errors import ArtsimError
from artsim.people import policy
from artsim.people.roles import Action


def main() -> None:
    library = resources.library()
    names = [info.name for info in library.collections()]
    if not names:
        welcome.show()
        return
    view = state.current()
    info = library.info(view.collection)
    version = library.collection(view.collection).stamp

    title.show(title.asked(view), info.heading)
    skip.to_pictures()
    # On a phone, styles for these classes hide what would stand above the first picture.
    head = st.container(key="head_asked" if view.is_asked else "head")
    query_input.pasted()
    asked, works = st.container(key="asked"), st.container(key="works")
    parts: list[tuple[Any, Callable[[], None]]] = [
        (head, lambda: _head(view, info, "nga" in names)),
        (asked, lambda: _query(view, version)),
        (works, lambda: _works(view, version)),
    ]
    wrong: list[ArtsimError] = []
    for place, draw in reversed(parts) if drawing.pictures_first() else parts:
        with place:
            try:
                draw()
            except ArtsimError as error:  # the query and its results often fail for the same reason
                if not wrong:
                    _say(error, view)
                wrong.append(error)
        if place is works:
            drawing.let_pictures_ahead(view)
    details.show_requested(view, version)
    detail.show_requested(view, version)
    why.show_requested(view)


def _head(view: state.View, info: CollectionInfo, nga_is_here: bool) -> None:
    """The collection and the ways to ask; what else there is to say of it."""
    st.title(markdown(info.heading), anchor=False)
    st.caption(_summary(info))
    unembedded.say_switched()
    notice = st.container(key="head_nga")
    _ways_to_ask(view)
    if not view.is_asked and not view.is_filtered and view.page == 1:
        last_places.show()
    saved.show_opened(view)
    if info.generated and not nga_is_here and policy.allows(Action.IMPORT):
        with notice:
            nga.show_notice()


def _ways_to_ask(view: state.View) -> None:
    """Words and filters, a work by chance, or a picture of one's own."""
    words, uploading = st.columns([3, 2], gap="large")
    with words:
        filters.show(view, resources.library().facets(view.collection))
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", key="filters_active"
        ):
            filters.show_active(view)
            query_input.surprise(view)
            query_input.upload_menu()
            saved.menu(view)
    with uploading, st.container(key="upload_wide"):
        query_input.upload()


def _summary(info: CollectionInfo) -> str:
    facts = [count(info.artworks, "work")]
    if info.with_image < info.artworks:
        facts.append(f"{info.with_image:,} with a picture")
    if info.description:
        facts.append(markdown(info.description))
    return " · ".join(facts)


def _query(view: state.View, version: str) -> None:
    """The query, each part removable; concepts to begin with if there is none."""
    if view.is_asked:
        query_bar.show(view, version)
        identify.show(view, version, query_input.picture_of(view))
    elif view.marks:
        query_bar.show(view, version)
    elif concepts.usable(view):
        concepts.show(view)


def _works(view: state.View, version: str) -> None:
    """The works that are found, or all to choose one from."""
    if view.is_asked:
        results.show(view, version)
    else:
        browse.show(view, version, on_mark=marks.mark)


def _say(error: ArtsimError, view: state.View) -> None:
    """Say what is gone or cannot be searched with, and offer a way on."""
    logging.getLogger("artsim.app").info("shown to a person: %s", error)
    st.error(markdown(advice(error), 500), icon=":material/error:")
    with st.container(horizontal=True, gap="small"):
        st.button("Undo", key="error_undo", disabled=not state.can_undo(), on_click=state.undo)
        unembedded.offer_best(view.collection, view.backbone)
        st.button("Show the whole collection", key="error_browse", on_click=_browse)


def _browse() -> None:
    state.change(query="", upload="", parts="", apart=(), distinct="", surprise=0.0, rerank=False)


main()
