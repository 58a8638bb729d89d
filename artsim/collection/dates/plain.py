"""The one form of date that nearly all tables have: a year, read before all others are known."""

import re
from typing import TYPE_CHECKING

from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from artsim.collection.dates import read
else:
    read = lazy("artsim.collection.dates.read")

LATEST = 2100
_PLAIN_YEAR = re.compile(r"[1-9]\d{2,3}")


def parse_years(text: str) -> tuple[int | None, int | None]:
    """First and last year of a displayed date: both None or neither, first <= last; never raises.

    >>> parse_years("c. 1650/1660"), parse_years("early 17th century"), parse_years("n.d.")
    ((1650, 1660), (1600, 1633), (None, None))
    >>> parse_years("XVI w."), parse_years("500 v. Chr."), parse_years("明治22年")
    ((1500, 1599), (-500, -500), (1889, 1889))
    """
    text = text.strip()
    if not text:
        return None, None
    if _PLAIN_YEAR.fullmatch(text) and int(text) <= LATEST:
        return int(text), int(text)
    return read.years_of(text)
