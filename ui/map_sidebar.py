"""The sidebar of the Map page: the collection, its map, one beside it, and how many neighbours."""

from dataclasses import replace

import streamlit as st

from artsim.maps.kept import MapInfo
from ui import map_view, resources, sidebar, state
from ui.texts import plain

_ALONE = ""


def show() -> None:
    """Show the choices; the map that is shown stands in the URL too."""
    collections = sidebar.by_name()
    if not collections:
        return
    map_view.restore()
    view = sidebar.started(collections)
    if not st.query_params:
        state.show(view)
    with st.sidebar:
        sidebar.choose_collection(view, collections)
        if view.collection in collections:
            _maps(view)
        sidebar.choose_k(view)


def _maps(view: state.View) -> None:
    maps = resources.maps(view.collection)
    shown = opened(maps, view)
    if shown is None:
        return
    if map_view.current().map != shown.id and not map_view.current().map:
        map_view.change(map=shown.id)
    if (view.backbone, view.metric) != (shown.config.backbone, shown.config.metric):
        # Search goes on with what the map shows.
        state.show(replace(view, backbone=shown.config.backbone, metric=shown.config.metric))
    names = {info.id: name(info, maps) for info in maps}
    st.session_state["map_map"] = shown.id
    st.selectbox(
        "Map",
        list(names),
        key="map_map",
        format_func=names.get,
        on_change=lambda: map_view.open_map(st.session_state["map_map"]),
    )
    others = {_ALONE: "None", **{i: text for i, text in names.items() if i != shown.id}}
    if len(others) > 1:
        beside = map_view.current().beside
        st.selectbox(
            "Second map beside it",
            list(others),
            format_func=others.get,
            help="Laid over the first as well as it can be; what you choose on one is shown on "
            "both, and the works that move most are listed.",
            **map_view.chosen_key("beside", beside if beside in others else _ALONE),
        )


def opened(maps: list[MapInfo], view: state.View) -> MapInfo | None:
    """The map that the link names, else the newest of the view's backbone, else the newest."""
    named = map_view.current().map
    order = sorted(
        maps,
        key=lambda m: (m.id != named, m.config.backbone != view.backbone, bool(m.stale)),
    )
    return order[0] if order else None


def name(info: MapInfo, among: list[MapInfo]) -> str:
    """What a map is called, as plain text: what tells it apart from the others."""
    config = info.config
    parts = [plain(config.backbone, 60)]
    told = {
        "metric": config.metric,
        "neighbours": f"{config.neighbours} neighbours",
        "min_distance": f"distance {config.min_distance:g}",
        "dimensions": f"{config.dimensions}-D",
        "seed": f"seed {config.seed}",
    }
    same = [m.config for m in among if m.config.backbone == config.backbone]
    parts += [
        words
        for field, words in told.items()
        if len({getattr(other, field) for other in same}) > 1 or field == "metric"
    ]
    if config.beside:
        parts.append(f"with {plain(config.beside, 40)}")
    if sum(name_parts(m) == name_parts(info) for m in among) > 1:
        parts.append(info.created[:16].replace("T", " "))
    return " · ".join(parts)


def name_parts(info: MapInfo) -> dict:
    """What a map was told, without the name of its collection."""
    return info.config.model_dump(exclude={"collection"})
