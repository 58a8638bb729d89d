"""How long an evaluation takes when every work of a real collection is a query.

    python -m benchmarks.evaluate --home FOLDER [--data ../shared/data] [--repeat 3]

FOLDER is a workspace: the paintings are imported and embedded there the first time (some
minutes) and found again the next. Times are those of the quickest of the repeats, each in a
process of its own, because the machine may be shared; memory is the peak of that process, the
embeddings and libraries included. Writes benchmarks/results/evaluate.csv: times, memory, and the
figures themselves with their intervals.
"""

import argparse
import csv
import datetime
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from artsim.collection.store import Collection, list_collections
from artsim.core.progress import TerminalProgress
from artsim.core.version import code_version
from artsim.core.workspace import Workspace
from artsim.evaluation.bootstrap import RESAMPLES, confidence
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.evaluate import evaluate
from artsim.evaluation.results import FIGURES
from artsim.evaluation.significance import PERMUTATIONS, paired_p
from artsim.library import Library

RESULTS = Path(__file__).parent / "results" / "evaluate.csv"
NAME, BACKBONE = "paintings", "efficientnet_lite0"
QUERIES, COLUMNS = 5_000, 12
LIMITS = {"evaluation": 20.0, "bootstrap": 2.0}
HEADER = ("what", "detail", "value", "low", "high", "unit", "limit")
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


def measure(workspace: Workspace, titles_known: bool) -> dict[str, Any]:
    """One evaluation in this process: seconds, peak memory, and its document."""
    if not titles_known:
        shutil.rmtree(workspace.cache / "titles", ignore_errors=True)
    config = EvaluateConfig(collection=NAME, backbones=(BACKBONE,))
    began = time.perf_counter()
    found = evaluate(Library(workspace), config)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "megabytes": peak_megabytes(), "document": found.to_json()}


def peak_megabytes() -> float:
    """Most memory this process held; getrusage would count the parent's before the exec."""
    status = Path("/proc/self/status")
    if status.is_file():
        lines = status.read_text(encoding="utf-8").splitlines()
        return next(int(x.split()[1]) for x in lines if x.startswith("VmHWM")) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def evaluations(home: Path, repeat: int) -> Iterator[Row]:
    """Times, memory and figures of evaluations, each in a process of its own."""
    for known, detail in ((False, "titles compared"), (True, "titles known from before")):
        done = [_in_a_process(home, known) for _ in range(repeat)]
        best = min(done, key=lambda d: float(d["seconds"]))
        yield row("evaluation", detail, best["seconds"], "s", LIMITS["evaluation"])
        yield row("peak memory", detail, best["megabytes"], "MB")
        documents = [json.dumps(d["document"]["runs"]) for d in done]
        yield row("same table each time", detail, len(set(documents)) == 1, "")
    for run in best["document"]["runs"]:
        yield row("queries", run["relevance"], run["queries"], "works")
        yield row("skipped", run["relevance"], run["skipped"], "works")
        for name in (*FIGURES, "chance_precision", "mean_similarity"):
            low, high = run[name]["ci95"]
            yield row(name, run["relevance"], run[name]["value"], "") | {"low": low, "high": high}


def statistics(repeat: int) -> Iterator[Row]:
    """Times of the intervals and of the paired test on made-up figures."""
    values = np.random.default_rng(0).random((QUERIES, COLUMNS))
    detail = f"{QUERIES:,} queries, {COLUMNS} figures"
    seconds = min(timed(lambda: confidence(values)) for _ in range(repeat))
    yield row("bootstrap", f"{RESAMPLES:,} resamples, {detail}", seconds, "s", LIMITS["bootstrap"])
    seconds = min(timed(lambda: paired_p(values - 0.5)) for _ in range(repeat))
    yield row("paired test", f"{PERMUTATIONS:,} permutations, {detail}", seconds, "s")


def timed(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def row(what: str, detail: str, value: object, unit: str, limit: float | None = None) -> Row:
    shown = round(value, 4) if isinstance(value, float) else value
    return {"what": what, "detail": detail, "value": shown, "unit": unit, "limit": limit or ""}


def _in_a_process(home: Path, titles_known: bool) -> dict[str, Any]:
    code = (
        "import json, sys; from pathlib import Path; from artsim.core.workspace import Workspace; "
        "from benchmarks.evaluate import measure; "
        "print(json.dumps(measure(Workspace.open(sys.argv[1]), sys.argv[2] == 'known')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(home), "known" if titles_known else "new"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parent.parent,
    )
    return dict(json.loads(done.stdout))


def facts() -> Row:
    """What the figures depend on besides the code."""
    cpu = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").is_file():
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        cpu = next((x.split(":")[1].strip() for x in lines if x.startswith("model name")), cpu)
    return {
        "collection": NAME,
        "backbone": BACKBONE,
        "k": 10,
        "cpu": cpu,
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "artsim": code_version(),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="minutes"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evaluate", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    known = facts()  # the load before anything runs here
    workspace = prepare(options.home, options.data)
    rows = [*statistics(options.repeat), *evaluations(workspace.root, options.repeat)]
    options.out.parent.mkdir(parents=True, exist_ok=True)
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, (*HEADER, *known))
        writer.writeheader()
        for line in rows:
            writer.writerow(line | known)
            limit = f" (limit {line['limit']})" if line["limit"] else ""
            print(f"{line['what']:22} {line['detail']:50} {line['value']} {line['unit']}{limit}")


if __name__ == "__main__":
    main()
