"""What is marked in a query: a work, a picture or a concept, and how much it counts."""

from collections.abc import Iterable
from dataclasses import dataclass

from artsim.collection.folding import fold
from artsim.core.errors import InvalidInput
from artsim.images.query_pictures import QueryPicture

MAX_MARKS = 200
MAX_WEIGHT = 1000.0


@dataclass(frozen=True)
class Item:
    """A work by its ``id``, a ``picture`` or the name of a ``concept``, one of them.

    ``weight`` is above 0. Raises InvalidInput where a value cannot be used.
    """

    id: str | None = None
    picture: QueryPicture | None = None
    weight: float = 1.0
    concept: str | None = None

    def __post_init__(self) -> None:
        if sum(one is not None for one in (self.id, self.picture, self.concept)) != 1:
            raise InvalidInput(
                "A mark is on either an artwork's id, an image or a concept, one of them."
            )
        number = isinstance(self.weight, int | float) and not isinstance(self.weight, bool)
        if not number or not 0 < self.weight <= MAX_WEIGHT:
            raise InvalidInput(
                f"The weight of a mark is a number above 0, at most {MAX_WEIGHT:,.0f}."
            )

    @property
    def name(self) -> str:
        """The id, ``concept:`` and a name, or the name of the picture's file, else its digest."""
        if self.concept is not None:
            return f"concept:{self.concept}"
        if self.picture is None:
            return self.id or ""
        return self.picture.name or self.picture.digest

    @property
    def key(self) -> tuple[str, str]:
        """The same for marks on the same thing, whatever they weigh."""
        if self.concept is not None:
            return "concept", fold(self.concept)
        if self.picture is None:
            return "work", self.id or ""
        return "picture", self.picture.digest


def checked_marks(
    like: Iterable[Item], unlike: Iterable[Item]
) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """Both without repeated marks; raises InvalidInput where they cannot be searched with."""
    liked, unliked = ({item.key: item for item in items} for items in (like, unlike))
    count = len(liked) + len(unliked)
    if count > MAX_MARKS:
        raise InvalidInput(
            f"There are {count} marks, and a search takes at most {MAX_MARKS}: take some away."
        )
    both = [liked[key] for key in liked if key in unliked]
    if both:
        raise InvalidInput(
            f"{both[0].name[:80]!r} is marked both as like and as unlike: take one mark away."
        )
    if unliked and not liked:
        raise InvalidInput(
            "Everything is marked as unlike: mark at least one work or picture as like."
        )
    return tuple(liked.values()), tuple(unliked.values())
