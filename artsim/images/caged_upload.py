"""What is done inside the cage with a picture to search with."""

from typing import Any

from artsim.core.limits import UPLOAD_LIMITS
from artsim.images.canonical import canonical_jpeg
from artsim.images.decode import decode


def work(about: dict[str, Any], data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The canonical JPEG of a file called ``about["name"]``; raises as ``decode`` does."""
    return {}, [canonical_jpeg(decode(data, UPLOAD_LIMITS, about["name"]))]
