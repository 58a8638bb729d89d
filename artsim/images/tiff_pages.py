"""The pages of a TIFF: which are pictures of their own, and which only serve another one."""

import io
import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from artsim.core.errors import UnsupportedImage
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import tifffile
else:
    tifffile = lazy("tifffile")

# What it says of odd tags is for programmers; what costs the picture, it raises.
logging.getLogger("tifffile").setLevel(logging.CRITICAL)

_MOST_PAGES = 2000
_REDUCED, _MASK = 1, 4
_OLD_REDUCED = 2
_COLOUR_FILTER, _LINEAR_RAW = 32803, 34892
_DNG_VERSION = 50706
# A page this much smaller than the largest may be its thumbnail or a level of its pyramid.
_SMALLER = 0.6
_THUMBNAIL = 320


@dataclass(frozen=True)
class TiffPage:
    """One page: tifffile's own, its size in pixels, and its number among those of the file.

    ``number`` is -1 for a page that hangs below another one.
    """

    page: Any
    width: int
    height: int
    number: int

    @property
    def area(self) -> int:
        return self.width * self.height


def open_tiff(file: bytes | Path) -> Any:
    """tifffile's view of a file, perhaps in memory; raises what it does for a damaged header."""
    if isinstance(file, Path):
        return tifffile.TiffFile(file, _multifile=False)
    return tifffile.TiffFile(io.BytesIO(file), name="", _multifile=False)


def full_pages(tiff: Any) -> list[TiffPage]:
    """The pages that are pictures, in their order; copies at a smaller size are left out.

    Raises UnsupportedImage for a camera's raw file, ValueError where there is no page.
    """
    pages = []
    for number, page in enumerate(itertools.islice(_pages(tiff.pages), _MOST_PAGES)):
        _refuse_raw(page)
        whole = _full(page, number)
        inner = [_full(child, -1) for child in _children(page)]
        larger = [c for c in inner if c and (whole is None or c.area > whole.area)]
        best = max(larger, key=lambda p: p.area, default=whole)
        if best:
            pages.append(best)
    if not pages:
        raise ValueError("no page that is a picture")
    largest = max(max(page.width, page.height) for page in pages)
    return [page for page in pages if not _is_thumbnail(page, largest)]


def preferred(pages: list[TiffPage]) -> list[TiffPage]:
    """The largest page, and others of about its size, in their order: one of these is shown."""
    largest = max(page.area for page in pages)
    return [page for page in pages if page.area >= 0.9 * largest]


def smaller_alike(page: TiffPage, main: TiffPage) -> bool:
    """Whether ``page`` has the shape of ``main`` at a much smaller size."""
    off = abs(page.width * main.height - page.height * main.width)
    side = max(page.width, page.height)
    same_shape = off <= 1.5 * max(main.width, main.height)
    return same_shape and side <= _SMALLER * max(main.width, main.height)


def _pages(series: Any) -> Iterator[Any]:
    number = 0
    while True:
        try:
            page = series[number]
        except IndexError:
            return
        except Exception:  # a damaged page behind the first one leaves those before it
            if number == 0:
                raise
            return
        yield page
        number += 1


def _children(page: Any) -> list[Any]:
    if not page.subifds:
        return []
    try:
        return list(itertools.islice(_pages(page.pages), 64))
    except Exception:  # what hangs below a page may be damaged without costing it
        return []


def _full(page: Any, number: int) -> TiffPage | None:
    kind = int(page.tags.valueof(254, 0) or 0)
    if kind & (_REDUCED | _MASK) or page.tags.valueof(255) == _OLD_REDUCED:
        return None
    width, height = int(page.imagewidth), int(page.imagelength)
    return TiffPage(page, width, height, number) if width > 0 and height > 0 else None


def _is_thumbnail(page: TiffPage, largest: int) -> bool:
    side = max(page.width, page.height)
    return side <= _THUMBNAIL and largest >= 3 * side


def _refuse_raw(page: Any) -> None:
    kinds = [page, *_children(page)]
    dng = any(_DNG_VERSION in p.tags for p in kinds)
    if dng or any(int(p.photometric) in (_COLOUR_FILTER, _LINEAR_RAW) for p in kinds):
        raise UnsupportedImage(
            f"The file is a camera's raw file{' (DNG)' if dng else ''}, which has no colours until "
            "it is developed: export it as JPEG, PNG or TIFF."
        )
