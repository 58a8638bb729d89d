"""The works of the map as a table: the same can be chosen here without a mouse."""

import numpy as np
import pyarrow as pa
import streamlit as st

from artsim.search.exact import Rows
from ui import map_view, resources
from ui.map_chosen import Chosen
from ui.map_scene import Scene
from ui.map_view import MOST_ROWS
from ui.texts import count

_COLUMNS = {
    "title": "Title",
    "artist": "Artist",
    "year": "Year",
    "style": "Style",
    "genre": "Genre",
    "school": "School",
}
_LAZY = 5_000  # works from which the browser fetches only the rows in sight


def show(scene: Scene, chosen: Chosen) -> None:
    """All works that are shown; what is chosen here is chosen on the map."""
    rows = np.flatnonzero(scene.shown)
    if not len(rows):
        st.info("No work passes the filters.")
        return
    st.caption(
        "Move with the arrow keys and mark works with the space bar: they are chosen on the map, "
        f"and shown beside it. Up to {MOST_ROWS:,} at once; a cluster is chosen in its table."
    )
    marked = np.flatnonzero(np.isin(rows, chosen.rows)) if chosen.by == "rows" else []
    st.session_state["map_table"] = {"selection": {"rows": [int(i) for i in marked]}}

    def changed() -> None:
        picked = st.session_state["map_table"]["selection"]["rows"]
        map_view.choose(rows=tuple(int(rows[i]) for i in picked[:MOST_ROWS] if i < len(rows)))

    st.dataframe(
        table(scene, rows),
        key="map_table",
        hide_index=True,
        placeholder="",
        height=420,
        on_select=changed,
        selection_mode="multi-row",
        lazy=len(rows) > _LAZY,
        column_config={"Year": st.column_config.NumberColumn(format="%d")},
        alt=f"{count(len(rows), 'work')} of the map with title, artist, year and cluster",
    )


def table(scene: Scene, rows: Rows) -> pa.Table:
    """What the table says of ``rows``."""
    known = resources.engine().catalog(scene.view.collection).table
    works = known.take(pa.array(scene.places[rows]))
    columns = {
        label: works.column(name)
        for name, label in _COLUMNS.items()
        if works.column(name).null_count < len(rows)
    }
    names = {c.number: c.name for c in scene.map.clusters.clusters}
    numbers = np.asarray(scene.map.clusters.labels)[rows]
    columns["Cluster"] = pa.array([names.get(int(n)) for n in numbers], pa.string())
    return pa.table(columns)
