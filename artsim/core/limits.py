"""What a file may be before it is decoded. Imports nothing: pages need it before any picture."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What a file may be, and what decoding it may take.

    ``max_bytes`` is the file's size, ``max_pixels`` and ``max_side`` are as its header claims, and
    ``max_scans`` counts the passes of a progressive JPEG, of which honest ones have about ten.
    ``memory`` (bytes) and ``seconds`` (of a processor; three times as many on the wall's clock) end
    the process that decodes it.
    """

    max_bytes: int = 2_000_000_000
    max_pixels: int = 180_000_000
    max_side: int = 60_000
    max_scans: int = 100
    memory: int = 6_000_000_000
    seconds: float = 120.0


IMPORT_LIMITS = Limits()
UPLOAD_LIMITS = Limits(max_bytes=20_000_000, memory=512_000_000, seconds=10.0)
TURN_SECONDS = 10.0  # an upload that has waited so long is refused

CANONICAL_SIDE = 1024  # pixels: the longest side of a stored picture, at most
MAX_K = 10_000  # works retrieved at once, by a search or for a query of an evaluation
