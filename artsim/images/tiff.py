"""TIFF files: the page that is the picture, decoded whole."""

from typing import Any

import cv2
import numpy as np

from artsim.core.counts import count
from artsim.core.errors import TooLarge, UnsupportedImage
from artsim.core.limits import Limits
from artsim.images.blank import is_blank
from artsim.images.checks import check_size
from artsim.images.colour import adobe_rgb, to_srgb
from artsim.images.conversions import mode_notes
from artsim.images.exif import Exif, exif_of
from artsim.images.pillow_decode import read_header, samples_of
from artsim.images.samples import RawPicture, Samples
from artsim.images.scaling import fit
from artsim.images.tiff_pages import (
    TiffPage,
    full_pages,
    open_tiff,
    preferred,
    smaller_alike,
)
from artsim.images.tiff_samples import kind_of, no_true_look, samples_of_page

_MOST_BLANK = 8
_MOST_LEVELS = 32  # smaller copies of one picture; a pyramid has about ten
_GREY, _RGB, _YCBCR = 1, 2, 6
_LZW, _OLD_JPEG = 5, 6
_JPEGS = (6, 7, 34892, 33007)
_FLOAT = 3
_ORIENTATION, _EXIF_FOLDER = 0x0112, 0x8769
_BYTES_A_PIXEL = 8


def tiff_picture(data: bytes, side: int, limits: Limits) -> RawPicture:
    """The largest full page that is not blank (the first of several as large).

    Raises UnsupportedImage or TooLarge in words, and what the decoders raise for damaged files.
    """
    with open_tiff(data) as tiff:
        pages = pictures_of(tiff)
        taken, picture = _shown(data, pages, side, limits)
        levels = [p for p in pages if p is not taken and smaller_alike(p, taken)][:_MOST_LEVELS]
        copies = sum(_same(data, page, picture, limits) for page in levels)
        return _with_pages(picture, len(pages) - 1 - copies)


def further_picture(data: bytes, number: int, side: int, limits: Limits) -> RawPicture:
    """The picture ``number`` of a file, from 2: its full pages but the one that is shown, in order.

    Raises UnsupportedImage where there is none, or only a smaller copy of the one that is shown.
    """
    with open_tiff(data) as tiff:
        pages = pictures_of(tiff)
        taken, shown = _shown(data, pages, side, limits)
        others = [page for page in pages if page is not taken]
        if not 2 <= number <= len(others) + 1:
            raise UnsupportedImage(f"The file has no page {number}: import its folder again.")
        page = others[number - 2]
        picture = _decoded(data, page, side, limits)
        if smaller_alike(page, taken) and _alike(picture, shown):
            raise UnsupportedImage("A smaller copy of the picture that its file is shown by.")
        return picture


def pictures_of(tiff: Any) -> list[TiffPage]:
    """The full pages of a file that is no stack of bands; raises as ``tiff_picture`` does."""
    pages = full_pages(tiff)
    _refuse_stack(pages)
    return pages


def _shown(
    data: bytes, pages: list[TiffPage], side: int, limits: Limits
) -> tuple[TiffPage, RawPicture]:
    """The page that the file is shown by, decoded."""
    candidates = preferred(pages)[:_MOST_BLANK]
    picture = _decoded(data, candidates[0], side, limits)
    for other in candidates[1:]:
        if not is_blank(_look(picture)):
            break
        another = _decoded(data, other, side, limits)
        if not is_blank(_look(another)):
            return other, another
    return candidates[0], picture


def _decoded(data: bytes, page: TiffPage, side: int, limits: Limits) -> RawPicture:
    check_size(page.width, page.height, limits)
    _check_segments(page.page, len(data), limits)
    exif = _exif(data, page.page)
    size, orientation = (page.width, page.height), exif.orientation
    if _is_for_libtiff(page.page) and page.number >= 0:
        samples, notes = _by_pillow(data, page.number, side)
        upright = exif.orientation in (5, 6, 7, 8)
        size, orientation = size[::-1] if upright else size, 1  # Pillow has turned it while loading
    else:
        samples, notes = samples_of_page(page.page, side)
    if samples.profile is None and exif.adobe_rgb:
        samples = Samples(samples.values, samples.space, samples.alpha, adobe_rgb())
    return RawPicture(samples, *size, orientation, notes)


