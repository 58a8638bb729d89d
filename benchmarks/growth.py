"""How time, memory and disk grow with a collection: import, embed, search, evaluate, map.

Works are synthetic: small drawn pictures for import and embedding, and for the others groups of
512-dimensional embeddings, with titles, artists and styles, written straight into the table. Each
step has a process of its own; memory is the peak of that process and of the largest that it
started. Steps go from the most telling to the least; one that would not end within --minutes,
judged by the sizes before it, is extrapolated, and its row says from what. A row
stands in place of the one of an earlier run that it repeats.

- import, embed: pictures of 320 x 240 with the quality checks; efficientnet_lite0.
- search: the median of exact searches, after the embeddings were read; beside it NumPy's product
  and argpartition, and the limit, two threads that read as many bytes once.
- command: `artsim search` by a work's id as a whole, in a fresh process, the files in the system's
  cache: median of 5. Its limit is the 1.5 s that a person was promised at 100,000 works.
- evaluate: 1,000 works ask, by artist, style and title. evaluate-all: every work asks. The limit
  is the time of the products alone, measured in the same process on some of them.
- map: `artsim map` as a whole.
"""

import itertools
import math
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from artsim.collection import lance_io
from artsim.collection.store import Collection, list_collections
from artsim.core.workspace import Workspace
from artsim.library import Library
from benchmarks.kit.command import HOME, Benchmark, Option, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.memory import MB, peak, peak_of_children
from benchmarks.kit.processes import in_a_process
from benchmarks.kit.results import Results
from benchmarks.kit.timing import seconds_of
from benchmarks.synthetic import grouped

FACTS = ("cpu", "cores", "load", "python", "artsim", "date")
COLUMNS = (
    *("works", "what", "seconds", "source", "memory_mb", "disk_mb", "peer", "peer_seconds"),
    *("limit_seconds", "detail", *FACTS),
)
SIZES = (1_000, 10_000, 100_000, 1_000_000)
BACKBONE, SYNTHETIC, DIMENSION = "efficientnet_lite0", "synthetic", 512
ASKED, SEARCHES, K = 1_000, 60, 12
_WORDS = 4_000
_LEAST = 120.0  # seconds that a step has even where the time is up
Row = dict[str, Any]


def run(options: Options, results: Results) -> None:
    """Measure step by step within the time, and write what is known after each."""
    with (
        TemporaryDirectory(prefix="artsim-growth-", ignore_cleanup_errors=True) as passing,
        results.table("growth.csv", {}, replaces=("works", "what"), order=place) as table,
    ):
        home = options.home or Path(passing)
        end = time.monotonic() + 60 * options.minutes
        for row in grown(home, options.what, sorted(options.works), end):
            table.add({name: value for name, value in row.items() if name in COLUMNS})
            print(
                "{what:<13}{works:>9} {seconds:>12} s  {source}  {detail}".format(**row), flush=True
            )


def place(row: Mapping[str, Any]) -> tuple[int, int]:
    """Where a row stands in the table."""
    return list(STEPS).index(row["what"]), int(row["works"])


def grown(home: Path, steps: list[str], sizes: list[int], end: float) -> Iterator[Row]:
    """A row a step and size, the quick steps at all sizes first."""
    for step in (step for step in STEPS if step in steps):
        known: list[Row] = []
        for works in sizes:
            about = {"works": works, "what": step} | facts(*FACTS)
            likely = extrapolated(known, works) if known else 0.0
            began = time.monotonic()
            row: Row | None = None
            if works <= MOST.get(step, works) and began + likely < end:
                row = child(home, step, works, max(_LEAST, end - began))
            if row is not None:
                known.append(about | row | {"wall": time.monotonic() - began})
                yield known[-1]
            elif known:
                yield about | guessed(known, works)


def guessed(known: list[Row], works: int) -> Row:
    """What was not measured: time as it grew between the last two sizes, disk by the work."""
    last, sizes = known[-1], [f"{row['works']:,}" for row in known[-2:]]
    disk = float(last["disk_mb"] or 0) * works / last["works"]
    return {
        "seconds": f"{extrapolated(known, works, 'seconds'):.4g}",
        "source": f"extrapolated from {' and '.join(sizes)}",
        "disk_mb": f"{disk:.4g}" if disk else "",
        "detail": "",
    }


def extrapolated(known: list[Row], works: int, figure: str = "wall") -> float:
    """Seconds at ``works`` by the power law of the last two sizes, at least a linear one."""
    last, power = known[-1], 1.0
    if len(known) > 1:
        before = known[-2]
        times = float(last[figure]) / max(1e-9, float(before[figure]))
        power = max(1.0, math.log(times) / math.log(last["works"] / before["works"]))
    return float(last[figure]) * float(works / last["works"]) ** power


