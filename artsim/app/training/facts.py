"""Facts computed from a training's record: labels, figures, the best epoch, time left."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from artsim.training.record import CHOICE, KEPT_ASIDE, MEAN, UNSEEN, TrainingRun

_MAP = "map10_"
_RECENT = 3  # epochs whose mean time predicts that of the next
Row = Mapping[str, float | None]


def labels(run: TrainingRun) -> list[str]:
    """The labels it learns to tell apart: those with figures, else those that were asked for."""
    found = [c.removeprefix(_MAP) for c in columns(run.rows) if c.startswith(_MAP)]
    others = (UNSEEN, MEAN, CHOICE)
    told = [label for label in found if label not in others and not label.endswith(KEPT_ASIDE)]
    return told or [str(label) for label in run.config.get("labels") or ()]


def columns(rows: Sequence[Row]) -> list[str]:
    """Every column that any row has, in the order in which they turn up."""
    return list(dict.fromkeys(name for row in rows for name in row))


def has(rows: Sequence[Row], column: str) -> bool:
    """Whether any row has a value there."""
    return any(value(row, column) is not None for row in rows)


def value(row: Row, column: str) -> float | None:
    """A finite number, else None."""
    found = row.get(column)
    return found if found is not None and math.isfinite(found) else None


def epochs_done(run: TrainingRun) -> int:
    """The last epoch that is written down."""
    return max((int(value(row, "epoch") or 0) for row in run.rows), default=0)


def retrieval(run: TrainingRun) -> list[tuple[str, str]]:
    """Columns of retrieval that have values, each with its title; artists kept aside last."""
    found = [(f"{_MAP}{label}", label.capitalize()) for label in labels(run)]
    found += [
        (f"{_MAP}{label}{KEPT_ASIDE}", f"{label.capitalize()}, asked by artists kept aside")
        for label in labels(run)
    ]
    found.append((_MAP + UNSEEN, "Artists kept aside"))
    return [(column, title) for column, title in found if has(run.rows, column)]


def best_figures(run: TrainingRun) -> list[tuple[str, float]]:
    """mAP@10 of the best epoch by label, in words and as a number in [0, 1]."""
    row = run.best or {}
    short = [c for c in retrieval(run) if not c[0].endswith(KEPT_ASIDE)]
    told = [(title, value(row, column)) for column, title in short]
    return [(title, number) for title, number in told if number is not None]


def base_figure(run: TrainingRun, column: str) -> float | None:
    """The same figure of the backbone that it started from, None where it was not measured."""
    base = (run.summary or {}).get("base")
    return value(base, column) if isinstance(base, dict) else None


def seconds_left(run: TrainingRun) -> float | None:
    """Seconds until the planned number of epochs, None where nobody can tell."""
    times = [t for row in run.rows[-_RECENT:] if (t := value(row, "seconds")) is not None]
    if not times or not run.epochs_planned:
        return None
    return max(0, run.epochs_planned - epochs_done(run)) * sum(times) / len(times)


def speed(run: TrainingRun) -> float | None:
    """Images a second over the last epochs."""
    rates = [r for row in run.rows[-_RECENT:] if (r := value(row, "images_per_second"))]
    return sum(rates) / len(rates) if rates else None


def confused(counts: Sequence[Sequence[float]], names: Sequence[str]) -> list[dict[str, Any]]:
    """Pairs of classes that are taken for each other, most works first.

    Each has ``true``, ``taken_for``, ``works`` and ``share`` of the works of the true class.
    """
    pairs = [
        {"true": names[i], "taken_for": names[j], "works": int(n), "share": n / max(sum(line), 1)}
        for i, line in enumerate(counts)
        for j, n in enumerate(line)
        if i != j and n > 0
    ]
    return sorted(pairs, key=lambda p: (-p["works"], -p["share"], p["true"], p["taken_for"]))
