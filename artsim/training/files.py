"""Files of a run that are written whole or not at all."""

import csv
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from artsim.core import atomic


def append_row(path: Path, names: list[str], values: Mapping[str, float]) -> None:
    """One more line of metrics.csv, on disk when this returns.

    A table that an older version began keeps its columns, and gets the new ones.
    """
    new = not path.exists()
    if not new:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.reader(file)) or [[]]
        missing = [name for name in names if name not in lines[0]]
        if missing:
            write_rows(
                path, [*lines[0], *missing], [[*line, *[""] * len(missing)] for line in lines[1:]]
            )
        names = [*lines[0], *missing]
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if new:
            writer.writerow(names)
        writer.writerow([_cell(values.get(name)) for name in names])
        file.flush()
        os.fsync(file.fileno())


def keep_rows(path: Path, epochs: int) -> None:
    """Forget the lines of metrics.csv after so many epochs: they are made again."""
    if not path.is_file():
        return
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file)) or [[]]
    kept = [line for line in lines[1:] if _epoch(line) <= epochs]
    write_rows(path, lines[0], kept)


def write_rows(path: Path, names: list[str], rows: Iterable[Sequence[str]]) -> None:
    """A CSV table, there whole or not at all."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([names, *rows])
    atomic.write(path, text.getvalue())


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """A JSON file, there whole or not at all."""
    atomic.write(path, json.dumps(content, indent=1, ensure_ascii=False))


def _cell(value: float | None) -> str:
    if value is None or not np.isfinite(value):
        return ""
    return f"{value:.8g}"


def _epoch(line: list[str]) -> float:
    try:
        return float(line[0])
    except (IndexError, ValueError):
        return float("inf")
