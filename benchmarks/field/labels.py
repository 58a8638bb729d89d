"""Dates (case 39) and artists (case 45) of the field, as an import of the table reads them."""

import csv
from itertools import combinations
from pathlib import Path

from artsim.collection.artists import artist_key, artist_keys
from artsim.collection.labels import label_key
from artsim.collection.sources.metadata import MetadataTable

Row = tuple[str, str, str, str, bool]
NOBODY_FROM = "Piece"  # titles of case 45: works of nobody are 'Work number ...'
SHARED = {("k065", "k066"), ("k077", "k078"), ("k081", "k082")}


def rows(folder: Path) -> list[Row]:
    """Case, what is asked, expected, measured, whether they agree; of the cases in ``folder``."""
    return [*_dates(folder / "39"), *_artists(folder / "45")]


def _dates(case: Path) -> list[Row]:
    with (case / "expected.csv").open(encoding="utf-8", newline="") as file:
        expected = {text: (first, last) for text, first, last in csv.reader(file)}
    found: list[Row] = []
    for row in MetadataTable(case / "m.csv").rows():
        work = row.artwork
        wanted = _span(*expected[work.title])
        measured = _span(work.year, work.year_end)
        found.append(("39", work.title, wanted, measured, wanted == measured))
    return found


def _artists(case: Path) -> list[Row]:
    works = [row.artwork for row in MetadataTable(case / "m.csv").rows()]
    found: list[Row] = []
    for work in works:
        nobody = not work.title.startswith(NOBODY_FROM)
        if nobody:
            key = artist_key(work.artist)
            found.append(("45", f"{work.id} {work.artist}", "nobody", key or "nobody", not key))
            blank = label_key(work.style) + label_key(work.genre)
            labels = f"{work.id} {work.style}, {work.genre}"
            found.append(("45", labels, "no style, no genre", blank or "none", not blank))
    named = [work for work in works if work.title.startswith(NOBODY_FROM)]
    for one, two in combinations(named, 2):
        wanted = (one.id, two.id) in SHARED
        measured = not set(artist_keys(one.artist)).isdisjoint(artist_keys(two.artist))
        what = f"{one.artist} / {two.artist}"
        words = ("apart", "same artist")
        found.append(("45", what, words[wanted], words[measured], wanted == measured))
    return found


def _span(first: int | str | None, last: int | str | None) -> str:
    return f"{first} to {last}" if first not in (None, "") else "none"
