"""A look at a file of an import that also gives what a backbone sees of its picture."""

from dataclasses import dataclass
from typing import Any

from artsim.backbones.preprocess import preprocess_decoded
from artsim.collection.caged_look import look
from artsim.core.errors import UnsupportedImage


@dataclass(frozen=True)
class Asked:
    """``Preprocessing`` as the caged process receives it."""

    input_size: int
    resize: str
    crop_pct: float
    interpolation: str


def work(about: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """What ``caged_look.work`` gives and, where a picture is stored, uint8 [3, S, S] of it."""
    said, given, image = look(about, data)
    if image is not None:
        try:
            seen = preprocess_decoded(Asked(**about["prepare"]), image, given[2])
        except UnsupportedImage:
            return said, given  # embedding the stored picture will report it
        given.append(seen.tobytes())
    return said, given
