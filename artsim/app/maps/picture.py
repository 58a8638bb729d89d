"""The map itself with its legend, the switch to a mosaic, and the years."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from artsim.app.maps import gallery as map_gallery
from artsim.app.maps import legend as map_legend
from artsim.app.maps import plot as map_plot
from artsim.app.maps import query as map_query
from artsim.app.maps import sidebar as map_sidebar
from artsim.app.maps import view as map_view
from artsim.app.maps.chosen import Chosen
from artsim.app.maps.scene import Scene
from artsim.app.shell import resources, state
from artsim.app.widgets import details
from artsim.app.widgets.texts import markdown, plain
from artsim.core.counts import count
from artsim.maps.model import MapInfo
from artsim.maps.out_of_sample import Placed, torn

HEIGHT, HEIGHT_OF_TWO = 660, 560
_MOST_LABELS = 24


def choose(scene: Scene) -> None:
    """The choice of colours, and the switch to the mosaic."""
    st.session_state["map_colour"] = scene.colour
    st.selectbox(
        "Coloured by",
        scene.colours,
        key="map_colour",
        format_func=map_legend.label,
        width=210,
        on_change=lambda: map_view.change(colour=st.session_state["map_colour"], only=""),
    )
    if scene.info.config.dimensions == 2:
        st.toggle(
            "Mosaic",
            help="Every work in a cell of its own, neighbours kept together as well as a grid "
            "allows. It can be printed.",
            **map_view.chosen_key("mosaic", scene.look.mosaic),
        )


def show(scene: Scene, chosen: Chosen, placed: Placed | None) -> None:
    """The legend above, the maps, the years below."""
    look = scene.look
    map_legend.show(
        *(scene.colouring, look.only, map_plot.symbols(scene.info.config.dimensions)),
        lambda name: map_view.change(only=name),
    )
    panes = [_pane(scene, chosen, placed)]
    if scene.second is not None and not look.mosaic:
        panes.append(_second(scene, scene.second, chosen, placed))
    years = resources.library().facets(scene.view.collection).years
    map_plot.show(
        panes,
        key="map_plot",
        height=HEIGHT if len(panes) == 1 else HEIGHT_OF_TWO,
        mosaic=look.mosaic,
        only=map_legend.code_of(scene.colouring, look.only),
        shape=look.shape,
        shape_pane=look.pane,
        view=look.seen,
        years=years if years and years[0] < years[1] else (),
        on_select=_outlined,
        on_open=details.request,
        on_query=map_gallery.ask_with,
        view_param="seen",
        on_years=_dated,
    )
    if look.mosaic:
        _print(scene)
    if years is not None and years[0] < years[1]:
        _years(scene.view, years)
    if scene.colouring.note:
        st.caption(markdown(scene.colouring.note, 300))


def _print(scene: Scene) -> None:
    """The mosaic as files, made by the server when they are asked for."""
    address = map_plot.address(scene.view.collection, scene.info.id)
    with st.container(horizontal=True, gap="small"):
        for form, words in (("pdf", "Mosaic as PDF, to print"), ("png", "Mosaic as PNG")):
            st.link_button(
                words,
                f"{address}/mosaic.{form}?side=96&v={scene.version}",
                icon=":material/download:",
                type="tertiary",
            )


def _pane(scene: Scene, chosen: Chosen, placed: Placed | None) -> map_plot.Pane:
    return map_plot.Pane(
        title=_title(scene, scene.info),
        address=map_plot.address(scene.view.collection, scene.info.id),
        version=str(scene.version),
        count=len(scene.map.ids),
        dimensions=scene.info.config.dimensions,
        alt=alt(scene, chosen),
        colour_by=scene.colouring.by,
        query=_asked(scene, placed),
        rows=_rows(scene),
        selected=_selected(chosen),
        labels=labels(scene),
    )


def _second(scene: Scene, second: MapInfo, chosen: Chosen, placed: Placed | None) -> map_plot.Pane:
    return map_plot.Pane(
        title=_title(scene, second),
        address=map_plot.address(scene.view.collection, scene.info.id),
        version=str(scene.version),
        count=len(scene.map.ids),
        dimensions=scene.info.config.dimensions,
        alt=f"The same works on the map of {plain(second.config.backbone, 60)}, laid over "
        f"the first. {map_legend.said(scene.colouring)}",
        colour_by=scene.colouring.by,
        points_of=second.id,
        query=_asked_on_second(scene, second, placed),
        rows=_rows(scene),
        selected=_selected(chosen),
    )


def _title(scene: Scene, info: MapInfo) -> str:
    """The title of a map; if there are two, with what differs between them."""
    if scene.second is None:
        return f"Map of {plain(resources.library().info(scene.view.collection).heading, 80)}"
    return map_sidebar.name(info, [scene.info, scene.second])


def _rows(scene: Scene) -> np.ndarray | None:
    return None if scene.passing.all() else np.flatnonzero(scene.passing)


def _selected(chosen: Chosen) -> np.ndarray | None:
    """The rows that stand out; the legend and the filters already fade the others."""
    return chosen.rows if chosen.by in ("shape", "cluster", "rows") else None


def _asked(scene: Scene, placed: Placed | None) -> map_plot.Asked | None:
    if placed is None:
        return None
    return map_plot.Asked(
        point=[float(v) for v in placed.point],
        label=map_query.label(scene),
        thumb=map_query.picture(scene),
        neighbours=[
            map_plot.Neighbour(int(row), bool(torn))
            for row, torn in zip(placed.rows, placed.torn, strict=True)
        ],
        row=_row_of_query(scene),
    )


def _asked_on_second(scene: Scene, second: MapInfo, placed: Placed | None) -> map_plot.Asked | None:
    """The query where it lies on the second map, with the works nearest to it on the first."""
    there = None if placed is None else map_query.placed_on(scene, second)
    if placed is None or there is None or scene.aligned is None:
        return None
    theirs = dict(
        zip(scene.aligned.first_rows.tolist(), scene.aligned.second_rows.tolist(), strict=True)
    )
    rows = [row for row in placed.rows if row in theirs]
    other = resources.library().map(scene.view.collection, second.id)
    away = torn(other, there.point, [theirs[row] for row in rows])
    return map_plot.Asked(
        point=[float(v) for v in scene.aligned.laid(there.point[None])[0]],
        label=map_query.label(scene),
        thumb=map_query.picture(scene),
        neighbours=[map_plot.Neighbour(r, t) for r, t in zip(rows, away, strict=True)],
        row=_row_of_query(scene),
    )


def _row_of_query(scene: Scene) -> int:
    ids = scene.map.ids
    return ids.index(scene.view.query) if scene.view.query in ids else -1


def labels(scene: Scene) -> list[map_plot.Label]:
    """The names of the largest clusters, each where most of its works lie."""
    found = []
    numbers = np.asarray(scene.map.clusters.labels)
    for cluster in sorted(scene.map.clusters.clusters, key=lambda c: -c.works)[:_MOST_LABELS]:
        there = scene.map.points[numbers == cluster.number]
        if len(there):
            x, y, *z = (float(v) for v in np.median(there, axis=0))
            found.append(map_plot.Label(x, y, plain(map_legend.spaced(cluster.name), 40), *z))
    return found


def alt(scene: Scene, chosen: Chosen) -> str:
    """What the map shows, in words."""
    clusters = scene.map.clusters.clusters
    largest = sorted(clusters, key=lambda c: -c.works)[:5]
    parts = [
        f"A map of {count(len(scene.map.ids), 'work')}: the nearer two lie, the more alike they "
        f"are to {plain(scene.info.config.backbone, 60)}.",
        map_legend.said(scene.colouring),
    ]
    if largest:
        told = ", ".join(f"{plain(c.name, 60)} ({c.works:,})" for c in largest)
        parts.append(f"{count(len(clusters), 'cluster')}, the largest: {told}.")
    if chosen:
        parts.append(f"{count(len(chosen.rows), 'work')} chosen.")
    return " ".join(part for part in parts if part)


def _outlined(shape: str, pane: int) -> None:
    map_view.choose(shape=shape, pane=pane if shape else 0)


def _years(view: state.View, years: Sequence[int]) -> None:
    """The filter's years as a slider below the map."""
    first, last = years
    low = min(max(first if view.year_from is None else view.year_from, first), last)
    high = max(min(last if view.year_to is None else view.year_to, last), low)
    st.session_state["map_years"] = (low, high)

    def chosen() -> None:
        _dated(*st.session_state["map_years"])

    st.slider(
        "Years",
        first,
        last,
        key="map_years",
        on_change=chosen,
        help="The same years as in the filters; works whose year is unknown drop out.",
    )


def _dated(low: int, high: int) -> None:
    """Show the works of some years; the whole span, or 0 to 0, means all."""
    years = resources.library().facets(state.current().collection).years
    first, last = years or (low, high)
    everything = (low, high) == (0, 0)
    state.change(
        year_from=None if everything or low <= first else low,
        year_to=None if everything or high >= last else high,
    )
