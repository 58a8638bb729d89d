"""One table of all measurements of searching: each figure that has a target, beside its target."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path

Row = dict[str, object]
COLUMNS = (
    "part",
    "figure",
    "value",
    "low",
    "high",
    "target",
    "met",
    "of",
    "load",
    "artsim",
    "date",
)
# For each table: the columns that name a figure, and those of its value, interval, target and
# number of trials. For marks the value is a factor.
_TABLES: dict[str, tuple[tuple[str, ...], tuple[str, str, str], str, str]] = {
    "speed": (("query",), ("ms", "", ""), "target_ms", "works"),
    "marks": (
        ("label", "wrong"),
        ("factor", "factor_low", "factor_high"),
        "target_factor",
        "queries",
    ),
    "regions": (("queries_are", "what"), ("value", "low", "high"), "target", "queries"),
    "why": (("what",), ("value", "low", "high"), "target", "pairs"),
    "concepts": (("label", "value"), ("times_chance", "times_low", ""), "", "draws"),
    "text_speed": ((), ("p95_ms", "", ""), "target_p95_ms", "queries"),
    "identify": (("photographs", "figure"), ("value", "low", "high"), "target", "of"),
}
_SMALL = re.compile(r"\b(\w+_)?(ms|seconds)\b")  # figures that are to be small
_CONCEPTS = ">= 4"  # times chance


def figures(folder: Path) -> Iterator[Row]:
    """The figures with a target out of the tables in ``folder``; a table that is missing is none.

    ``met`` says whether the figure reaches its target, not whether its interval does.
    """
    for part, (named, (value, low, high), target, of) in _TABLES.items():
        path = folder / f"asking_{part}.csv"
        if not path.is_file():
            continue
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                asked = row[target] if target else _CONCEPTS
                if not asked:
                    continue
                figure = ", ".join([*(row[name] for name in named), value])
                yield {
                    "part": part,
                    "figure": figure.removesuffix(", value"),
                    "value": row[value],
                    "low": row.get(low, ""),
                    "high": row.get(high, ""),
                    "target": asked,
                    "met": met(float(row[value]), asked, figure),
                    "of": row[of],
                    **{name: row[name] for name in ("load", "artsim", "date")},
                }


def met(value: float, target: str, named: str = "") -> bool:
    """Whether ``value`` reaches ``target``, a number that may have >= or <= before it.

    >>> met(0.96, ">= 0.97"), met(0.2, "0.3", "one work, ms"), met(2.1, "2")
    (False, True, True)
    """
    small = target.startswith("<=") or _SMALL.search(named) is not None
    number = float(target.lstrip("<>= "))
    return value <= number if small else value >= number
