"""What is done inside the cage with a file of a source: one decode for all that is kept of it."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from artsim.collection.quality.inspect import inspect_file
from artsim.core.limits import Limits
from artsim.images.canonical import canonical_jpeg
from artsim.images.decode import DecodedImage
from artsim.images.thumbnail import thumbnail_webp


def work(about: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The record of a file and what is stored of it; ``looking`` asks for it and reads it.

    Gives the two signatures and, where the file can be used, its canonical JPEG and thumbnail.
    """
    said, given, _ = look(about, data)
    return said, given


def look(
    about: dict[str, Any], data: bytes
) -> tuple[dict[str, Any], list[bytes], DecodedImage | None]:
    """What ``work`` gives, and the picture as it was decoded, None where it cannot be used."""
    if about["path"]:
        try:
            data = Path(about["path"]).read_bytes()
        except OSError as error:
            return {"barred": os.strerror(error.errno or 0)}, [], None
    found = inspect_file(
        about["file"],
        data,
        Limits(**about["limits"]),
        about["artwork_id"],
        about["has_metadata"],
        about["sequence"],
        about["page"],
    )
    record = found.record
    said = asdict(record)
    del said["signature"], said["inner_signature"]
    given = [record.signature, record.inner_signature]
    if found.image is not None:
        given += [canonical_jpeg(found.image), thumbnail_webp(found.image.pixels)]
    return {"record": said}, given, found.image
