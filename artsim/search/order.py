"""The order in which works that were found are shown: by likeness, date, artist or accession."""

from collections.abc import Callable, Sequence
from typing import Any

from artsim.collection.artists import artist_keys
from artsim.collection.natural import natural_key
from artsim.core.errors import InvalidInput

LIKENESS = "likeness"
ORDERED_BY = ("year", "year_end", "artist", "accession")  # columns that an order looks at
_RANKS = ("elder", "younger")
Row = dict[str, Any]


def checked_order(order: str) -> str:
    """``order`` where there is such a one, else raises InvalidInput."""
    if order not in ORDERS:
        raise InvalidInput(f"{order[:40]!r} is no order of works: use {', '.join(ORDERS)}.")
    return order


def places_in_order(rows: Sequence[Row], order: str) -> list[int]:
    """Places of ``rows``, metadata best first, in an order; of equal ones the better comes first.

    Works without a date, an artist (or with nobody as one) or a number come last. Raises
    InvalidInput.

    >>> works = [{"accession": "1900.10"}, {"accession": None}, {"accession": "1900.9"}]
    >>> places_in_order(works, "accession")
    [2, 0, 1]
    """
    key = ORDERS[checked_order(order)]
    if key is None:
        return list(range(len(rows)))
    keys = [key(row) for row in rows]
    known = sorted((k, place) for place, k in enumerate(keys) if k is not None)
    return [place for _, place in known] + [p for p, k in enumerate(keys) if k is None]


def _date(row: Row) -> Any:
    """The first year, then the last."""
    year, end = row.get("year"), row.get("year_end")
    return None if year is None else (year, year if end is None else end)


def _artist(row: Row) -> Any:
    """The surname of the first artist, then the whole name."""
    keys = artist_keys(row.get("artist") or "")
    if not keys:
        return None
    words = [word for word in keys[0].split() if word not in _RANKS]
    return (words[-1] if words else keys[0], keys[0], _date(row) or (float("inf"), 0))


def _accession(row: Row) -> Any:
    """Numbers in an accession number by their value: 1900.9 before 1900.10."""
    text = row.get("accession") or ""
    return natural_key(str(text)) if text else None


ORDERS: dict[str, Callable[[Row], Any] | None] = {
    LIKENESS: None,
    "date": _date,
    "artist": _artist,
    "accession": _accession,
}
