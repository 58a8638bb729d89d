"""The label columns of an artwork, what people call them, and what each is good for."""

from dataclasses import dataclass, field, make_dataclass
from typing import TYPE_CHECKING

from artsim.collection.authorities import authority_name

CENTURY = "century"  # no column: worked out of the year


@dataclass(frozen=True)
class LabelColumn:
    """A column whose values works share, such as their style.

    ``relevance``: works that share a value are a hit of an evaluation unless others are named.
    ``facet``: searches are filtered by it.
    """

    name: str
    plural: str
    relevance: bool = False
    facet: bool = False


LABEL_COLUMNS = (
    LabelColumn("style", "styles", relevance=True, facet=True),
    LabelColumn("genre", "genres", relevance=True, facet=True),
    LabelColumn("school", "schools", relevance=True, facet=True),
    LabelColumn("artist", "artists", relevance=True, facet=True),
    LabelColumn("medium", "media"),
    LabelColumn("theme", "themes"),
)
LABELS = tuple(column.name for column in LABEL_COLUMNS)
# What searches are filtered by, each with the name of its values in filters and links; who
# filters mostly looks for an artist.
FACETS = {
    column.name: column.plural
    for column in sorted(LABEL_COLUMNS, key=lambda column: column.name != "artist")
    if column.facet
}
if TYPE_CHECKING:

    class FacetValues:
        """The values wanted of each facet, a tuple of texts by the facet's name in FACETS."""

else:
    FacetValues = make_dataclass(
        "FacetValues",
        [(name, tuple[str, ...], field(default=())) for name in FACETS.values()],
        frozen=True,
        kw_only=True,
    )
RELEVANT_LABELS = tuple(column.name for column in LABEL_COLUMNS if column.relevance)


def title_of(column: str) -> str:
    """What people call a column of metadata.

    >>> title_of("style"), title_of("meta_former_owner"), title_of("ulan")
    ('Style', 'Former owner', 'ULAN')
    """
    words = column.removeprefix("meta_").replace("_", " ")
    return authority_name(column) or words[:1].upper() + words[1:]


def century_of(year: int) -> int:
    """17 for 1601 to 1700, as historians count; -1 for 100 to 1 BC (and a year 0).

    >>> century_of(1700), century_of(1701), century_of(-50)
    (17, 18, -1)
    """
    number = (max(1, abs(year)) - 1) // 100 + 1
    return number if year > 0 else -number


def century_name(number: int) -> str:
    """'17th century', '1st century BC'.

    >>> century_name(21), century_name(-2)
    ('21st century', '2nd century BC')
    """
    size = abs(number)
    ending = "th" if 10 <= size % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(size % 10, "th")
    return f"{size}{ending} century{' BC' if number < 0 else ''}"


def folder_labels(levels: str) -> tuple[str, ...]:
    """The label columns that ``levels`` gives the sub-folders of a source, the first level first.

    Raises ValueError where it names another column.

    >>> folder_labels("style/artist"), folder_labels("")
    (('style', 'artist'), ())
    """
    labels = tuple(levels.split("/")) if levels else ()
    for label in labels:
        if label not in LABELS:
            raise ValueError(f"{label!r} is no label: use {', '.join(LABELS)}, parted by /")
    return labels
