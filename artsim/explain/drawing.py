"""Two pictures side by side with the places that their likeness depends on, and lines between."""

import io

import numpy as np
from PIL import Image, ImageDraw

from artsim.explain.matches import Match
from artsim.explain.why import Why

_HEIGHT = 480
_GAP = 24
_HOT = np.array([230, 60, 20], np.float32)
_STRONGEST = 0.55  # opacity of the colour over the hottest place
_LINE, _EDGE = (255, 255, 255), (20, 20, 20)


def drawn(found: Why, a: np.ndarray, b: np.ndarray) -> bytes:
    """A PNG of two pictures uint8 [H, W, 3], their heat and the places that correspond."""
    left, right = (_heated(pixels, heat) for pixels, heat in ((a, found.heat_a), (b, found.heat_b)))
    sheet = Image.new("RGB", (left.width + _GAP + right.width, _HEIGHT), "white")
    sheet.paste(left, (0, 0))
    sheet.paste(right, (left.width + _GAP, 0))
    pen = ImageDraw.Draw(sheet)
    for match in reversed(found.matches):  # the best on top
        _join(pen, match, left.size, right.size, left.width + _GAP)
    out = io.BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _heated(pixels: np.ndarray, heat: np.ndarray) -> Image.Image:
    width = max(1, round(pixels.shape[1] * _HEIGHT / pixels.shape[0]))
    picture = Image.fromarray(pixels).resize((width, _HEIGHT), Image.Resampling.LANCZOS)
    if not heat.size:
        return picture
    smooth = Image.fromarray(heat.astype(np.float32)).resize(picture.size, Image.Resampling.BICUBIC)
    alpha = _STRONGEST * np.clip(np.asarray(smooth), 0, 1)[..., None]
    mixed = np.asarray(picture, np.float32) * (1 - alpha) + _HOT * alpha
    return Image.fromarray(np.rint(mixed).astype(np.uint8))


def _join(
    pen: ImageDraw.ImageDraw,
    match: Match,
    left: tuple[int, int],
    right: tuple[int, int],
    across: int,
) -> None:
    ends = []
    for (x, y, w, h), size, start in ((match.a, left, 0), (match.b, right, across)):
        corners = (start + x * size[0], y * size[1], start + (x + w) * size[0], (y + h) * size[1])
        pen.rectangle(corners, outline=_EDGE, width=3)
        pen.rectangle(corners, outline=_LINE, width=1)
        ends.append(((corners[0] + corners[2]) / 2, (corners[1] + corners[3]) / 2))
    pen.line(ends, fill=_EDGE, width=4)
    pen.line(ends, fill=_LINE, width=2)
