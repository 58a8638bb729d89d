"""The chosen works: their composition, their pictures, and what to do with them."""

from dataclasses import replace

import numpy as np
import streamlit as st

from artsim.app.maps import chosen as map_chosen
from artsim.app.maps import composition as map_makeup
from artsim.app.maps import gallery as map_gallery
from artsim.app.maps import view as map_view
from artsim.app.maps.chosen import Chosen
from artsim.app.maps.scene import Scene
from artsim.app.shell import resources, state
from artsim.app.widgets import permitted, tray
from artsim.core.csvfile import csv_bytes, frame_of
from artsim.people.roles import Action
from artsim.search.neighbours import Rows

PAGE_SIZE = 12
_LETTING_GO = {
    "shape": "Clear",
    "cluster": "Clear",
    "rows": "Clear",
    "legend": "Show all",
}


def show(scene: Scene, chosen: Chosen) -> None:
    """The selection as a panel."""
    st.header(chosen.said, anchor=False)
    if not len(chosen.rows):
        st.info("No work that is shown lies there: draw it anew, or clear some filters.")
        _let_go(chosen)
        return
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Ask with the central work",
            key="map_ask",
            icon=":material/image_search:",
            help="The work most like all of them is placed as the query, with its nearest.",
            on_click=lambda: _ask(scene, chosen.rows),
        )
        permitted.button(
            Action.TRAYS,
            "Add all to tray",
            key="map_to_tray",
            icon=":material/add_box:",
            on_click=lambda: tray.add_all(scene.view.collection, ids(scene, chosen.rows)),
        )
        st.download_button(
            "CSV",
            lambda: csv(scene, chosen.rows),
            file_name=f"artsim-map-{scene.view.collection}.csv",
            mime="text/csv",
            icon=":material/download:",
            key="map_csv",
            help="The chosen works with all that is known of them, as a table.",
        )
        _let_go(chosen)
    if chosen.by != "filters" or len(chosen.rows) < len(scene.map.ids):
        rows = np.asarray(chosen.rows, np.intp)
        name, map_id = scene.view.collection, scene.info.id
        map_makeup.show(scene, resources.library().map_composition(name, map_id, rows))
    shown = map_gallery.paged(
        len(chosen.rows),
        scene.view.page,
        PAGE_SIZE,
        "map_gallery_page",
        lambda page: state.show(replace(state.current(), page=page)),
    )
    map_gallery.show(
        scene, chosen.rows[shown].tolist(), key="map_chosen", label="Chosen works, the middle first"
    )


def _let_go(chosen: Chosen) -> None:
    if chosen.by not in _LETTING_GO:
        return

    def let_go() -> None:
        if chosen.by == "legend":
            map_view.change(only="")
        else:
            map_view.choose()

    st.button(
        _LETTING_GO[chosen.by],
        key="map_let_go",
        icon=":material/close:",
        type="tertiary",
        on_click=let_go,
    )


def _ask(scene: Scene, rows: Rows) -> None:
    artwork_id = map_chosen.central(scene, rows)
    if artwork_id is not None:
        state.change(query=artwork_id, upload="")


def ids(scene: Scene, rows: Rows) -> list[str]:
    """Artwork ids of the chosen works that are still there, in their order."""
    return [str(scene.map.ids[int(row)]) for row in rows if scene.places[int(row)] >= 0]


def csv(scene: Scene, rows: Rows) -> bytes:
    """The works as a CSV file: their metadata, their cluster, and where they lie on the map."""
    table = resources.library().catalog(scene.view.collection).table
    names = {c.number: c.name for c in scene.map.clusters.clusters}
    clusters = np.asarray(scene.map.clusters.labels)[rows]
    axes = zip(("map_x", "map_y", "map_z"), scene.map.points[rows].T, strict=False)
    works = frame_of(table.take(scene.places[rows])).assign(
        map_cluster=[names.get(int(cluster), "") for cluster in clusters],
        **{name: values.astype(float).round(4) for name, values in axes},
    )
    return csv_bytes(works)
