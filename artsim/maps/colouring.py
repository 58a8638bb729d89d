"""What the works of a map are coloured by: a label, a time, a cluster, a match or any column."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from artsim.collection.columns import CENTURY, RELEVANT_LABELS, century_name, century_of
from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.core.limits import MAX_K
from artsim.images.query_pictures import read
from artsim.maps.labels import (
    HIDDEN,
    commonest,
    is_number,
    numbers,
    positions,
    tells_apart,
    words,
)
from artsim.maps.model import Map
from artsim.search.neighbours import Floats
from artsim.search.query import Query
from artsim.search.service import SearchService

COLOURINGS = (*RELEVANT_LABELS, CENTURY, "cluster")
NONE, MATCH, UPLOAD = "none", "match", "upload"
NAMED = 8
OTHER, UNKNOWN = 254, 255
_TAIL = 2  # percent at either end that do not stretch a scale
Codes = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Colouring:
    """One way to colour a map of N works.

    ``codes`` uint8 [N] are places in ``names`` (at most 8, with their ``counts``), 254 for all
    other values and 255 where none is known. A sequence has ``values`` float32 [N] too, NaN
    where none is known, drawn from ``low`` to ``high``. ``note`` says what to bear in mind.
    """

    by: str
    kind: Literal["category", "sequence", "none"]
    names: list[str]
    counts: list[int]
    codes: Codes
    values: Floats | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""


def choices(service: SearchService, found: Map) -> list[str]:
    """What a map can be coloured by: the best known labels first, then every other column.

    Columns with one value only are left out. 'match:ID' colours by likeness to an artwork.
    """
    catalog, places = positions(service, found)
    offered = []
    for by in COLOURINGS:
        if by == "cluster":
            useful = bool(found.clusters.clusters)
        else:
            useful = tells_apart(catalog, places, "year" if by == CENTURY else by)
        if useful:
            offered.append(by)
    for column in catalog.table.column_names:
        known = column in HIDDEN or column in offered
        if not known and column not in COLOURINGS and tells_apart(catalog, places, column):
            offered.append(column)
    return offered or [NONE]


def colour_by(service: SearchService, found: Map, by: str) -> Colouring:
    """Colour a map by one of ``choices``, 'none', 'match:ID' or 'match:upload:KEY'.

    Raises InvalidInput for anything else, NotFound where the artwork or upload is gone.
    """
    if by == NONE:
        codes = np.full(len(found), UNKNOWN, np.uint8)
        return Colouring(by, "none", [], [], codes)
    if by.startswith(f"{MATCH}:"):
        return _match(service, found, by)
    if by == "cluster":
        return _clusters(found)
    catalog, places = positions(service, found)
    if by == CENTURY:
        return _centuries(numbers(catalog, places, "year"))
    if by not in catalog.table.column_names or by == "id":
        offered = ", ".join(choices(service, found))
        raise InvalidInput(f"A map cannot be coloured by {by[:40]!r}: choose {offered}.")
    if is_number(catalog, by):
        return _sequence(by, numbers(catalog, places, by))
    return category(by, words(catalog, places, by))


def category(by: str, values: list[str]) -> Colouring:
    """The 8 commonest values are named; "" is not known."""
    counted = commonest(values)
    code = {value: number for number, (value, _) in enumerate(counted[:NAMED])}
    codes = np.array(
        [UNKNOWN if not value else code.get(value, OTHER) for value in values], np.uint8
    )
    note = ""
    if len(counted) == 1:
        note = f"Every work of which the {_said(by)} is known has the same one."
    elif len(counted) > NAMED:
        rest = int((codes == OTHER).sum())
        others = count(rest, "work has", "works have")
        note = f"The {NAMED} commonest of {len(counted):,} values; {others} another."
    names, counts = [v for v, _ in counted[:NAMED]], [n for _, n in counted[:NAMED]]
    return Colouring(by, "category", names, counts, codes, note=note)


def _sequence(by: str, values: Floats) -> Colouring:
    known = values[np.isfinite(values)]
    codes = np.where(np.isfinite(values), 0, UNKNOWN).astype(np.uint8)
    if not len(known):
        return Colouring(by, "none", [], [], codes, note=f"The {_said(by)} of no work is known.")
    low, high = (float(v) for v in np.percentile(known, [_TAIL, 100 - _TAIL]))
    if low == high:
        low, high = float(known.min()), float(known.max())
    return Colouring(by, "sequence", [], [], codes, values, low, high, _missing(by, values))


def _centuries(years: Floats) -> Colouring:
    """A sequence of years whose legend names centuries, the latest 8 that occur."""
    drawn = _sequence(CENTURY, years)
    known = np.isfinite(years)
    numbered = np.zeros(len(years), np.int64)
    numbered[known] = [century_of(int(year)) for year in years[known]]
    present = np.unique(numbered[known])[-NAMED:]
    codes = np.full(len(years), OTHER, np.uint8)
    codes[~known] = UNKNOWN
    for code, number in enumerate(present):
        codes[known & (numbered == number)] = code
    return replace(
        drawn,
        names=[century_name(int(number)) for number in present],
        counts=[int((codes == code).sum()) for code in range(len(present))],
        codes=codes,
        note=_missing("year", years),
    )


def _clusters(found: Map) -> Colouring:
    labels = np.asarray(found.clusters.labels)
    shown = found.clusters.clusters[:NAMED]
    codes = np.where(labels < 0, UNKNOWN, np.where(labels < NAMED, labels, OTHER)).astype(np.uint8)
    alone = int((labels < 0).sum())
    return Colouring(
        "cluster",
        "category",
        [cluster.name for cluster in shown],
        [cluster.works for cluster in shown],
        codes,
        note=f"{count(alone, 'work belongs', 'works belong')} to no cluster." if alone else "",
    )


def _match(service: SearchService, found: Map, by: str) -> Colouring:
    """How like the query of ``by`` every work is, by the score of the map's metric."""
    config = found.info.config
    asked = by.removeprefix(f"{MATCH}:")
    if asked.startswith(f"{UPLOAD}:"):
        picture = read(service.workspace, asked.removeprefix(f"{UPLOAD}:"))
        query = Query(config.backbone, picture=picture, metric=config.metric, k=MAX_K)
    else:
        query = Query(config.backbone, asked, metric=config.metric, k=MAX_K)
    scores = {hit.id: hit.score for hit in service.search(config.collection, query).hits}
    values = np.array([scores.get(i, np.nan) for i in found.ids], np.float32)
    drawn = _sequence(by, values)
    return replace(
        drawn, note=f"{config.metric.capitalize()} similarity to the query; brighter is nearer."
    )


def _missing(by: str, values: Floats) -> str:
    unknown = int((~np.isfinite(values)).sum())
    return f"The {_said(by)} of {count(unknown, 'work')} is not known." if unknown else ""


def _said(by: str) -> str:
    return by.removeprefix("meta_").replace("_", " ")
