"""All pictures of one file, for a work whose recto, verso and details are pages of one TIFF."""

from collections.abc import Iterator

from artsim.core.limits import IMPORT_LIMITS, Limits
from artsim.images.decode import (
    CANONICAL_SIDE,
    DecodedImage,
    checked_format,
    decode,
    finished,
    told_in_words,
)
from artsim.images.tiff import tiff_pages


def all_pages(
    data: bytes, limits: Limits = IMPORT_LIMITS, name: str = ""
) -> Iterator[DecodedImage]:
    """Every full page of a TIFF in its order; of a file of another format, its one picture.

    Thumbnails and the levels of a pyramid are no pages. Each page is as ``decode`` would give it.
    Raises what ``decode`` raises, for a damaged page after those before it.

        recto, verso = all_pages(Path("77.tif").read_bytes())
    """
    format = checked_format(data, limits)
    if format != "TIFF":
        yield decode(data, limits, name)
        return
    with told_in_words(format):
        for page in tiff_pages(data, CANONICAL_SIDE, limits):
            yield finished(page, format, name)