def child(home: Path, step: str, works: int, seconds: float) -> Row | None:
    """One step in a process of its own, None where it takes longer than that.

    What it needs is made before, in another process.
    """
    found: Row | None = None
    for what in (*NEEDS.get(step, ()), step):
        try:
            found = in_a_process(measured, str(home), what, works, home=home, seconds=seconds)
        except subprocess.TimeoutExpired:
            return None
    return found


def measured(home: str, step: str, works: int) -> Row:
    """One step in this process: time, memory, what the collection takes on the disk."""
    workspace = Workspace.open(home)
    if step in {"import", "embed"}:
        name = f"drawn{works}"
    else:
        name = f"synthetic{works}"
        fill(workspace, name, works)
    if step == FILL:
        return {}
    found = STEPS[step](workspace, name, works)
    found["seconds"] = f"{found['seconds']:.4g}"
    folder = workspace.collections / name
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6
    return {"source": "measured", "memory_mb": held(), "disk_mb": f"{size:.4g}"} | found


def held() -> int:
    """Megabytes that this process held at most, and the largest of those that it started."""
    return round((peak() + peak_of_children()) / MB)


def importing(workspace: Workspace, name: str, works: int) -> Row:
    """Draw the pictures, then import them, checks included."""
    from artsim.collection.importer import import_collection
    from artsim.collection.sources.folder import FolderSource

    if name in list_collections(workspace):
        Collection.open(workspace, name).delete()
    with TemporaryDirectory(prefix="artsim-drawn-") as folder:
        draw(Path(folder), works)
        began = time.perf_counter()
        report = import_collection(workspace, name, FolderSource(folder))
        seconds = time.perf_counter() - began
    return {"seconds": seconds, "detail": f"{report.kept + report.converted:,} kept"}


def draw(folder: Path, works: int) -> None:
    """Pictures that no check takes for copies of each other, some kilobytes each."""
    import cv2

    rng = np.random.default_rng(0)
    for i in range(works):
        coarse = rng.integers(0, 256, (7, 9, 3), np.uint8)
        picture = cv2.resize(coarse, (320, 240), interpolation=cv2.INTER_CUBIC)
        for x, y, side in rng.integers(10, 200, (6, 3)):
            colour = rng.integers(0, 256, 3).tolist()
            cv2.rectangle(picture, (int(x), int(y)), (int(x + side), int(y + side)), colour, 2)
        cv2.imwrite(str(folder / f"w{i:07}.jpg"), picture)


def embedding(workspace: Workspace, name: str, works: int) -> Row:
    """Embed the imported pictures."""
    from artsim.backbones.embed import embed_collection

    if name not in list_collections(workspace):
        importing(workspace, name, works)
    collection = Collection.open(workspace, name)
    for column in collection.info().embeddings:
        collection.drop_embedding(column.column)
    began = time.perf_counter()
    embed_collection(workspace, Collection.open(workspace, name), BACKBONE)
    return {"seconds": time.perf_counter() - began, "detail": BACKBONE}


