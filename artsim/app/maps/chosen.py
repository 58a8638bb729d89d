"""Which works are chosen on a map: by an outline, a cluster, the table, the legend or filters."""

from dataclasses import dataclass

import numpy as np

from artsim.app.maps import legend as map_legend
from artsim.app.maps import plot as map_plot
from artsim.app.maps.scene import Scene
from artsim.app.shell import resources
from artsim.app.widgets.texts import markdown
from artsim.core.counts import count
from artsim.core.errors import ArtsimError, InvalidInput
from artsim.maps.selection import Shape, rows_in
from artsim.search.neighbours import Floats, Rows


@dataclass(frozen=True, eq=False)
class Chosen:
    """``rows`` of the map, the most central first; ``said`` is markdown: how they were chosen.

    ``by`` is shape, cluster, rows, legend, filters, or "" where nothing is chosen.
    """

    by: str
    rows: Rows
    said: str

    def __bool__(self) -> bool:
        return bool(self.by)


NOTHING = Chosen("", np.empty(0, np.intp), "")


def of(scene: Scene) -> Chosen:
    """What is chosen in a scene; of several choices the most deliberate counts."""
    look = scene.look
    if look.shape:
        return _outlined(scene)
    if look.cluster >= 0:
        return _cluster(scene)
    if look.rows:
        rows = np.array([r for r in look.rows if r < len(scene.map.ids)], np.intp)
        rows = rows[scene.places[rows] >= 0]
        return Chosen("rows", rows, f"{_works(rows)} chosen in the table")
    if scene.shown is not scene.passing:
        rows = middle_first(scene.map.points, np.flatnonzero(scene.shown))
        return Chosen(
            "legend", rows, f"{_works(rows)}: {markdown(map_legend.spaced(scene.look.only), 80)}"
        )
    if scene.view.is_filtered:
        rows = middle_first(scene.map.points, np.flatnonzero(scene.passing))
        word = "passes" if len(rows) == 1 else "pass"
        return Chosen("filters", rows, f"{_works(rows)} {word} the filters")
    return NOTHING


def _outlined(scene: Scene) -> Chosen:
    points = _drawn_on(scene)
    if points is None:
        return NOTHING
    try:
        shape = Shape.from_text(scene.look.shape)
        rows = _narrowed(scene, rows_in(points, shape))
    except InvalidInput:
        return NOTHING
    where = "in your outline" if shape.kind == "lasso" else "in your box"
    return Chosen("shape", middle_first(points, rows), f"{_works(rows)} {where}")


def _drawn_on(scene: Scene) -> Floats | None:
    """The points that the outline is drawn around, None if they are gone."""
    if scene.look.pane == map_plot.SECOND:
        return scene.second_points
    if scene.look.pane == map_plot.MOSAIC:
        return scene.mosaic_points
    return scene.map.points


def _cluster(scene: Scene) -> Chosen:
    clusters = scene.map.clusters
    found = next((c for c in clusters.clusters if c.number == scene.look.cluster), None)
    if found is None:
        return NOTHING
    rows = _narrowed(scene, np.flatnonzero(np.asarray(clusters.labels) == found.number))
    first = [row for row in found.examples if scene.shown[row]]
    rest = np.setdiff1d(rows, first)
    ordered = np.concatenate([np.array(first, np.intp), middle_first(scene.map.points, rest)])
    return Chosen("cluster", ordered, f"{_works(rows)} of the cluster {markdown(found.name, 80)}")


def _narrowed(scene: Scene, rows: Rows) -> Rows:
    """Those of ``rows`` that the filters and the legend let through."""
    rows = np.asarray(rows, np.intp)
    return rows[scene.shown[rows]]


def middle_first(points: Floats, rows: Rows) -> Rows:
    """``rows`` from the middle of the works outwards."""
    if len(rows) < 2:
        return np.asarray(rows, np.intp)
    there = np.asarray(points)[rows]
    apart = np.square(there - np.median(there, axis=0)).sum(axis=1)
    return np.asarray(rows, np.intp)[np.argsort(apart, kind="stable")]


def central(scene: Scene, rows: Rows) -> str | None:
    """The id of the work that is most like all of ``rows`` in the embedding space."""
    config = scene.info.config
    try:
        gallery = resources.library().gallery(config.collection, config.backbone)
    except ArtsimError:
        return None
    places = gallery.rows_at(scene.places[rows])
    if not len(places):
        return None
    matrix = gallery.matrix[places]
    if config.metric == "cosine":
        matrix = matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-12)
    apart = np.square(matrix - matrix.mean(axis=0)).sum(axis=1)
    return gallery.ids[int(places[int(apart.argmin())])]


def _works(rows: Rows) -> str:
    return count(len(rows), "work")
