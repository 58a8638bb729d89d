"""What is done inside the cage with a file that is neither uploaded nor imported as a work."""

from pathlib import Path
from typing import Any

from artsim.core.limits import IMPORT_LIMITS
from artsim.images.decode import decode
from artsim.images.tiff import pictures_of
from artsim.images.tiff_pages import open_tiff


def pages(about: dict[str, Any], _data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """How many full pages the directory of the TIFF ``about["path"]`` tells of."""
    with open_tiff(Path(about["path"])) as tiff:
        return {"pages": len(pictures_of(tiff))}, []


def pixels(_about: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The pixels of a file, row by row, and their shape; raises as ``decode`` does."""
    found = decode(data, IMPORT_LIMITS).pixels
    return {"shape": found.shape}, [found.tobytes()]
