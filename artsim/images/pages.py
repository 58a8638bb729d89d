"""The pictures of one file, for a work whose recto, verso and details are pages of one TIFF."""

from dataclasses import replace
from pathlib import Path

from artsim.core.errors import TooLarge, UnsupportedImage
from artsim.core.limits import CANONICAL_SIDE, IMPORT_LIMITS, UPLOAD_LIMITS, Limits
from artsim.images.cage import Cage
from artsim.images.decode import (
    DecodedImage,
    checked_format,
    decode,
    finished,
    in_words,
)
from artsim.images.tiff import further_picture

# A directory takes little to read: what takes more than an upload may was made to do harm.
_directories = Cage("artsim.images.caged_file:pages", UPLOAD_LIMITS, lanes=1)


def count_pages(path: Path) -> int:
    """How many full pages a TIFF's directory tells of, 1 where it cannot be read; no pixel is.

    Smaller copies of the picture may be among them: only ``picture_at`` finds those. A process of
    its own reads the directory; raises Unavailable where none can be started.
    """
    try:
        return int(_directories.run({"path": str(path)}).said["pages"])
    except (TooLarge, UnsupportedImage):  # decoding the file says in words what is wrong with it
        return 1


def picture_at(
    data: bytes, number: int, limits: Limits = IMPORT_LIMITS, name: str = ""
) -> DecodedImage:
    """One picture of a file of which all are taken: 1 is what ``decode`` gives, then the others.

    Raises what ``decode`` raises, and UnsupportedImage where there is no such picture.

        verso = picture_at(Path("77.tif").read_bytes(), 2)
    """
    if number == 1:
        shown = decode(data, limits, name)
        notes = tuple(n for n in shown.conversions if not n.endswith(" not taken"))
        return replace(shown, conversions=notes, further_pages=0)
    format = checked_format(data, limits)
    if format != "TIFF":
        raise UnsupportedImage(f"This {format} file has one picture only.")
    with in_words(data, format):
        return finished(further_picture(data, number, CANONICAL_SIDE, limits), format, name)
