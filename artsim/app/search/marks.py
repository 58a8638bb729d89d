"""The query bar: what is marked as like and unlike, each removable, and the way to ask with it."""

from dataclasses import replace

import streamlit as st

from artsim.app.search import query_input
from artsim.app.shell import resources, state
from artsim.app.widgets import gallery
from artsim.app.widgets.components import component
from artsim.app.widgets.texts import count
from artsim.images.query_pictures import QueryPicture
from artsim.search.query_item import MAX_MARKS, Item

_BAR = component("marks")
_ITS_NAME = {"+": "Like", "-": "Unlike"}


def items(view: state.View, sign: str) -> tuple[Item, ...]:
    """The marks of one kind that are part of the query."""
    return tuple(Item(id=mark[1:]) for mark in view.marks[: view.applied] if mark[0] == sign)


def signs(view: state.View) -> dict[str, str]:
    """How each marked work is marked."""
    return {mark[1:]: mark[0] for mark in view.marks}


def mark(artwork_id: str, sign: str) -> None:
    """Mark a work as like (+) or unlike (-), or take its mark away ("")."""
    view = state.current()
    places = [i for i, known in enumerate(view.marks) if known[1:] == artwork_id]
    for place in reversed(places):
        view = _without(view, place)
    if sign and len(view.marks) < MAX_MARKS - 1:
        view = replace(view, marks=(*view.marks, f"{sign}{artwork_id}"))
    state.show(replace(view, page=1))


def show(view: state.View, version: str, picture: QueryPicture | None) -> None:
    """The marks as thumbnails, and the buttons to search with them and to take the last back."""
    if not view.marks:
        st.caption("Mark works below with + and − to say what you are looking for.")
        return
    library = resources.library()
    rows = library.artworks(view.collection, [mark[1:] for mark in view.marks])
    first = [] if picture else library.artworks(view.collection, [view.query])
    shown = [_item(view, -1, "+", row, version, True) for row in first]
    if picture is not None:
        shown.append(
            {
                "index": -1,
                "sign": "+",
                "title": "Your picture",
                "alt": "Your picture",
                "thumb": query_input.data_uri(picture),
                "applied": True,
            }
        )
    shown += [
        _item(view, i, mark[0], row, version, i < view.applied)
        for i, (mark, row) in enumerate(zip(view.marks, rows, strict=True))
    ]
    _BAR(
        key="marks",
        data={
            "items": shown,
            "labels": {
                "list": "What you search with",
                "like": _ITS_NAME["+"],
                "unlike": _ITS_NAME["-"],
                "remove": "Take away",
                "absent": "No picture",
            },
        },
        on_remove_change=_removed,
    )
    waiting = len(view.marks) - min(view.applied, len(view.marks))
    with st.container(horizontal=True, vertical_alignment="center", key="marks_actions"):
        st.button(
            "Find more like these",
            key="apply_marks",
            icon=":material/search:",
            type="primary",
            disabled=not waiting,
            on_click=lambda: state.change(applied=len(state.current().marks)),
        )
        st.button(
            "Undo the last mark",
            key="undo_mark",
            icon=":material/undo:",
            type="tertiary",
            on_click=lambda: _remove(len(state.current().marks) - 1),
        )
        if waiting:
            st.caption(f"{count(waiting, 'mark')} not yet part of the search")


def _removed() -> None:
    _remove(int(st.session_state["marks"].remove))


def _remove(place: int) -> None:
    view = state.current()
    if 0 <= place < len(view.marks):
        state.show(replace(_without(view, place), page=1))


def _without(view: state.View, place: int) -> state.View:
    """The view without one mark; a search that it was part of is made without it."""
    marks = view.marks[:place] + view.marks[place + 1 :]
    return replace(view, marks=marks, applied=view.applied - (place < view.applied))


def _item(
    view: state.View, index: int, sign: str, row: dict[str, object], version: str, applied: bool
) -> dict[str, object]:
    thumb = gallery.media_url(view.collection, str(row["id"]), "thumb", version)
    card = gallery.card(row, thumb if row.get("has_image") else "")
    return {
        "index": index,
        "sign": sign,
        "title": card.title,
        "alt": card.alt,
        "thumb": card.thumb,
        "applied": applied,
    }
