"""Free text and filters over a collection's metadata, for browsing and for search alike."""

from functools import partial
from typing import Any

import streamlit as st

from artsim.app.search import filter_years, marks
from artsim.app.search.chips import removable
from artsim.app.shell import resources, state
from artsim.app.widgets.texts import plain
from artsim.collection.columns import FACETS, title_of
from artsim.core.counts import count
from artsim.search.order import ORDERS
from artsim.search.service import Facets

_FACETS = {field: (column, title_of(column)) for column, field in FACETS.items()}
_MOST = 500  # values a menu offers; a browser grows slow beyond
_ONLY, _NOT = "Only these", "Not these"
_IN_TEXT, _IN_PICTURES = "In titles and labels", "In pictures"
_MODE, _OTHER = "filters_mode", "filters_other"
_chip = partial(removable, "chip", "Remove this filter")


def show(view: state.View, facets: Facets) -> None:
    """The search box and the filter panel; each change goes into the URL.

    The label of the panel never changes, since Streamlit would close it at each choice.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="filters_row"):
        _text(view)
        menu = st.popover(
            "Filters",
            icon=":material/filter_list:",
            width="content",
            key="filters_menu",
            on_change="rerun",
        )
    if not menu.open:  # only an open panel needs the hundreds of names
        return
    with menu:
        leave_out = (
            st.segmented_control(
                "How the values chosen here count",
                [_ONLY, _NOT],
                default=_ONLY,
                required=True,
                key=_MODE,
                label_visibility="collapsed",
            )
            == _NOT
        )
        for field, (column, label) in _FACETS.items():
            values = facets.values.get(column, ())
            if leave_out:
                _values(view, "without", column, label, values)
            else:
                _facet(view, field, label, values)
        _other(view, "without" if leave_out else "having")
        if facets.years is not None and facets.years[0] < facets.years[1]:
            filter_years.show(view, facets.years, facets.undated)
        _has_image(view)
        _order(view)
        if view.is_filtered:
            st.button(
                "Clear all filters",
                key="filters_clear",
                on_click=lambda: state.show(view.unfiltered()),
            )


def show_active(view: state.View) -> None:
    """One removable chip for each filter that holds."""
    for field in _FACETS:
        for value in getattr(view, field):
            rest = tuple(v for v in getattr(view, field) if v != value)
            _chip(f"{field}-{value}", plain(value, 40), {field: rest})
    for field, prefix in (("having", ""), ("without", "Not ")):
        for text in getattr(view, field):
            rest = tuple(other for other in getattr(view, field) if other != text)
            _chip(f"{field}-{text}", prefix + plain(text.partition(":")[2], 40), {field: rest})
    if view.year_from is not None or view.year_to is not None:
        years = filter_years.in_words(view)
        _chip("years", years, {"year_from": None, "year_to": None, "undated": False})
    if view.has_image:
        _chip("has_image", "With a picture", {"has_image": False})
    if view.text:
        _chip("text", f"“{plain(view.text, 40)}”", {"text": ""})


def _text(view: state.View) -> None:
    if _looks_into_pictures(view):
        st.text_input(
            "Search what pictures show",
            key="picture_words",
            max_chars=200,
            type="search",
            placeholder="A red boat, a woman in white",
            icon=":material/image_search:",
            on_change=_find_words,
        )
        return
    st.session_state["filter_text"] = view.text
    st.text_input(
        "Search titles and artists",
        key="filter_text",
        max_chars=200,
        type="search",
        placeholder="Titles, artists, any words",
        icon=":material/search:",
        on_change=lambda: state.change(text=st.session_state["filter_text"].strip()),
    )


def _looks_into_pictures(view: state.View) -> bool:
    """Whether to search pictures for the words; offered if the backbone knows words."""
    if not resources.library().knows_words(view.collection, view.backbone):
        return False
    chosen = st.segmented_control(
        "Where words are looked for",
        [_IN_TEXT, _IN_PICTURES],
        default=_IN_TEXT,
        required=True,
        key="words_where",
        label_visibility="collapsed",
        help="In pictures: what they show, as the backbone sees it, whatever their titles say.",
    )
    return chosen == _IN_PICTURES


def _find_words() -> None:
    words = st.session_state["picture_words"]
    st.session_state["picture_words"] = ""
    marks.find_words(words)


def _facet(view: state.View, field: str, label: str, values: tuple[tuple[str, int], ...]) -> None:
    """One of the values of a column that has a name of its own in links."""
    chosen = getattr(view, field)
    key = f"filter_{field}"
    _menu(
        key,
        label,
        chosen,
        values,
        lambda: state.change(**{field: tuple(st.session_state[key])}),
    )


def _values(
    view: state.View, field: str, column: str, label: str, values: tuple[tuple[str, int], ...]
) -> None:
    """Values of any column that must be there (``having``) or must not (``without``)."""
    texts = getattr(view, field)
    chosen = tuple(t.partition(":")[2] for t in texts if t.partition(":")[0] == column)
    others = tuple(t for t in texts if t.partition(":")[0] != column)
    key = f"filter_{field}_{column}"

    def changed() -> None:
        now = tuple(f"{column}:{value}" for value in st.session_state[key])
        state.change(**{field: (*others, *now)})

    _menu(key, label, chosen, values, changed)


def _menu(
    key: str,
    label: str,
    chosen: tuple[str, ...],
    values: tuple[tuple[str, int], ...],
    changed: Any,
) -> None:
    counts = dict(values[:_MOST])
    if not counts and not chosen:
        return
    st.session_state[key] = list(chosen)
    st.multiselect(
        label,
        [*counts, *(value for value in chosen if value not in counts)],
        key=key,
        format_func=lambda value: f"{plain(value, 80)} ({counts.get(value, 0):,})",
        placeholder=f"Any of {count(len(values), 'value')}",
        on_change=changed,
    )


def _other(view: state.View, field: str) -> None:
    """Any other column of the collection."""
    others = resources.library().other_facets(view.collection)
    if not others:
        return
    column = st.selectbox(
        "Another column",
        list(others),
        index=None,
        key=_OTHER,
        format_func=title_of,
        placeholder=f"Any of {count(len(others), 'other column')}",
    )
    used = [text.partition(":")[0] for text in getattr(view, field)]
    for name in dict.fromkeys([*([column] if column else []), *used]):
        if name in others:
            _values(view, field, name, title_of(name), others[name])


def _order(view: state.View) -> None:
    """The order in which works are listed."""
    st.session_state["filter_order"] = view.order
    st.selectbox(
        "List them by",
        list(ORDERS),
        key="filter_order",
        format_func=str.capitalize,
        on_change=lambda: state.change(order=st.session_state["filter_order"]),
    )


def _has_image(view: state.View) -> None:
    st.session_state["filter_has_image"] = view.has_image
    st.toggle(
        "Only works with a picture",
        key="filter_has_image",
        on_change=lambda: state.change(has_image=st.session_state["filter_has_image"]),
    )
