"""The query bar: all that is searched with, each removable, the dials, and the rounds so far."""

import streamlit as st

from artsim.app.search import concepts, detail, dials_menu, marks, query_input
from artsim.app.shell import resources, state
from artsim.app.widgets import details, gallery
from artsim.app.widgets.components import component
from artsim.core.counts import count
from artsim.core.errors import NotFound
from artsim.images.query_pictures import QueryPicture
from artsim.search.mark import WITHOUT_FIRST, Mark

_YOURS, _GONE = "Your picture", "No longer here"
_BAR = component("marks", "boxes")
_LABELS = {
    "list": "What you search with",
    "like": "Like",
    "unlike": "Unlike",
    "remove": "Take away",
    "open": "Look closer",
    "absent": "No picture",
}


def show(view: state.View, version: str) -> None:
    """The query, and every way to change it."""
    items = _items(view, version)  # a work that is gone leaves no empty box
    with st.container(border=True, key="query_bar", gap="small"):
        _BAR(
            key="marks",
            data={"items": items, "labels": _LABELS},
            on_remove_change=lambda: marks.remove(int(st.session_state["marks"].remove)),
            on_open_change=lambda: details.request(str(st.session_state["marks"].open)),
        )
        if not view.marks:
            st.caption("Mark works below with + and − to say what you are looking for.")
        _rounds(view)
        _actions(view)
        if view.dials() != state.View().dials():
            with st.container(horizontal=True, gap="small", key="dials_active"):
                dials_menu.show_active(view)


def _actions(view: state.View) -> None:
    waiting = marks.waiting(view)
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="query_actions"
    ):
        if waiting:
            st.button(
                "Find more like these",
                key="apply_marks",
                icon=":material/search:",
                type="primary",
                on_click=marks.search,
            )
        dials_menu.show(view)
        _detail(view)
        if not view.upload or view.marks:
            dials_menu.not_by_this_artist(view)
        _add()
        concepts.show(view)
        st.button(
            "Undo",
            key="undo",
            icon=":material/undo:",
            help="Take the last change back: a mark, a dial, a filter or a search",
            disabled=not state.can_undo(),
            on_click=state.undo,
        )
        st.button(
            "Back to browsing",
            key="clear_query",
            icon=":material/close:",
            on_click=lambda: state.change(query="", upload=""),
        )
        if waiting:
            st.caption(f"{count(waiting, 'mark')} not yet part of the search")


def _detail(view: state.View) -> None:
    """The button that finds a detail of the query elsewhere."""
    begun = Mark("+", picture=view.upload) if view.upload else Mark("+", view.query)
    if begun.thing:
        st.button(
            "Find a detail",
            key="find_detail",
            icon=":material/crop:",
            help="Draw a box on the picture, and find where else that motif is",
            on_click=lambda: detail.request(begun),
        )


def _rounds(view: state.View) -> None:
    """Every search of this conversation, to go back to."""
    if not view.rounds:
        return
    st.session_state["round"] = view.round

    def chosen() -> None:
        number = st.session_state["round"]
        marks.go_to(view.round if number is None else number)

    st.segmented_control(
        "Rounds of this search",
        range(len(view.rounds) + 1),
        key="round",
        format_func=lambda number: f"Round {number}" if number else "Start",
        label_visibility="collapsed",
        on_change=chosen,
        help="Each search that you made with marks: choose one to go back to it.",
    )


def _add() -> None:
    """A further picture of one's own, as one more mark."""
    menu = query_input.picture_menu("Add a picture", ":material/add_photo_alternate:", "add")
    if not menu.open:
        return
    with menu:
        sign = st.segmented_control(
            "How it counts",
            ["+", "-"],
            default="+",
            required=True,
            key="add_sign",
            format_func={"+": "Like it", "-": "Not like it"}.__getitem__,
        )
        query_input.further(lambda picture: marks.put(Mark(str(sign), picture=picture.digest)))


def _items(view: state.View, version: str) -> list[dict[str, object]]:
    """Everything marked, in the order in which it was, as the component shows it."""
    shown = []
    first = marks.first(view)
    if first is not None:
        shown.append(_item(view, marks.FIRST, first, version, applied=True))
    for place, text in enumerate(view.marks):
        if text != WITHOUT_FIRST:
            mark = Mark.of(text)
            shown.append(_item(view, place, mark, version, applied=text in view.answered))
    return [item | {"told": place == 0} for place, item in enumerate(shown)]


def _item(
    view: state.View, place: int, mark: Mark, version: str, *, applied: bool
) -> dict[str, object]:
    item = {
        "index": place,
        "sign": mark.sign,
        "applied": applied,
        "id": mark.work,
        "box": mark.box,
        "words": mark.concept or mark.words,
    }
    if mark.concept or mark.words:
        name = f"Concept “{mark.concept}”" if mark.concept else f"“{mark.words}” in pictures"
        return item | {"title": name, "alt": name, "thumb": "", "by": ""}
    try:
        if mark.picture:
            picture: QueryPicture = resources.library().kept_picture(mark.picture)
            thumb = query_input.data_uri(picture)
            return item | {"title": _YOURS, "alt": _YOURS, "thumb": thumb, "by": ""}
        row = resources.library().artwork(view.collection, mark.work)
    except NotFound:  # the search says so too; here the mark can be taken away
        name = mark.work or _YOURS
        return item | {"id": "", "words": _GONE, "title": name, "alt": name, "thumb": "", "by": ""}
    thumb = gallery.media_url(view.collection, str(row["id"]), "thumb", version)
    card = gallery.card(row, thumb if row.get("has_image") else "")
    return item | {
        "title": card.title,
        "alt": card.alt,
        "thumb": card.thumb,
        "by": card.by,
    }
