"""The tables that the benchmarks left, as the pages of docs/ are made from them."""

import csv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
RESULTS = ROOT / "benchmarks" / "results"
Row = dict[str, str]
Tables = dict[str, list[Row]]


def read(folder: Path = RESULTS) -> Tables:
    """The rows of every table in ``folder`` that has some, by file name."""
    tables = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            tables[path.name] = list(csv.DictReader(file))
    return {name: rows for name, rows in tables.items() if rows}
