"""Which of several copies of a picture is the best one to keep."""

from artsim.collection.quality.record import FileRecord
from artsim.images.decode import CANONICAL_SIDE

# Below this many levels of hue a picture counts as grey, above this share a margin as added.
_GREY = 3.0
_ADDED_BORDER = 0.12
_SMALL_SIDE = 128
# Detail below this means that the picture was enlarged from a smaller one.
_CRISP = 0.85
_LOSSY_MODES = ("palette", "1-bit", "animation")


def rank(record: FileRecord) -> tuple[object, ...]:
    """Sort key: the best copy first.

    In order: colour, no added margin, enough pixels for what is stored, full colour depth,
    the finest encoding (a changed copy was encoded once more), effective resolution,
    metadata, arrival, and of names the last (copies made by a computer sort before it).
    """
    resolution = effective_side(record)
    tier = 0 if resolution >= CANONICAL_SIDE else 2 if resolution < _SMALL_SIDE else 1
    reduced = any(word in note for note in record.conversions for word in _LOSSY_MODES)
    return (
        record.colourfulness < _GREY,
        record.border > _ADDED_BORDER,
        tier,
        reduced,
        round(record.coarseness, 1),
        -round(resolution),
        not record.has_metadata,
        record.sequence,
        tuple(-ord(letter) for letter in record.file),
        record.sha256,
    )


def effective_side(record: FileRecord) -> float:
    """Longest side (pixels) that the detail of the picture is worth; an enlargement adds none."""
    worth = min(1.0, max(0.4, record.detail / _CRISP))
    return max(record.width, record.height) * worth
