"""What a selection is made of, held against the whole map."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.engine import Engine
from artsim.maps.kept import Map
from artsim.maps.labels import CENTURY, centuries, numbers, positions, words

LABELS = ("style", "artist", "genre", "school", "medium", "theme")
_LEAST = 2  # works that make a value worth telling
_DOUBT = 2.0  # works taken off a count before it is called more frequent than elsewhere


@dataclass(frozen=True)
class Part:
    """``value`` of ``label``: ``count`` of the chosen works have it.

    That is ``share`` of those chosen whose ``label`` is known, against ``whole`` of all works;
    ``ratio`` is share / whole.
    """

    label: str
    value: str
    count: int
    share: float
    whole: float
    ratio: float


def makeup(engine: Engine, found: Map, rows: npt.ArrayLike) -> list[Part]:
    """The values that the works at ``rows`` have, most over-represented first.

    Ordered by a cautious ratio, which counts two works less: rare values that one work happens
    to have do not lead. Values of a single work are left out where more works are chosen.
    """
    chosen = np.unique(np.asarray(rows, np.intp))
    catalog, places = positions(engine, found)
    columns = {label: words(catalog, places, label) for label in LABELS}
    columns[CENTURY] = centuries(numbers(catalog, places, "year"))
    parts: list[tuple[float, Part]] = []
    for label, values in columns.items():
        everything = Counter(value for value in values if value)
        here = Counter(values[row] for row in chosen if values[row])
        known, total = sum(here.values()), sum(everything.values())
        for value, count in here.items():
            if count < min(_LEAST, len(chosen)):
                continue
            share, whole = count / known, everything[value] / total
            cautious = max(0.0, count - _DOUBT) / known / whole
            parts.append((cautious, Part(label, value, count, share, whole, share / whole)))
    parts.sort(key=lambda pair: (-pair[0], -pair[1].count, pair[1].label, pair[1].value))
    return [part for _, part in parts]
