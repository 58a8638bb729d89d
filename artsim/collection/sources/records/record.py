"""What a record of any museum format says of a work."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from artsim.collection.artwork import METADATA_NAMES, Artwork, column_name
from artsim.collection.dates import parse_years
from artsim.collection.pictures import OTHER, PRIMARY
from artsim.collection.sources.headers import field_of
from artsim.collection.sources.naming import safe_id
from artsim.collection.sources.texts import clean

MAX_EXTRA = 64
_TEXT = frozenset(METADATA_NAMES) - {"id", "year", "year_end"}


@dataclass(frozen=True)
class RecordPicture:
    """Where a picture is, a file or a web address; ``service`` says that it is an IIIF service."""

    place: str
    role: str = OTHER
    service: bool = False


@dataclass(frozen=True)
class Record:
    """A work: ``values`` by column of an artwork, ``extra`` by any other name."""

    id: str
    values: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    pictures: tuple[RecordPicture, ...] = ()

    def artwork(self) -> Artwork:
        """The record as an artwork; its id is made safe, and what was written is kept."""
        text = {n: clean(v)[:4_000] for n, v in self.values.items() if n in _TEXT}
        first, last = parse_years(clean(self.values.get("year", "")) or text.get("date", ""))
        extra = {column_name(n): clean(v)[:4_000] for n, v in self.extra.items() if v}
        service = next((p.place for p in self.pictures if p.service and p.role == PRIMARY), "")
        if service:
            extra["iiif_image"] = service
        artwork_id = safe_id(self.id)
        if artwork_id != self.id:
            extra["original_id"] = self.id[:400]
        return Artwork(id=artwork_id, year=first, year_end=last, extra=extra, **text)


def with_roles(pictures: list[RecordPicture]) -> tuple[RecordPicture, ...]:
    """Pictures of one work, each once, the first as its primary one."""
    each = list({picture.place: picture for picture in pictures}.values())
    return tuple(
        RecordPicture(p.place, PRIMARY if i == 0 else OTHER, p.service) for i, p in enumerate(each)
    )


def sorted_values(pairs: list[tuple[str, str]]) -> tuple[dict[str, str], dict[str, str]]:
    """Labels and values as columns of an artwork, known by what museums call them, and the rest.

    >>> sorted_values([("Künstler", "Paula Modersohn-Becker"), ("Signatur", "u. r.")])
    ({'artist': 'Paula Modersohn-Becker'}, {'Signatur': 'u. r.'})
    """
    values: dict[str, str] = {}
    extra: dict[str, str] = {}
    for label, value in pairs:
        column = field_of(label)
        if column and column not in ("id", "image", *values):
            values[column] = value
        elif label and len(extra) < MAX_EXTRA:
            extra[label] = f"{extra[label]}; {value}" if label in extra else value
    return values, extra
