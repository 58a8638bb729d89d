"""What is marked in a query: a work, a picture, a region of one, a concept or words."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from artsim.collection.folding import fold
from artsim.core.errors import InvalidInput
from artsim.images.query_pictures import QueryPicture

MAX_MARKS = 200
MAX_REGIONS = 8  # each is compared with every position of every picture
MAX_WEIGHT = 1000.0
MAX_WORDS = 300  # letters: models read some 60 words, and leave out the rest
_SLACK = 1e-3  # of a side, by which rounding may push a region over an edge

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Item:
    """A work by its ``id``, a ``picture``, the name of a ``concept`` or ``words``, one of them.

    ``words`` say what pictures are to show, for backbones that know words. ``box`` is a region of
    it: left, top, width and height as fractions of the picture; None for all of it. ``weight`` is
    above 0. Raises InvalidInput where a value cannot be used.

    >>> Item(id="p1", box=(0.5, 0.5, 0.25, 0.25)).name
    'p1@0.5,0.5,0.25,0.25'
    """

    id: str | None = None
    picture: QueryPicture | None = None
    weight: float = 1.0
    concept: str | None = None
    box: Box | None = None
    words: str | None = None

    def __post_init__(self) -> None:
        things = (self.id, self.picture, self.concept, self.words)
        if sum(one is not None for one in things) != 1:
            raise InvalidInput(
                "A mark is on either an artwork's id, an image, a concept or words, one of them."
            )
        if self.words is not None:
            object.__setattr__(self, "words", checked_words(self.words))
        number = isinstance(self.weight, int | float) and not isinstance(self.weight, bool)
        if not number or not 0 < self.weight <= MAX_WEIGHT:
            raise InvalidInput(
                f"The weight of a mark is a number above 0, at most {MAX_WEIGHT:,.0f}."
            )
        if self.box is not None:
            if self.id is None and self.picture is None:
                raise InvalidInput("A region is part of a work or of a picture: name one of these.")
            object.__setattr__(self, "box", checked_box(self.box))

    @property
    def name(self) -> str:
        """The id, ``concept:`` or ``words:`` and these, or the picture's file, else its digest.

        The box follows where it is a region.
        """
        if self.concept is not None:
            return f"concept:{self.concept}"
        if self.words is not None:
            return f"words:{self.words}"
        whole = self.id or ""
        if self.picture is not None:
            whole = self.picture.name or self.picture.digest
        return whole + self._region

    @property
    def key(self) -> tuple[str, str]:
        """The same for marks on the same thing, whatever they weigh."""
        if self.concept is not None:
            return "concept", fold(self.concept)
        if self.words is not None:
            return "words", self.words
        if self.picture is None:
            return "work", (self.id or "") + self._region
        return "picture", self.picture.digest + self._region

    @property
    def _region(self) -> str:
        return "" if self.box is None else "@" + ",".join(f"{n:g}" for n in self.box)


def checked_words(text: str) -> str:
    """Words to look for in pictures, without spaces around; raises InvalidInput.

    >>> checked_words("  a red   boat ")
    'a red boat'
    """
    words = " ".join(str(text).split())
    if not any(sign.isalnum() for sign in words):
        raise InvalidInput("There are no words to look for in the pictures: write some.")
    if len(words) > MAX_WORDS:
        raise InvalidInput(
            f"These are {len(words):,} letters, and pictures are searched by {MAX_WORDS:,} at "
            "most: write fewer."
        )
    return words


def checked_box(given: Any) -> Box:
    """A region as four fractions inside the picture; raises InvalidInput with one sentence.

    >>> checked_box([0, 0.5, 1, 0.5])
    (0.0, 0.5, 1.0, 0.5)
    """
    try:
        numbers = [float(n) for n in given]
    except (TypeError, ValueError):
        numbers = []
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise InvalidInput(
            "A region is four numbers: left, top, width and height as fractions of the picture."
        )
    left, top, width, height = numbers
    if width <= 0 or height <= 0:
        raise InvalidInput("The region has no area: draw one with a width and a height above 0.")
    inside = min(left, top) >= -_SLACK and max(left + width, top + height) <= 1 + _SLACK
    if not inside:
        raise InvalidInput(
            "The region lies outside the picture: its left, top, right and bottom must be from "
            "0 to 1."
        )
    left, top = max(left, 0.0), max(top, 0.0)
    return left, top, min(width, 1 - left), min(height, 1 - top)


def region_of_text(text: str) -> tuple[str, Box]:
    """What a region is of and its box, out of ``ID@x,y,w,h``; raises InvalidInput.

    >>> region_of_text("p1@0,0,0.5,0.5")
    ('p1', (0.0, 0.0, 0.5, 0.5))
    """
    source, at, numbers = text.rpartition("@")
    try:
        box = [float(n) for n in numbers.split(",")] if at else []
    except ValueError:
        box = []
    if len(box) != 4:
        raise InvalidInput(
            f"{text[:80]!r} is no region: write ID@x,y,w,h, fractions of the picture from its "
            "left and top, such as p1@0.25,0.1,0.5,0.3."
        )
    return source, checked_box(box)


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
    regions = sum(item.box is not None for item in (*liked.values(), *unliked.values()))
    if regions > MAX_REGIONS:
        raise InvalidInput(
            f"There are {regions} regions, and a search takes at most {MAX_REGIONS}: take some "
            "away."
        )
    both = [liked[key] for key in liked if key in unliked]
    if both:
        unnamed = both[0].picture is not None and not both[0].picture.name
        name = "One picture" if unnamed else repr(both[0].name[:80])
        raise InvalidInput(f"{name} is marked both as like and as unlike: take one mark away.")
    if unliked and not liked:
        raise InvalidInput(
            "Everything is marked as unlike: mark at least one work or picture as like."
        )
    return tuple(liked.values()), tuple(unliked.values())
