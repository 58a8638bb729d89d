"""What museums really bring: every case of the field, what is expected and what came of it.

Each module of this folder measures some cases with ``rows(folder)``, which gives (case, file,
expected, measured, right) for each file or table of them.
"""

import importlib
import pkgutil
from pathlib import Path

from benchmarks.kit import machine
from benchmarks.kit.command import DATA, Benchmark, Options
from benchmarks.kit.results import Results

NAME = "field.csv"
COLUMNS = ("case", "file", "expected", "measured", "right", "date", "code")
_WIDTHS = (5, 34, 40, 40)


def measured(folder: Path) -> list[tuple[str, str, str, str, bool]]:
    """The rows of all modules, in order of case."""
    found: list[tuple[str, str, str, str, bool]] = []
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        if not module.startswith("_"):
            found += importlib.import_module(f"{__name__}.{module}").rows(folder)
    return sorted(found, key=lambda row: row[0])


def run(options: Options, results: Results) -> None:
    """Measure every case, print the table and keep it."""
    print(_line(COLUMNS[:5]))
    with results.table(NAME, machine.facts("date", "code")) as table:
        for row in measured(options.data / "field"):
            print(_line((*row[:4], "yes" if row[4] else "NO")), flush=True)
            table.add(dict(zip(COLUMNS, row, strict=False)))
    right = [row["right"] for row in table.rows]
    print(f"{sum(right)} of {len(right)} are right.")


def _line(cells: tuple[str, ...]) -> str:
    short = (c if len(c) <= w else f"{c[: w - 1]}…" for c, w in zip(cells, _WIDTHS, strict=False))
    padded = (c.replace("\n", " ").ljust(w) for c, w in zip(short, _WIDTHS, strict=True))
    return "  ".join((*padded, cells[4]))


BENCHMARK = Benchmark(run, {NAME: COLUMNS}, (DATA,), needs=("field",))
