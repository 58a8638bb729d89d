"""How long a map takes, how much memory, and how far it can be trusted beside other projections.

7,359 works are the shared paintings, imported into the workspace and embedded the first time (some
minutes); where they are absent, and at other sizes, works are synthetic (1,280
dimensions, 200 uneven groups around a curved sheet of 24). Each measurement has a process of its
own; memory is that process's peak, embeddings and libraries included. Rows of
the table that are measured again are replaced, the others stay.

- map: `artsim map` as a whole, with clusters, mosaic and trust; the time limits of the project
  hold for two idle cores. Then the share of neighbours that its mosaic keeps within two cells.
- pca, tsne (openTSNE), pacmap: 2-D projections of the same embeddings, their trust measured alike.
- placing: a tenth of the works is held out, the others are drawn, and the share of a work's 15
  true nearest among the 50 nearest on the map is compared: held-out works, works of the map.
"""

import platform
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from artsim.collection import lance_io
from artsim.collection.store import Collection, list_collections
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.maps.components import components
from artsim.maps.config import MapConfig
from artsim.maps.make import make_map
from artsim.maps.mosaic import neighbours_kept
from artsim.maps.nearest import nearest, prepared
from artsim.maps.out_of_sample import settled
from artsim.maps.projection import laid_out
from artsim.maps.storage import delete_map, list_maps, load_map
from artsim.maps.trust import trust
from artsim.maps.usable import usable_rows
from artsim.search.neighbours import Floats
from benchmarks.evaluate import BACKBONE, NAME, prepare
from benchmarks.kit.command import DATA, NEEDED_HOME, Benchmark, Option, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.memory import MB, peak
from benchmarks.kit.processes import in_a_process
from benchmarks.kit.results import Results

COLUMNS = ("works", "data", "what", "figure", "value", "unit", "limit", "note", "date", "code")
SIZES = (7_359, 20_000, 100_000)
LIMITS = {7_359: 60, 100_000: 20 * 60}
DIMENSION, GROUPS, K, SHOWN = 1_280, 200, 15, 50
_ASKED = 2_000
Figure = tuple[str, float, str, str]


def run(options: Options, results: Results) -> None:
    """Measure what is asked for and put it into the table."""
    order = list(MEASURES)
    with results.table(
        "maps.csv",
        facts("date", "code"),
        replaces=("works", "what"),
        order=lambda row: (int(row["works"]), order.index(row["what"])),
    ) as table:
        for works in options.works:
            name, about = collection_of(Workspace.open(options.home), works, options.data)
            for what in options.what:
                told = in_a_process(measured, what, str(options.home), name, home=options.home)
                for figure, value, unit, note in told:
                    limit = LIMITS.get(works, "") if (what, figure) == ("map", "time") else ""
                    row = {"works": works, "data": about, "what": what, "figure": figure}
                    row |= {"value": f"{value:.4g}", "unit": unit, "limit": limit, "note": note}
                    table.add(row)
                    print(f"{works:>7} {what:<8} {figure:<34} {value:>8.4g} {unit}", flush=True)


def measured(what: str, home: str, name: str) -> list[Figure]:
    """One measurement in this process."""
    return list(MEASURES[what](Library(Workspace.open(home)), name))


def collection_of(workspace: Workspace, works: int, data: Path) -> tuple[str, str]:
    """A collection of so many embedded works, and in words what it is."""
    if works == SIZES[0] and (data / "paintings" / "artworks.csv").is_file():
        if NAME not in list_collections(workspace):
            prepare(workspace.root, data)
        return NAME, f"paintings with {BACKBONE}"
    name = f"synthetic{works}"
    if name not in list_collections(workspace):
        collection = Collection.create(workspace, name, "folder", "made for benchmarks.maps")
        ids = [f"s{i:06}" for i in range(works)]
        lance_io.append(collection.uri, pa.table({"id": ids, "has_image": [False] * works}))
        column = collection.ensure_embedding_column("synthetic", "0" * 64, DIMENSION)
        collection.write_embeddings(column, ids, synthetic(works))
    return name, "synthetic"


