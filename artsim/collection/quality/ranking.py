"""Which of several copies of a picture is the best one to keep."""

from artsim.collection.quality.record import FileRecord
from artsim.core.limits import CANONICAL_SIDE

# Below this many levels of hue a picture counts as grey, above this share a margin as added.
_GREY = 3.0
_ADDED_BORDER = 0.12
_SMALL_SIDE = 128
# Above the detail of a picture without any, detail falls as a picture is enlarged by as much as its
# side grows: so it was on 40 paintings enlarged 1.5 to 3 times.
_NO_DETAIL = 0.35
_CRISP = 1.2
_LEAST_WORTH = 0.05
# Sides that differ by less are one size: there the encoding tells the original.
_ONE_SIZE = 1.1
_LOSSY_MODES = ("palette", "1-bit", "animation")


def rank(record: FileRecord) -> tuple[object, ...]:
    """Sort key: the best copy first, enlargements aside.

    In order: colour, no added margin, enough pixels for what is stored, full colour depth,
    the finest encoding (a changed copy was encoded once more), effective resolution,
    metadata, arrival, and of names the last (copies made by a computer sort before it).
    """
    grey, matted, reduced = _faults(record)
    side = max(record.width, record.height)
    tier = 0 if side >= CANONICAL_SIDE else 2 if side < _SMALL_SIDE else 1
    return (
        grey,
        matted,
        tier,
        reduced,
        round(record.coarseness, 1),
        -round(effective_side(record)),
        not record.has_metadata,
        record.sequence,
        tuple(-ord(letter) for letter in record.file),
        record.sha256,
    )


def enlarges(record: FileRecord, other: FileRecord) -> bool:
    """Whether ``record`` is larger than its copy ``other`` and yet holds less detail.

    However finely it was encoded, such a copy was made from a smaller picture. False where
    ``other`` has a fault that ``record`` has not.
    """
    if _stored_side(record) < _ONE_SIZE * _stored_side(other) or _faults(record) < _faults(other):
        return False
    return effective_side(record) < effective_side(other)


def effective_side(record: FileRecord) -> float:
    """Longest side (pixels) of a crisp picture with as much detail; an enlargement adds none."""
    worth = (record.detail - _NO_DETAIL) / (_CRISP - _NO_DETAIL)
    return _stored_side(record) * max(_LEAST_WORTH, worth)


def _stored_side(record: FileRecord) -> int:
    """Detail is measured at this size at most."""
    return min(CANONICAL_SIDE, max(record.width, record.height))


def _faults(record: FileRecord) -> tuple[bool, bool, bool]:
    """Grey, with an added margin, of reduced colour depth."""
    reduced = any(word in note for note in record.conversions for word in _LOSSY_MODES)
    return record.colourfulness < _GREY, record.border > _ADDED_BORDER, reduced
