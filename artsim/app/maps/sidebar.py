"""The sidebar of the Map page: the collection, its map, one beside it, and how many neighbours."""

from dataclasses import replace

import streamlit as st

from artsim.app.maps import view as map_view
from artsim.app.shell import resources, sidebar, state
from artsim.app.widgets import backbones
from artsim.app.widgets.texts import plain
from artsim.maps.model import MapInfo

_ALONE = ""
GONE = "map_gone"  # set in a run whose link names a map that does not exist


def show() -> None:
    """Show the choices, and put the chosen map into the URL."""
    collections = sidebar.by_name()
    if not collections:
        return
    map_view.restore()
    view = sidebar.started(collections)
    with st.sidebar:
        sidebar.choose_collection(view, collections)
        if view.collection in collections:
            _maps(view)
        sidebar.choose_k(view)


def _maps(view: state.View) -> None:
    maps = resources.library().maps(view.collection)
    shown = opened(maps, view)
    if shown is None:
        return
    named = map_view.current().map
    if not named:
        map_view.change(map=shown.id)
    elif named != shown.id:
        open_map(shown.id, maps)
        st.session_state[GONE] = True
    if (view.backbone, view.metric) != (shown.config.backbone, shown.config.metric):
        # The address says what the map shows; Search goes on with its own backbone.
        state.say(replace(view, backbone=shown.config.backbone, metric=shown.config.metric))
    names = {info.id: name(info, maps) for info in maps}
    st.session_state["map_map"] = shown.id
    st.selectbox(
        "Map",
        list(names),
        key="map_map",
        format_func=names.__getitem__,
        on_change=lambda: open_map(st.session_state["map_map"], maps),
    )
    others = {_ALONE: "None", **{i: text for i, text in names.items() if i != shown.id}}
    if len(others) > 1:
        beside = map_view.current().beside
        st.selectbox(
            "Second map beside it",
            list(others),
            format_func=others.__getitem__,
            help="Laid over the first as well as it can be; what you choose on one is shown on "
            "both, and the works that move most are listed.",
            **map_view.chosen_key("beside", beside if beside in others else _ALONE),
        )


def open_map(map_id: str, maps: list[MapInfo]) -> None:
    """Open one of ``maps``, and beside it the map that was drawn for comparison with it."""
    config = next(info.config for info in maps if info.id == map_id)
    turned = config.turned() if config.beside else None
    map_view.open_map(map_id, next((info.id for info in maps if info.config == turned), ""))


def opened(maps: list[MapInfo], view: state.View) -> MapInfo | None:
    """The map that the link names, else the newest of the view's backbone and metric."""
    named = map_view.current().map
    order = sorted(
        maps,
        key=lambda m: (
            m.id != named,
            m.config.backbone != view.backbone,
            m.config.metric != view.metric,
            bool(m.stale),
        ),
    )
    return order[0] if order else None


def name(info: MapInfo, among: list[MapInfo]) -> str:
    """The name of a map, as plain text: its backbone, and what differs from the others."""
    config = info.config
    told = {
        "metric": config.metric,
        "neighbours": f"{config.neighbours} neighbours",
        "min_distance": f"distance {config.min_distance:g}",
        "dimensions": f"{config.dimensions}-D",
        "seed": f"seed {config.seed}",
        "beside": f"with {plain(config.beside, 40)}" if config.beside else "alone",
    }
    same = [other.config for other in among if other.config.backbone == config.backbone]
    differing = [
        words for field, words in told.items() if len({getattr(c, field) for c in same}) > 1
    ]
    return " · ".join([backbones.label(config.backbone), *differing])
