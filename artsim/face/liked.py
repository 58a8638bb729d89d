"""What a search may be asked with, as a query understands it."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from PIL import Image

from artsim.core.errors import InvalidInput, NotFound
from artsim.images.from_pillow import picture_of
from artsim.images.query_pictures import query_picture, read_file
from artsim.library import Library

Liked = str | os.PathLike[str] | bytes | Image.Image


def asked_with(library: Library, name: str, like: Liked | Iterable[Liked]) -> dict[str, Any]:
    """The fields of a Query for what is liked; raises InvalidInput and NotFound."""
    liked = _listed(like)
    if len(liked) != 1:
        raise InvalidInput(
            f"There are {len(liked)} things to search with: give one work or one picture."
        )
    (one,) = liked
    if isinstance(one, str):
        if one in library.catalog(name).positions:
            return {"id": one}
        if not Path(one).is_file():
            raise NotFound(f"{one[:80]!r} is neither a work of {name!r} nor a file.")
        one = Path(one)
    if isinstance(one, os.PathLike):
        path = Path(one)
        return {"picture": query_picture(read_file(path), path.name)}
    if isinstance(one, Image.Image):
        return {"picture": picture_of(one)}
    if isinstance(one, bytes | bytearray | memoryview):
        return {"picture": query_picture(bytes(one))}
    raise InvalidInput(
        f"A search cannot be asked with {type(one).__name__}: give the id of a work as text, a "
        "path, the bytes of a file, or a Pillow image."
    )


def _listed(like: Any) -> list[Any]:
    single = isinstance(like, str | os.PathLike | bytes | bytearray | memoryview | Image.Image)
    if single or not isinstance(like, Iterable):
        return [like]
    return list(like)
