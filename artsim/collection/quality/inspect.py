"""One decode of a file: its record, and the pixels for what is stored."""

import hashlib
from dataclasses import dataclass, replace

import cv2
import numpy as np

from artsim.collection.quality import properties
from artsim.collection.quality.record import FileRecord
from artsim.collection.quality.signature import Borders, find_borders, grey_signature
from artsim.core.errors import ArtsimError
from artsim.core.limits import IMPORT_LIMITS, Limits
from artsim.images.decode import DecodedImage, decode
from artsim.images.pages import picture_at


@dataclass(frozen=True)
class Inspection:
    """A file's record and its decoded image, None where it cannot be used."""

    record: FileRecord
    image: DecodedImage | None


def inspect_file(
    file: str,
    data: bytes,
    limits: Limits = IMPORT_LIMITS,
    artwork_id: str = "",
    has_metadata: bool = False,
    sequence: int = 0,
    page: int = 0,
) -> Inspection:
    """Decode ``data`` once and measure it; never raises for bad bytes, the record says why.

    ``page`` chooses one of the pictures of a file that are all taken, from 1.
    """
    name = file.rpartition("#")[0] if page > 1 else file
    record = FileRecord(
        file,
        artwork_id or file,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        has_metadata=has_metadata,
        sequence=sequence,
    )
    try:
        image = picture_at(data, page, limits, name) if page else decode(data, limits, name)
    except ArtsimError as error:
        return Inspection(replace(record, error=str(error)), None)
    view = properties.small_view(image.pixels)
    grey = cv2.cvtColor(view, cv2.COLOR_RGB2GRAY).astype(np.float32)
    middle = properties.middle(image.pixels)
    borders = find_borders(view)
    signature = grey_signature(grey)
    measured = replace(
        record,
        pixel_digest=_digest(image),
        format=image.format,
        conversions=image.conversions,
        width=image.width,
        height=image.height,
        sharpness=properties.sharpness(grey),
        noise=properties.noise(middle),
        blankness=properties.blankness(view),
        colourfulness=properties.colourfulness(view),
        detail=properties.detail(middle),
        border=borders.area,
        coarseness=image.coarseness,
        signature=signature,
        inner_signature=grey_signature(_inside(grey, borders)) if borders.area else signature,
    )
    return Inspection(measured, image)


def _digest(image: DecodedImage) -> str:
    digest = hashlib.sha256(f"{image.width}x{image.height}:".encode())
    digest.update(image.pixels.data)
    return digest.hexdigest()


def _inside(grey: np.ndarray, borders: Borders) -> np.ndarray:
    height, width = grey.shape
    return grey[
        round(borders.top * height) : round((1 - borders.bottom) * height),
        round(borders.left * width) : round((1 - borders.right) * width),
    ]
