"""The works of the map as a table: the same can be chosen here without a mouse."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import streamlit as st

from artsim.app.maps import gallery as map_gallery
from artsim.app.maps import view as map_view
from artsim.app.maps.chosen import Chosen
from artsim.app.maps.scene import Scene
from artsim.app.maps.view import MOST_ROWS
from artsim.app.shell import resources
from artsim.collection.columns import FACETS, title_of
from artsim.core.counts import count
from artsim.search.neighbours import Rows

_COLUMNS = {column: title_of(column) for column in ("title", "artist", "year", *FACETS)}
SHEET = 500  # works a sheet: a browser grows slow beyond


def show(scene: Scene, chosen: Chosen) -> None:
    """The works that are shown, a sheet at a time; what is chosen here is chosen on the map."""
    shown = np.flatnonzero(scene.shown)
    if not len(shown):
        st.info("No work passes the filters.")
        return
    st.caption(
        "Go through it with the arrow keys and mark works with Shift and the space bar: they are "
        f"chosen on the map, and shown beside it. Up to {MOST_ROWS:,} at once; a cluster is "
        "chosen in its own table."
    )
    sheet = map_gallery.paged(
        *(len(shown), scene.look.sheet, SHEET, "map_sheet"),
        lambda number: map_view.change(sheet=number),
    )
    rows = shown[sheet]
    before = scene.look.rows if chosen.by == "rows" else ()
    marked = np.flatnonzero(np.isin(rows, before))
    st.session_state["map_table"] = {"selection": {"rows": [int(i) for i in marked]}}

    def changed() -> None:
        picked = st.session_state["map_table"]["selection"]["rows"]
        map_view.choose(rows=merged(before, rows, picked))

    st.dataframe(
        table(scene, rows),
        key="map_table",
        hide_index=True,
        placeholder="",
        height=420,
        on_select=changed,
        selection_mode="multi-row",
        column_config={"Year": st.column_config.NumberColumn(format="%d")},
        alt=f"{count(len(rows), 'work')} of the map with title, artist, year and cluster",
    )


def merged(before: tuple[int, ...], rows: Rows, picked: Sequence[int]) -> tuple[int, ...]:
    """The choice after the lines ``picked`` of the sheet ``rows``: other sheets keep theirs."""
    here = [int(rows[i]) for i in picked if i < len(rows)]
    others = [row for row in before if row not in set(rows.tolist())]
    return tuple([*others, *here][:MOST_ROWS])


def table(scene: Scene, rows: Rows) -> pa.Table:
    """The table of ``rows``."""
    known = resources.library().catalog(scene.view.collection).table
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
