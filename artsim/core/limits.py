"""What a file may be before it is decoded. Imports nothing: pages need it before any picture."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What a file may be: size in bytes, pixels as its header claims, and longest side."""

    max_bytes: int = 2_000_000_000
    max_pixels: int = 180_000_000
    max_side: int = 60_000


IMPORT_LIMITS = Limits()
UPLOAD_LIMITS = Limits(max_bytes=20_000_000)

MAX_K = 10_000  # works retrieved at once, by a search or for a query of an evaluation
