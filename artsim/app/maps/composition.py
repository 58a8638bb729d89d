"""What a selection is made of, compared with the whole map."""

from collections.abc import Sequence

import streamlit as st

from artsim.app.maps import legend as map_legend
from artsim.app.maps.scene import Scene
from artsim.app.shell import state
from artsim.app.widgets.texts import markup, plain
from artsim.collection.columns import FACETS
from artsim.maps.composition import Part

_MOST = 5
_FEWER = 1.05  # times as often as among all works: less is not worth showing


def show(scene: Scene, parts: Sequence[Part]) -> None:
    """Values that are more frequent among the chosen works than on the whole map, with filters."""
    asked = {scene.look.only, *(v for each in scene.view.filters().facets.values() for v in each)}
    telling: dict[str, Part] = {}  # each value once: a theme often repeats the genre
    for part in parts:
        if part.ratio >= _FEWER and part.value not in asked:
            telling.setdefault(part.value.casefold(), part)
    shown = list(telling.values())[:_MOST]
    if not shown:
        st.caption("Nothing is known of these works that sets them apart.")
        return
    lines = "".join(_line(part) for part in shown)
    st.html(
        "<div class='artsim-figures artsim-makeup' tabindex='0' role='region' "
        "aria-label='What the chosen works are made of'><table><thead><tr>"
        "<th scope='col'>More often here</th><th scope='col'>Works</th>"
        "<th scope='col'>Here</th><th scope='col'>In all</th></tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
    )
    _filters(scene, shown)


def _line(part: Part) -> str:
    return (
        f"<tr title='{part.ratio:.1f} times as often as among all works'><th scope='row'>"
        f"<span dir='auto'>{markup(map_legend.spaced(part.value), 60)}</span> "
        f"<i>{markup(part.label.replace('_', ' '), 40)}</i></th>"
        f"<td>{part.count:,}</td><td><b>{part.share:.0%}</b></td><td>{part.whole:.0%}</td></tr>"
    )


def _filters(scene: Scene, parts: Sequence[Part]) -> None:
    """Buttons that set a filter: one click shows all works with a value of the selection."""
    offered = {
        plain(map_legend.spaced(part.value), 40): (FACETS[part.label], part.value)
        for part in parts
        if part.label in FACETS and part.value not in getattr(scene.view, FACETS[part.label])
    }
    if not offered:
        return
    with st.popover("Filter by one of these", icon=":material/tune:", type="tertiary"):
        for i, (text, (field, value)) in enumerate(offered.items()):
            st.button(
                f"Only {text}",
                key=f"map_filter_{i}",
                on_click=_add,
                args=(field, value),
                width="stretch",
            )


def _add(field: str, value: str) -> None:
    state.change(**{field: (*getattr(state.current(), field), value)})