def fill(workspace: Workspace, name: str, works: int) -> None:
    """A collection of embedded works without pictures, in groups of one artist and style."""
    if name in list_collections(workspace):
        if Collection.open(workspace, name).info().artworks == works:
            return
        Collection.open(workspace, name).delete()
    collection = Collection.create(workspace, name, "folder", "made for benchmarks.growth")
    column = collection.ensure_embedding_column(SYNTHETIC, "0" * 64, DIMENSION)
    rng = np.random.default_rng(0)
    words = np.array(["".join(w) for w in itertools.product("bdgklmnprst", "aeiou", repeat=3)])
    words = rng.permutation(words)[:_WORDS]
    titles = rng.integers(0, len(words), (max(2, works * 4 // 5), 4))  # some are of several works
    for numbers, group, matrix in grouped(works, DIMENSION):
        count = len(numbers)
        columns = {
            "id": [f"w{i:07}" for i in numbers],
            "title": [" ".join(words[t]) for t in titles[rng.integers(0, len(titles), count)]],
            "artist": [f"Artist {g}" for g in group],
            "style": [f"Style {g % 20}" for g in group],
            "has_image": [False] * count,
            column: pa.FixedSizeListArray.from_arrays(pa.array(matrix.reshape(-1)), DIMENSION),
            f"{column}_ok": [True] * count,
        }
        lance_io.append(collection.uri, pa.table(columns))


def searching(workspace: Workspace, name: str, works: int) -> Row:
    """Median of exact searches once the embeddings are in memory, and what it is up against."""
    from artsim.search.query import Query

    library, rng = Library(workspace), np.random.default_rng(1)
    began = time.perf_counter()
    gallery = library.gallery(name, SYNTHETIC)
    loaded = time.perf_counter() - began
    asked = rng.integers(0, works, SEARCHES + 5)

    def ours(row: int) -> object:
        query = Query(SYNTHETIC, id=gallery.ids[row], k=K, index="exact")
        return library.search(name, query)

    for row in asked[:5]:
        ours(int(row))
    waited = time.monotonic() + 60  # a large matrix gets a compact copy meanwhile
    while gallery.index.nbytes > gallery.matrix.nbytes and time.monotonic() < waited:
        if gallery.index.compact:
            break
        time.sleep(0.1)
    needed = held()
    from benchmarks.search import Reader, plain_numpy  # these take memory of their own

    plain, reader = plain_numpy(gallery.matrix, K, "cosine"), Reader(gallery.matrix.nbytes)
    ways: list[Callable[[int], object]] = [ours, lambda row: plain(gallery.matrix[row]), reader]
    for way in ways:
        way(int(asked[0]))
    times: list[list[float]] = [[] for _ in ways]
    for row in asked[5:]:
        for way, taken in zip(ways, times, strict=True):
            time.sleep(0.05)  # idle threads of OpenBLAS spin for some 30 ms
            taken.append(seconds_of(lambda way=way, row=row: way(int(row))))
    return {
        "seconds": statistics.median(times[0]),
        "memory_mb": needed,
        "peer": "NumPy product and argpartition",
        "peer_seconds": f"{statistics.median(times[1]):.4g}",
        "limit_seconds": f"{min(times[2]):.4g}",
        "detail": f"embeddings read in {loaded:.2g} s",
    }


def commanding(workspace: Workspace, name: str, works: int) -> Row:  # noqa: ARG001
    """Median of searches by id, each a command of its own."""
    words = ("search", name, "--backbone", SYNTHETIC, "--id", "w0000005", "--json")
    artsim = [sys.executable, "-m", "artsim", *words]

    def once() -> object:
        return subprocess.run(artsim, stdout=subprocess.DEVNULL, check=True)

    once()
    seconds = statistics.median(seconds_of(once) for _ in range(5))
    limit = {"limit_seconds": "1.5"} if works == 100_000 else {}
    return {"seconds": seconds, "detail": "a fresh process each"} | limit


def evaluating(everyone: bool) -> Callable[[Workspace, str, int], Row]:
    """An evaluation in which all works ask, or ASKED of them."""

    def measure(workspace: Workspace, name: str, works: int) -> Row:
        from artsim.evaluation.config import EvaluateConfig
        from artsim.evaluation.evaluate import evaluate

        shutil.rmtree(workspace.cache / "titles", ignore_errors=True)
        library = Library(workspace)
        matrix = library.gallery(name, SYNTHETIC).matrix
        asked = works if everyone else min(ASKED, works)
        config = EvaluateConfig(
            collection=name,
            backbones=(SYNTHETIC,),
            relevances=("artist", "style", "title"),
            sample=None if everyone else ASKED,
        )
        began = time.perf_counter()
        found = evaluate(library, config)
        seconds = time.perf_counter() - began
        block = matrix[: min(64, works)]
        products = [seconds_of(lambda: block @ matrix.T) for _ in range(5)]
        value = found.runs[0].figures["map_at_k"].value
        return {
            "seconds": seconds,
            "limit_seconds": f"{min(products) * asked / len(block):.4g}",
            "detail": f"{asked:,} queries; mAP@{config.k} by artist {value:.3f}",
        }

    return measure


def mapping(workspace: Workspace, name: str, works: int) -> Row:
    """A map, drawn anew."""
    from artsim.maps.config import MapConfig
    from artsim.maps.make import make_map
    from artsim.maps.storage import delete_map, list_maps

    library = Library(workspace)
    for old in list_maps(library, name):
        delete_map(library, name, old.id)
    began = time.perf_counter()
    info = make_map(library, MapConfig(collection=name, backbone=SYNTHETIC))
    found: Row = {"seconds": time.perf_counter() - began}
    found["detail"] = f"trustworthiness {info.trustworthiness or 0:.3f}"
    if works == 100_000:
        found["limit_seconds"] = "1200"
    return found


STEPS: dict[str, Callable[[Workspace, str, int], Row]] = {
    "search": searching,
    "command": commanding,
    "evaluate": evaluating(everyone=False),
    "evaluate-all": evaluating(everyone=True),
    "map": mapping,
    "import": importing,
    "embed": embedding,
}
FILL = "fill"
NEEDS = dict.fromkeys(("search", "command", "evaluate", "evaluate-all", "map"), (FILL,))
# Beyond these, hours: extrapolated whatever the time that is left.
MOST = {"evaluate-all": 100_000, "map": 100_000, "import": 100_000, "embed": 10_000}

BENCHMARK = Benchmark(
    run,
    {"growth.csv": COLUMNS},
    (
        HOME,
        Option("--works", "works of each collection", int, SIZES, several=True),
        Option("--what", "steps to measure", str, tuple(STEPS), True, {"choices": [*STEPS]}),
        Option("--minutes", "minutes for all steps together", float, 25.0),
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("growth"))
