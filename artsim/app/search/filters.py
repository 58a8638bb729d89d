"""Free text and filters over a collection's metadata, for browsing and for search alike."""

from typing import Any

import streamlit as st

from artsim.app.shell import state
from artsim.app.widgets.texts import count, markdown, plain
from artsim.collection.columns import FACETS, TITLES
from artsim.search.service import Facets

_FACETS = {field: (column, TITLES[column]) for column, field in FACETS.items()}
_MOST = 500  # values a menu offers; a browser grows slow beyond


def show(view: state.View, facets: Facets) -> None:
    """The search box and the filter popover; each change goes into the URL."""
    active = _active(view)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _text(view)
        menu = st.popover(
            f"Filters ({active})" if active else "Filters",
            icon=":material/tune:",
            width="content",
            key="filters_menu",
            on_change="rerun",
        )
    if not menu.open:  # hundreds of names are only sent to whoever looks at them
        return
    with menu:
        for field, (column, label) in _FACETS.items():
            _facet(view, field, label, facets.values.get(column, ()))
        if facets.years is not None and facets.years[0] < facets.years[1]:
            _years(view, facets.years)
        _has_image(view)
        if active:
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
    if view.year_from is not None or view.year_to is not None:
        years = f"{view.year_from or '…'} to {view.year_to or '…'}"
        _chip("years", years, {"year_from": None, "year_to": None})
    if view.has_image:
        _chip("has_image", "With a picture", {"has_image": False})
    if view.text:
        _chip("text", f"“{plain(view.text, 40)}”", {"text": ""})


def _chip(key: str, label: str, change: dict[str, Any]) -> None:
    st.button(
        markdown(label),
        key=f"chip_{key}",
        icon=":material/close:",
        icon_position="right",
        help="Remove this filter",
        on_click=lambda: state.change(**change),
    )


def _active(view: state.View) -> int:
    years = view.year_from is not None or view.year_to is not None
    return sum(len(getattr(view, field)) for field in _FACETS) + years + view.has_image


def _text(view: state.View) -> None:
    st.session_state["filter_text"] = view.text
    st.text_input(
        "Search titles and artists",
        key="filter_text",
        max_chars=200,
        type="search",
        placeholder="Titles, artists",
        icon=":material/search:",
        on_change=lambda: state.change(text=st.session_state["filter_text"].strip()),
    )


def _facet(view: state.View, field: str, label: str, values: tuple[tuple[str, int], ...]) -> None:
    chosen = getattr(view, field)
    counts = dict(values[:_MOST])
    if not counts and not chosen:
        return
    key = f"filter_{field}"
    st.session_state[key] = list(chosen)
    st.multiselect(
        label,
        [*counts, *(value for value in chosen if value not in counts)],
        key=key,
        format_func=lambda value: f"{plain(value, 80)} ({counts.get(value, 0):,})",
        placeholder=f"Any of {count(len(values), label.lower())}",
        on_change=lambda: state.change(**{field: tuple(st.session_state[key])}),
    )


def _years(view: state.View, years: tuple[int, int]) -> None:
    first, last = years
    low = min(max(first if view.year_from is None else view.year_from, first), last)
    high = max(min(last if view.year_to is None else view.year_to, last), low)
    st.session_state["filter_years"] = (low, high)

    def chosen() -> None:
        low, high = st.session_state["filter_years"]
        state.change(
            year_from=None if low == first else low, year_to=None if high == last else high
        )

    st.slider("Years", first, last, key="filter_years", on_change=chosen)


def _has_image(view: state.View) -> None:
    st.session_state["filter_has_image"] = view.has_image
    st.toggle(
        "Only works with a picture",
        key="filter_has_image",
        on_change=lambda: state.change(has_image=st.session_state["filter_has_image"]),
    )