def synthetic(works: int, seed: int = 0) -> Floats:
    """Groups of uneven size on a curved sheet, with noise; float32 [works, DIMENSION]."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(GROUPS, 24))
    group = np.minimum(rng.geometric(0.02, works) - 1, GROUPS - 1)
    hidden = centres[group] + 0.35 * rng.normal(size=(works, 24))
    found = np.empty((works, DIMENSION), np.float32)
    straight, bent = rng.normal(size=(24, DIMENSION)), rng.normal(size=(24, DIMENSION))
    for start in range(0, works, 10_000):
        part = hidden[start : start + 10_000]
        noise = rng.normal(size=(len(part), DIMENSION))
        found[start : start + 10_000] = part @ straight + np.sin(2 * part) @ bent + noise
    return found


def whole_map(library: Library, name: str) -> Iterator[Figure]:
    """Time and memory of a map, its trust, clusters, and what its mosaic keeps."""
    for old in list_maps(library, name):
        delete_map(library, name, old.id)
    began = time.perf_counter()
    config = MapConfig(collection=name, backbone=backbone_of(library, name))
    info = make_map(library, config)
    machine = "{cores} cores, load {load}".format(**facts("cores", "load"))
    yield "time", time.perf_counter() - began, "s", f"{machine}, {platform.machine()}"
    yield "memory", peak() / MB, "MB", "peak of the process"
    yield "trustworthiness", info.trustworthiness or 0.0, "", f"{info.measured_on:,} works"
    yield "continuity", info.continuity or 0.0, "", f"{info.measured_on:,} works"
    found = load_map(library, name, info.id)
    labels = np.asarray(found.clusters.labels)
    yield "clusters", float(labels.max() + 1), "", ""
    yield "works in a cluster", float((labels >= 0).mean()), "", ""
    drawn = near_points(np.asarray(found.points), K)
    grid = np.asarray(found.mosaic)
    chance = (5**2 - 1) / len(grid)
    note = f"of the {K} nearest, at most 2 cells away; by chance {chance:.2g}"
    yield "mosaic keeps neighbours on the map", neighbours_kept(grid, drawn), "", note
    yield "mosaic keeps neighbours in the space", neighbours_kept(grid, found.neighbours), "", note


def projection(project: Callable[[Floats], Any]) -> Callable[[Library, str], Iterator[Figure]]:
    """Time and trust of another projection of the same embeddings."""

    def measure(library: Library, name: str) -> Iterator[Figure]:
        space = space_of(library, name)
        began = time.perf_counter()
        points = np.ascontiguousarray(project(space), np.float32)
        yield "time", time.perf_counter() - began, "s", "the projection alone"
        yield "memory", peak() / MB, "MB", "peak of the process"
        found = trust(space, points)
        yield "trustworthiness", found.trustworthiness or 0.0, "", f"{found.works:,} works"
        yield "continuity", found.continuity or 0.0, "", f"{found.works:,} works"

    return measure


def placing(library: Library, name: str) -> Iterator[Figure]:
    """How near works that were held out are placed to their true neighbours."""
    space = space_of(library, name)
    order = np.random.default_rng(0).permutation(len(space))
    held, rest = order[: len(order) // 10][:_ASKED], np.sort(order[len(order) // 10 :])
    kept = space[rest]
    near = nearest(kept, K, "cosine")
    points = laid_out(near, components(kept, 2), 0.1, 0)
    rows, distances = np.empty((len(held), K), np.intp), np.empty((len(held), K))
    for i, row in enumerate(held):
        scores = kept @ space[row]
        best = np.argpartition(-scores, K)[:K]
        rows[i] = best[np.argsort(-scores[best], kind="stable")]
        distances[i] = 1 - scores[rows[i]]
    began = time.perf_counter()
    placed = settled(points, rows, distances)
    yield "time a work", (time.perf_counter() - began) / len(held) * 1000, "ms", "neighbours known"
    note = f"share of the true {K} nearest among the {SHOWN} nearest on the map"
    yield "held-out works", shown_near(points, placed, rows), "", note
    own = np.arange(0, len(kept), max(1, len(kept) // _ASKED))
    yield "works of the map", shown_near(points, points[own], near.rows[own], own), "", note
    means = np.asarray(points, np.float64)[rows].mean(axis=1)
    yield "placed at the mean instead", shown_near(points, means, rows), "", note


def shown_near(points: Any, at: Any, rows: Any, own: Any = None) -> float:
    """The share of ``rows`` [n, K] among the SHOWN points nearest to ``at`` [n, 2]."""
    from scipy.spatial import cKDTree

    found = cKDTree(points).query(at, SHOWN + (own is not None))[1]
    pairs = zip(rows, found, strict=True)
    return float(np.mean([np.isin(mine, near).mean() for mine, near in pairs]))


def near_points(points: Any, k: int) -> Any:
    """The ``k`` nearest other points of each."""
    from scipy.spatial import cKDTree

    found = cKDTree(points).query(points, k + 1)[1]
    return np.array([row[row != i][:k] for i, row in enumerate(found)], np.int32)


def tsne(space: Floats) -> Any:
    """openTSNE of 50 principal components."""
    from openTSNE import TSNE

    return TSNE(n_jobs=2, random_state=0).fit(components(space, 50).astype(np.float64))


def pacmap(space: Floats) -> Any:
    """PaCMAP as it comes: it begins with 100 principal components."""
    from pacmap import PaCMAP

    return PaCMAP(random_state=0).fit_transform(space)


def space_of(library: Library, name: str) -> Floats:
    """The unit embeddings of a collection."""
    gallery = library.gallery(name, backbone_of(library, name))
    return prepared(gallery.matrix[usable_rows(gallery)], "cosine")


def backbone_of(library: Library, name: str) -> str:
    """The backbone that a collection is embedded with."""
    return library.info(name).embeddings[0].backbone


MEASURES: dict[str, Callable[[Library, str], Iterator[Figure]]] = {
    "map": whole_map,
    "pca": projection(lambda space: components(space, 2)),
    "tsne": projection(tsne),
    "pacmap": projection(pacmap),
    "placing": placing,
}

BENCHMARK = Benchmark(
    run,
    {"maps.csv": COLUMNS},
    (
        NEEDED_HOME,
        DATA,
        Option("--works", "works of each map", int, SIZES, several=True),
        Option("--what", "what to measure", str, tuple(MEASURES), True, {"choices": [*MEASURES]}),
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("maps"))
