"""How long an evaluation takes when every work of a real collection is a query.

The paintings are imported into the workspace and embedded the first time (some minutes) and found
again the next. Times are those of the quickest of the repeats, each in a
process of its own, because the machine may be shared; memory is the peak of that process, the
embeddings and libraries included. The table tells times, memory, and the
figures themselves with their intervals.
"""

import json
import shutil
import sys
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from artsim.collection.store import Collection, list_collections
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.evaluation.bootstrap import RESAMPLES, confidence
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.evaluate import evaluate
from artsim.evaluation.metric import METRICS
from artsim.evaluation.significance import PERMUTATIONS, paired_p
from artsim.library import Library
from benchmarks.kit.command import DATA, NEEDED_HOME, Benchmark, Option, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.memory import MB, peak
from benchmarks.kit.processes import in_a_process
from benchmarks.kit.results import Results
from benchmarks.kit.timing import seconds_of

NAME, BACKBONE = "paintings", "efficientnet_lite0"
QUERIES, MADE_UP, K = 5_000, 12, 10
LIMITS = {"evaluation": 20.0, "bootstrap": 2.0}
FACTS = ("cpu", "cores", "load", "numpy", "python", "artsim", "date")
COLUMNS = (
    *("what", "detail", "value", "low", "high", "unit", "limit", "collection", "backbone", "k"),
    *FACTS,
)
Row = dict[str, object]


def prepare(home: Path, data: Path) -> Workspace:
    """The workspace with the paintings imported and embedded."""
    # Imported here: the processes that measure memory do not need them.
    from artsim.backbones.embed import embed_collection
    from artsim.collection.importer import import_collection
    from artsim.collection.sources.folder import FolderSource

    workspace, progress = Workspace.open(home), TerminalProgress()
    if NAME not in list_collections(workspace):
        folder = data / "paintings"
        source = FolderSource(folder, metadata=folder / "artworks.csv")
        import_collection(workspace, NAME, source, progress=progress)
    collection = Collection.open(workspace, NAME)
    embed_collection(workspace, collection, BACKBONE, progress=progress)
    return workspace


def measure(home: str, titles_known: bool) -> dict[str, Any]:
    """One evaluation in this process: seconds, peak memory, and its document."""
    workspace = Workspace.open(home)
    if not titles_known:
        shutil.rmtree(workspace.cache / "titles", ignore_errors=True)
    config = EvaluateConfig(collection=NAME, backbones=(BACKBONE,), k=K)
    began = time.perf_counter()
    found = evaluate(Library(workspace), config)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "megabytes": peak() / MB, "document": found.to_json()}


def evaluations(home: Path, repeat: int) -> Iterator[Row]:
    """Times, memory and figures of evaluations, each in a process of its own."""
    for known, detail in ((False, "titles compared"), (True, "titles known from before")):
        done = [in_a_process(measure, str(home), known, home=home) for _ in range(repeat)]
        best = min(done, key=lambda d: float(d["seconds"]))
        yield row("evaluation", detail, best["seconds"], "s", LIMITS["evaluation"])
        yield row("peak memory", detail, best["megabytes"], "MB")
        documents = [json.dumps(d["document"]["runs"]) for d in done]
        yield row("same table each time", detail, len(set(documents)) == 1, "")
    for run in best["document"]["runs"]:
        yield row("queries", run["relevance"], run["queries"], "works")
        yield row("skipped", run["relevance"], run["skipped"], "works")
        for name in (*METRICS.own, "chance_precision", "mean_similarity"):
            low, high = run[name]["ci95"]
            yield row(name, run["relevance"], run[name]["value"], "") | {"low": low, "high": high}


def statistics(repeat: int) -> Iterator[Row]:
    """Times of the intervals and of the paired test on made-up figures."""
    values = np.random.default_rng(0).random((QUERIES, MADE_UP))
    detail = f"{QUERIES:,} queries, {MADE_UP} figures"
    seconds = min(seconds_of(lambda: confidence(values)) for _ in range(repeat))
    yield row("bootstrap", f"{RESAMPLES:,} resamples, {detail}", seconds, "s", LIMITS["bootstrap"])
    seconds = min(seconds_of(lambda: paired_p(values - 0.5)) for _ in range(repeat))
    yield row("paired test", f"{PERMUTATIONS:,} permutations, {detail}", seconds, "s")


def row(what: str, detail: str, value: object, unit: str, limit: float | None = None) -> Row:
    shown = round(value, 4) if isinstance(value, float) else value
    return {"what": what, "detail": detail, "value": shown, "unit": unit, "limit": limit or ""}


def run(options: Options, results: Results) -> None:
    """Measure the statistics alone, then evaluations."""
    known = facts(*FACTS) | {"collection": NAME, "backbone": BACKBONE, "k": K}
    workspace = prepare(options.home, options.data)
    with results.table("evaluate.csv", known) as table:
        for line in chain(statistics(options.repeat), evaluations(workspace.root, options.repeat)):
            table.add(line)
            limit = f" (limit {line['limit']})" if line["limit"] else ""
            print(
                f"{line['what']:22} {line['detail']:50} {line['value']} {line['unit']}{limit}",
                flush=True,
            )


BENCHMARK = Benchmark(
    run,
    {"evaluate.csv": COLUMNS},
    (NEEDED_HOME, DATA, Option("--repeat", "repeats, of which the quickest counts", int, 3)),
)

if __name__ == "__main__":
    sys.exit(command_line("evaluate"))