def _check_segments(page: Any, size: int, limits: Limits) -> None:
    """Every strip or tile is told of, lies inside the file and is of a size that can be decoded."""
    if not page.dataoffsets or not page.databytecounts or 0 in page.shaped:
        raise EOFError("truncated: the page says not where it is")
    if page.dtype is None:
        what = f"{page.bitspersample} bits a sample, sample format {page.sampleformat}"
        raise no_true_look(kind_of(page) or f"TIFF of an unusual kind ({what})")
    most = min(limits.max_pixels * _BYTES_A_PIXEL, limits.memory)
    tile = int(page.tilewidth or 0) * int(page.tilelength or 0) if page.is_tiled else 0
    samples = int(page.samplesperpixel) * page.dtype.itemsize
    pixels = max(int(page.imagewidth) * int(page.imagelength), tile) * int(page.imagedepth)
    if pixels * samples > most:
        raise TooLarge(
            f"The page takes {pixels * samples / 1e6:,.0f} MB once decoded, over the limit of "
            f"{most / 1e6:,.0f} MB: make it smaller, or save it with 8 bits a channel."
        )
    wanted = int(np.prod(page.chunked))
    lengths = page.databytecounts
    if min(len(page.dataoffsets), len(lengths)) < wanted:
        raise EOFError("truncated: strips or tiles are missing")
    for place, length in zip(page.dataoffsets[:wanted], lengths[:wanted], strict=True):
        if length <= 0 or place <= 0 or place + length > size:
            raise EOFError("truncated: a strip or tile lies behind the end of the file")


def _is_for_libtiff(page: Any) -> bool:
    """Whether only libtiff decodes it (YCbCr that is not JPEG, the JPEG of TIFF 6), or faster.

    Of LZW it is twice as fast; of plain colours and greys of 8 bits both read the same.
    """
    compression, photometric = int(page.compression), int(page.photometric)
    if compression == _OLD_JPEG or (photometric == _YCBCR and compression not in _JPEGS):
        return True
    plain = (photometric, page.samplesperpixel) in ((_RGB, 3), (_GREY, 1))
    plain = plain and page.bitspersample == 8 and page.sampleformat == 1
    return compression == _LZW and plain and page.planarconfig == 1


def _by_pillow(data: bytes, number: int, side: int) -> tuple[Samples, tuple[str, ...]]:
    image = read_header(data, "TIFF")
    image.seek(number)
    notes = mode_notes(image)
    return samples_of(image, side), tuple(notes)


def _exif(data: bytes, page: Any) -> Exif:
    said = exif_of({_ORIENTATION: page.tags.valueof(_ORIENTATION)})
    if _EXIF_FOLDER in page.tags:
        try:  # Pillow follows the folders, which it finds from the first page
            return Exif(said.orientation, exif_of(read_header(data, "TIFF").getexif()).adobe_rgb)
        except Exception:  # a damaged folder does not cost the picture
            return said
    return said


def _refuse_stack(pages: list[TiffPage]) -> None:
    """Bands of light that were saved one a page are no picture with further pages."""
    first = pages[0]
    alike = [
        p
        for p in pages
        if (p.width, p.height) == (first.width, first.height)
        and int(p.page.samplesperpixel) == 1
        and int(p.page.sampleformat) == _FLOAT
    ]
    if len(alike) == len(pages) > 3:
        raise no_true_look(f"multispectral TIFF of {len(pages)} bands, one a page")


def _with_pages(picture: RawPicture, further: int) -> RawPicture:
    notes = picture.notes
    if further:
        notes += (f"{count(further, 'further page')} not taken",)
    return RawPicture(
        picture.samples, picture.width, picture.height, picture.orientation, notes, further
    )


def _same(data: bytes, page: TiffPage, picture: RawPicture, limits: Limits) -> bool:
    try:
        return _alike(_decoded(data, page, 64, limits), picture)
    except Exception:  # a page that does not decode is told of as one that was not taken
        return False


def _alike(one: RawPicture, other: RawPicture) -> bool:
    a, b = (cv2.resize(_look(raw), (16, 16), interpolation=cv2.INTER_AREA) for raw in (one, other))
    return float(np.abs(a.astype(np.int16) - b).mean()) < 12


def _look(picture: RawPicture) -> np.ndarray:
    return fit(to_srgb(picture.samples)[0], 128)
