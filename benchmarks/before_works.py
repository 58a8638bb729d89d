"""What collections cost before works had pictures, and now: the same commands with both checkouts.

Needs a checkout of the code before, which reads collections of format 2:

    git worktree add ../before 8bf1498
    python -m benchmarks before_works --before ../before

Each command runs with both checkouts in turn, each on a workspace of its own with the same works.
Its cost is the processor time of its process (user and system). A first import and an embedding are
measured by the clock: pictures are decoded in processes that die uncounted.

With --real, a folder with images/ and artworks.csv, only its import again is measured: generated
pictures have no look-alikes, and those are compared again each time.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.kit import machine
from benchmarks.kit.command import QUICK, Benchmark, Option, Options, command_line, path
from benchmarks.kit.processes import REPOSITORY
from benchmarks.kit.results import Results

COLUMNS = ("what", "works", "unit", "before", "now", "ratio", "runs", "cpu", "date", "code")
NAME, BACKBONE = "works", "efficientnet_lite0"
Times = list[float]


class _Code:
    """One checkout, with a workspace of its own below ``home``."""

    def __init__(self, tree: Path, home: Path) -> None:
        self.home = home
        # Modules are compiled once, as in an installed artsim.
        more = {"PYTHONPATH": str(tree), "ARTSIM_HOME": str(home)}
        more |= {"PYTHONPYCACHEPREFIX": str(home.parent / "compiled")}
        kept = {n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
        self._environment = kept | more

    def waited(self, *words: str) -> float:
        """Seconds of the clock of one command."""
        start = time.monotonic()
        self.cost(*words)
        return time.monotonic() - start

    def cost(self, *words: str) -> float:
        """Seconds of processor time of one command."""
        start = _spent()
        command = [sys.executable, "-m", "artsim", *words]
        subprocess.run(
            command, env=self._environment, cwd=self.home.parent, check=True, capture_output=True
        )
        return _spent() - start

    def size(self) -> float:
        """Bytes of the collection's tables."""
        files = (self.home / "collections").rglob("*")
        return float(sum(file.stat().st_size for file in files if file.is_file()))


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _pictures(folder: Path, count: int) -> Path:
    """``count`` pictures and the table that names them; the table's path."""
    folder.mkdir()
    rng = np.random.default_rng(7)
    rows = ["id,title,artist,year,style"]
    for i in range(count):
        blocks = Image.fromarray(rng.integers(0, 255, (35, 45, 3), dtype=np.uint8))
        blocks.resize((360, 280), Image.Resampling.NEAREST).save(folder / f"w{i:05}.jpg")
        rows.append(f"w{i:05},Title {i},Artist {i % 97},{1600 + i % 300},style {i % 9}")
    table = folder.with_suffix(".csv")
    table.write_text("\n".join(rows), encoding="utf-8")
    return table


def run(options: Options, results: Results) -> None:
    """Measure import, import again, opening, search and the size on disk."""
    count = 64 if options.quick else options.works
    known = f" ({options.real.name})" if options.real else ""
    if options.real:
        count = len(list((options.real / "images").iterdir()))
    runs = 1 if options.quick else options.runs
    facts = machine.facts("cpu", "date", "code")
    with (
        tempfile.TemporaryDirectory() as aside,
        results.table("before_works.csv", facts, replaces=("what", "works")) as table,
    ):
        folder = options.real / "images" if options.real else Path(aside, "pictures")
        named = str(options.real / "artworks.csv" if options.real else _pictures(folder, count))
        brought = ("collection", "import", "folder", str(folder), "--name", NAME)
        codes = [
            _Code(tree, Path(aside, name))
            for name, tree in (("before", options.before), ("now", REPOSITORY))
        ]

        def add(what: str, unit: str, values: tuple[Times, Times]) -> None:
            before, now = (statistics.median(v) for v in values)
            row = {"what": what + known, "works": count, "unit": unit, "runs": len(values[0])}
            row |= {"before": f"{before:.4g}", "now": f"{now:.4g}", "ratio": f"{now / before:.3f}"}
            table.add(row)
            print("  ".join(f"{value!s:>12}" for value in row.values()), flush=True)

        def measured(cost: Callable[[_Code], float], times: int) -> tuple[Times, Times]:
            pairs = [[cost(code) for code in codes] for _ in range(times)]
            before, now = zip(*pairs, strict=True)
            return list(before), list(now)

        words = (*brought, "--metadata", named)
        first = measured(lambda code: code.waited(*words), 1)
        if not options.real:
            add("import", "s of the clock", first)
        add("import again", "s", measured(lambda code: code.cost(*words), runs))
        if options.real:
            return
        embedding = ("embed", NAME, "--backbone", BACKBONE)
        add("embed", "s of the clock", measured(lambda code: code.waited(*embedding), 1))
        add("open", "s", measured(lambda code: code.cost("collection", "show", NAME), runs))
        search = ("search", NAME, "--backbone", BACKBONE, "--id", "w00007", "--json")
        add("search", "s", measured(lambda code: code.cost(*search), runs))
        add("size on disk", "bytes", measured(_Code.size, 1))


BENCHMARK = Benchmark(
    run,
    {"before_works.csv": COLUMNS},
    (
        Option("--before", "checkout of the older code", path, more={"required": True}),
        Option("--works", "works of the collection", int, 2000),
        Option("--runs", "runs of a command with each checkout", int, 7),
        Option("--real", "folder with images/ and artworks.csv, measured alone", path),
        QUICK,
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("before_works"))
