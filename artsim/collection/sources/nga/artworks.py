"""NGA rows as artworks of the one schema."""

import re
from collections.abc import Container, Iterable

from artsim.collection.artwork import Artwork
from artsim.collection.dates import parse_years
from artsim.collection.sources.nga.catalogue import Picture
from artsim.collection.sources.nga.records import Row, whole

TERM_COLUMNS = ("objectid", "termtype", "term")
PAGE = "https://www.nga.gov/artworks/{objectid}"
_TAG = re.compile(r"</?(?:i|em|b|strong|u|sup|sub|br|p)\s*/?>", re.IGNORECASE)
_USED = frozenset(
    {
        *("objectid", "title", "displaydate", "beginyear", "endyear", "medium", "dimensions"),
        *("creditline", "accessionnum", "attributioninverted", "accessioned", "locationid"),
        *("isvirtual", "lastdetectedmodification", "customprinturl"),
    }
)
_PERSON = {
    "nationality": "artist_nationality",
    "displaydate": "artist_dates",
    "ulanid": "artist_ulanid",
    "wikidataid": "artist_wikidataid",
}

Terms = dict[str, list[str]]


def read_terms(rows: Iterable[Row], wanted: Container[int]) -> dict[int, Terms]:
    """The terms of each wanted object by lower-case type, in the order of the table.

    The types ``browser theme`` and ``browser style`` hold what NGA's site browses by.
    """
    found: dict[int, Terms] = {}
    for row in rows:
        objectid = whole(row["objectid"])
        if objectid is None or objectid not in wanted:
            continue
        terms = found.setdefault(objectid, {})
        for kind, term in (
            (row["termtype"].casefold(), row["term"]),
            ("browser theme", row.get("visualbrowsertheme", "")),
            ("browser style", row.get("visualbrowserstyle", "")),
        ):
            plain = _TAG.sub("", term)
            if plain and plain not in terms.setdefault(kind, []):
                terms[kind].append(plain)
    return found


def to_artwork(
    row: Row, picture: Picture | None, artist: str, person: Row, terms: Terms
) -> Artwork:
    """The artwork of an objects row; terms and constituents go before what the row itself says."""
    year, year_end = _years(row)
    attribution = row.get("attribution", "")
    extra = {k: v for k, v in row.items() if v and k not in _USED and k != "attribution"}
    if attribution and attribution != artist:
        extra["attribution"] = attribution
    extra |= {key: person[column] for column, key in _PERSON.items() if person.get(column)}
    for kind in ("style", "school", "technique", "keyword", "place executed"):
        listed = terms.get(kind, [])
        if len(listed) > 1 or (listed and kind not in ("style", "school")):
            extra[f"{kind} terms"] = "; ".join(listed)
    if picture is not None:
        extra["iiifurl"] = picture.iiif
    themes = terms.get("theme", [])
    return Artwork(
        id=row["objectid"],
        title=_TAG.sub("", row.get("title", "")),
        artist=artist or attribution,
        date=row.get("displaydate", ""),
        year=year,
        year_end=year_end,
        medium=row.get("medium", ""),
        dimensions=row.get("dimensions", ""),
        school=_first(terms, "school"),
        style=_first(terms, "style", "browser style"),
        genre=_first(terms, "theme", "browser theme"),
        theme="; ".join(themes or terms.get("browser theme", [])),
        credit=row.get("creditline", ""),
        licence=_licence(picture),
        url=PAGE.format(objectid=row["objectid"]),
        accession=row.get("accessionnum", ""),
        extra=extra,
    )


def _first(terms: Terms, *kinds: str) -> str:
    return next((terms[kind][0] for kind in kinds if terms.get(kind)), "")


def _licence(picture: Picture | None) -> str:
    if picture is not None and picture.open:
        return "CC0"
    return "not open access" if picture is not None and picture.closed else ""


def _years(row: Row) -> tuple[int | None, int | None]:
    """NGA's own begin and end year where they make sense, else the displayed date's."""
    begin, end = whole(row.get("beginyear", "")), whole(row.get("endyear", ""))
    first, last = begin or end, end or begin
    if first and last and -10_000 < first <= last < 2_200:
        return first, last
    return parse_years(row.get("displaydate", ""))
