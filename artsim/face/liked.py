"""What can be searched with: works, pictures, regions, concepts and words."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PIL import Image

from artsim.core.errors import InvalidInput, NotFound
from artsim.images.from_pillow import picture_of
from artsim.images.query_pictures import QueryPicture, query_picture, read_file
from artsim.library import Library
from artsim.search.query_item import Box, Item, checked_box


@dataclass(frozen=True)
class Concept:
    """A concept that was taught to the searched collection under this ``name``.

    ``weight``, above 0, says how much it counts beside what else is liked.

    >>> demo = artsim.open()["demo"]
    >>> demo.teach("first", "tiny", like=["w00", "w03", "w06"]).name
    'first'
    >>> [hit.artist for hit in demo.search("tiny", like=[artsim.Concept("first")], k=2).hits]
    ['Artist 0', 'Artist 0']
    """

    name: str
    weight: float = 1.0


@dataclass(frozen=True)
class Words:
    """What pictures are to show, in words, for a backbone that knows words (``siglip2_base`` ...).

    ``weight``, above 0, says how much it counts beside what else is liked. A search with words
    raises ``artsim.InvalidInput`` for a backbone that knows pictures only.

    >>> artsim.Words("a village in snow", weight=0.5)
    Words(text='a village in snow', weight=0.5)
    """

    text: str
    weight: float = 1.0


@dataclass(frozen=True)
class Region:
    """A part of a work or of a picture to find elsewhere: left, top, width, height as fractions.

    ``of`` is the id of a work, a path, bytes or a Pillow image. A search with one raises
    ``artsim.InvalidInput`` where it has no area or lies outside, and ``artsim.Conflict`` where
    the collection has no patches yet (``Collection.patches`` makes them).

    >>> artsim.Region("w03", 0.5, 0, 0.5, 0.5).box
    (0.5, 0.0, 0.5, 0.5)
    """

    of: Any
    x: float
    y: float
    w: float
    h: float

    @property
    def box(self) -> Box:
        """The four numbers, checked."""
        return checked_box((self.x, self.y, self.w, self.h))


Liked = str | os.PathLike[str] | bytes | Image.Image | Item | Region | Concept | Words


def items_of(library: Library, name: str, given: Liked | Iterable[Liked]) -> tuple[Item, ...]:
    """The marks of a Query for works and pictures; raises InvalidInput and NotFound."""
    return tuple(_item(library, name, one) for one in _listed(given))


def items_of_words(words: str | Iterable[str]) -> tuple[Item, ...]:
    """The marks of a Query for one text, or several; raises InvalidInput."""
    return tuple(Item(words=one) for one in ([words] if isinstance(words, str) else words))


def _item(library: Library, name: str, one: Any) -> Item:
    if isinstance(one, Item):
        return one
    if isinstance(one, Concept):
        return Item(concept=one.name, weight=one.weight)
    if isinstance(one, Words):
        return Item(words=one.text, weight=one.weight)
    if isinstance(one, Region):
        return replace(_item(library, name, one.of), box=one.box)
    if isinstance(one, str):
        if library.catalog(name).position(one) is not None:
            return Item(id=one)
        if not Path(one).is_file():
            raise NotFound(f"{one[:80]!r} is neither a work of {name!r} nor a file.")
        one = Path(one)
    picture = _picture(one)
    if picture is None:
        raise InvalidInput(
            f"A search cannot be asked with {type(one).__name__}: give the id of a work as text, a "
            "path, the bytes of a file, a Pillow image, an artsim.Concept or artsim.Words."
        )
    return Item(picture=picture)


def photo_of(given: Liked) -> QueryPicture:
    """A photograph to recognise a work in; raises InvalidInput for anything else."""
    if isinstance(given, Item) and given.picture is not None:
        return given.picture
    picture = _picture(Path(given) if isinstance(given, str) else given)
    if picture is None:
        raise InvalidInput(
            f"A work cannot be recognised in {type(given).__name__}: give the path of a "
            "photograph, the bytes of a file, or a Pillow image."
        )
    return picture


def _picture(one: Any) -> QueryPicture | None:
    if isinstance(one, os.PathLike):
        path = Path(one)
        return query_picture(read_file(path), path.name)
    if isinstance(one, Image.Image):
        return picture_of(one)
    if isinstance(one, bytes | bytearray | memoryview):
        return query_picture(bytes(one))
    return None


def _listed(like: Any) -> list[Any]:
    single = isinstance(
        like,
        str
        | os.PathLike
        | bytes
        | bytearray
        | memoryview
        | Image.Image
        | Concept
        | Item
        | Region
        | Words,
    )
    if single or not isinstance(like, Iterable):
        return [like]
    return list(like)
