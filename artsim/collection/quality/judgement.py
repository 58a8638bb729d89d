"""Is one file good enough: why not, what is to be reviewed, and a score in [0, 1]."""

from artsim.collection.quality.record import FileRecord
from artsim.collection.quality.thresholds import Thresholds


def rejection(record: FileRecord, limits: Thresholds) -> str:
    """Why a file cannot be used at all, in plain words, or "" where it can."""
    if record.error:
        return record.error
    width, height = record.width, record.height
    if width * height > limits.max_megapixels * 1e6:
        return f"too large: {width} x {height} pixels, over {limits.max_megapixels:g} megapixels"
    return ""


def doubt(record: FileRecord, limits: Thresholds) -> str:
    """What looks like a fault of a usable file, in plain words, or "" where nothing does.

    Handscrolls are long, monochromes have one colour, mezzotints are dark and some paintings are
    blurred: only a person can tell these from failed scans.
    """
    width, height = record.width, record.height
    if max(width, height) < limits.min_side:
        return f"tiny: {width} x {height} pixels, the longest side below {limits.min_side}"
    aspect = max(width, height) / max(1, min(width, height))
    if aspect > limits.max_aspect:
        return f"extreme shape: {aspect:.1f} times as long as wide, over {limits.max_aspect:g}"
    if record.blankness > limits.max_blankness:
        return (
            f"nearly blank: {record.blankness:.1%} has one colour, over {limits.max_blankness:.0%}"
        )
    if record.noise > limits.max_noise:
        return f"noise: grain of {record.noise:.1f} levels above {limits.max_noise:g}"
    if record.sharpness < limits.min_sharpness:
        return f"blurred: sharpness {record.sharpness:.2f} below {limits.min_sharpness:g}"
    return ""


def score(record: FileRecord, limits: Thresholds) -> float:
    """Quality in [0, 1]: 0.5 at a threshold, 1 well clear of all of them, 0 where undecodable."""
    if record.error:
        return 0.0
    side = max(record.width, record.height)
    aspect = side / max(1, min(record.width, record.height))
    pixels = record.width * record.height
    parts = (
        _above(side, limits.min_side, 4),
        _above(record.sharpness, limits.min_sharpness, 4),
        _above(limits.max_aspect, aspect, 4),
        _above(limits.max_noise, record.noise, 4),
        _above(limits.max_megapixels * 1e6, pixels, 2),
        _share(record.blankness, limits.max_blankness),
    )
    return round(min(parts), 4)


def _above(value: float, limit: float, ample: float) -> float:
    """0 at none of ``limit``, 0.5 at it, 1 at ``ample`` times it."""
    ratio = value / limit if limit > 0 else ample
    return 0.5 * ratio if ratio < 1 else min(1.0, 0.5 + 0.5 * (ratio - 1) / (ample - 1))


def _share(value: float, limit: float) -> float:
    if value > limit:
        return 0.5 * (1 - value) / max(1 - limit, 1e-9)
    return min(1.0, 0.5 + 0.5 * (limit - value) / (0.5 * limit))
