"""What a selection is made of, held against the whole map."""

from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from artsim.collection.columns import CENTURY, LABELS
from artsim.maps.labels import centuries, numbers, positions_of, words
from artsim.maps.model import Map
from artsim.search.catalog import Catalog
from artsim.search.galleries import Galleries

_LEAST = 2  # fewest works for which a value is reported
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


def composition(galleries: Galleries, found: Map, rows: npt.ArrayLike) -> list[Part]:
    """The values that the works at ``rows`` have, most over-represented first.

    Ordered by a cautious ratio, which counts two works less: rare values that one work happens
    to have do not lead. Values of a single work are left out where more works are chosen.
    """
    chosen = np.unique(np.asarray(rows, np.intp))
    parts: list[tuple[float, Part]] = []
    for label, (names, codes, counts) in _columns(galleries, found).items():
        known = codes[chosen]
        here = np.bincount(known[known >= 0], minlength=len(names))
        for code in np.flatnonzero(here >= max(1, min(_LEAST, len(chosen)))):
            count = int(here[code])
            share, whole = count / int(here.sum()), int(counts[code]) / int(counts.sum())
            cautious = max(0.0, count - _DOUBT) / int(here.sum()) / whole
            parts.append((cautious, Part(label, names[code], count, share, whole, share / whole)))
    parts.sort(key=lambda pair: (-pair[0], -pair[1].count, pair[1].label, pair[1].value))
    return [part for _, part in parts]


class _Column(NamedTuple):
    """``codes`` int32 [N] are places in ``names``, -1 where none is known; ``counts`` of each."""

    names: list[str]
    codes: npt.NDArray[np.int32]
    counts: npt.NDArray[np.intp]


# Read once: an outline on a large map is answered in half the time.
_read: WeakKeyDictionary[Catalog, dict[str, dict[str, _Column]]] = WeakKeyDictionary()


def _columns(galleries: Galleries, found: Map) -> dict[str, _Column]:
    catalog = galleries.catalog(found.info.config.collection)
    maps = _read.setdefault(catalog, {})
    if found.info.id not in maps:
        places = positions_of(catalog, found)
        columns = {label: _coded(words(catalog, places, label)) for label in LABELS}
        columns[CENTURY] = _coded(centuries(numbers(catalog, places, "year")))
        maps[found.info.id] = columns
    return maps[found.info.id]


def _coded(values: list[str]) -> _Column:
    names = sorted({value for value in values if value})
    place = {name: code for code, name in enumerate(names)}
    codes = np.array([place.get(value, -1) for value in values], np.int32)
    return _Column(names, codes, np.bincount(codes[codes >= 0], minlength=len(names)))
