"""How long a map takes, how much memory, and how far it can be trusted beside other projections.

    python -m benchmarks.maps --home FOLDER [--data ../shared/data] [--works 7359 --works 20000]
                              [--what map --what pca --what tsne --what pacmap --what placing]

FOLDER is a workspace: 7,359 works are the shared paintings, imported and embedded there the first
time (some minutes); where they are absent, and at other sizes, works are synthetic (1,280
dimensions, 200 uneven groups around a curved sheet of 24). Each measurement has a process of its
own; memory is that process's peak, embeddings and libraries included. Rows of
benchmarks/results/maps.csv that are measured again are replaced, the others stay.

- map: `artsim map` as a whole, with clusters, mosaic and trust; the time limits of the project
  hold for two idle cores. Then the share of neighbours that its mosaic keeps within two cells.
- pca, tsne (openTSNE), pacmap: 2-D projections of the same embeddings, their trust measured alike.
- placing: a tenth of the works is held out, the others are drawn, and the share of a work's 15
  true nearest among the 50 nearest on the map is compared: held-out works, works of the map.
"""

import argparse
import csv
import datetime
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from artsim.collection import lance_io
from artsim.collection.store import Collection, list_collections
from artsim.core.version import code_version
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
from artsim.search.exact import Floats
from benchmarks.evaluate import BACKBONE, NAME, peak_megabytes, prepare

RESULTS = Path(__file__).parent / "results" / "maps.csv"
HEADER = ("works", "data", "what", "figure", "value", "unit", "limit", "note", "date", "code")
SIZES = (7_359, 20_000, 100_000)
LIMITS = {7_359: 60, 100_000: 20 * 60}
DIMENSION, GROUPS, K, SHOWN = 1_280, 200, 15, 50
_ASKED = 2_000
Figure = tuple[str, float, str, str]


def main() -> None:
    """Measure what is asked for and put it into the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--works", type=int, action="append")
    parser.add_argument("--what", choices=list(MEASURES), action="append")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ["ARTSIM_HOME"] = str(options.home)
    if options.child:
        library = Library(Workspace.open(options.home))
        name, data = collection_of(library.workspace, options.works[0], options.data)
        figures = list(MEASURES[options.what[0]](library, name))
        print(json.dumps({"data": data, "figures": figures}, default=float))
        return
    for works in options.works or SIZES:
        collection_of(Workspace.open(options.home), works, options.data)
        for what in options.what or MEASURES:
            told = child(options, works, what)
            limit = LIMITS.get(works, "") if what == "map" else ""
            rows = [
                {
                    "works": works,
                    "data": told["data"],
                    "what": what,
                    "figure": figure,
                    "value": f"{value:.4g}",
                    "unit": unit,
                    "limit": limit if figure == "time" else "",
                    "note": note,
                    "date": datetime.date.today().isoformat(),
                    "code": code_version(),
                }
                for figure, value, unit, note in told["figures"]
            ]
            write(rows)
            for row in rows:
                print("{works:>7} {what:<8} {figure:<34} {value:>8} {unit}".format(**row))


def child(options: argparse.Namespace, works: int, what: str) -> dict[str, Any]:
    """One measurement in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.maps", "--child", "--home", str(options.home)]
    command += ["--data", str(options.data), "--works", str(works), "--what", what]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def write(rows: list[dict[str, Any]]) -> None:
    """Put rows into the table in place of those of the same works and measurement."""
    new = {(str(row["works"]), row["what"]) for row in rows}
    old: list[dict[str, Any]] = []
    if RESULTS.is_file():
        with RESULTS.open(newline="", encoding="utf-8") as file:
            old = [row for row in csv.DictReader(file) if (row["works"], row["what"]) not in new]
    order = list(MEASURES)
    everything = sorted([*old, *rows], key=lambda r: (int(r["works"]), order.index(r["what"])))
    with RESULTS.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEADER)
        writer.writeheader()
        writer.writerows(everything)


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
    machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {platform.machine()}"
    yield "time", time.perf_counter() - began, "s", machine
    yield "memory", peak_megabytes(), "MB", "peak of the process"
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
        yield "memory", peak_megabytes(), "MB", "peak of the process"
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

if __name__ == "__main__":
    main()
