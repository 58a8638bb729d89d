"""The IIIF Image API 3 (https://iiif.io/api/image/3.0/) for one stored picture.

Everything of level 1, and of level 2 what costs nothing more: sizes by both sides, parts in per
cent, turns by 90 degrees. Nothing is enlarged, so that no answer is larger than what is stored.
"""

import io
import re
from typing import TYPE_CHECKING, Any

import simplejpeg

from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from PIL import Image
else:
    Image = lazy("PIL.Image")

CONTEXT = "http://iiif.io/api/image/3/context.json"
MEDIA_TYPE = f'application/ld+json;profile="{CONTEXT}"'
FORMATS = {"jpg": "image/jpeg", "png": "image/png"}
LEVEL = "level1"
_QUALITY = 90
_WIDTHS = (200, 400, 800)
_TILE = 512
_NUMBER = r"(\d{1,6}(?:\.\d{1,10})?)"
_PIXELS = re.compile(r"(\d{1,6}),(\d{1,6}),(\d{1,6}),(\d{1,6})")
_PER_CENT = re.compile(f"pct:{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER}")
_SCALED = re.compile(f"pct:{_NUMBER}")
_SIDES = re.compile(r"(!?)(\d{0,6}),(\d{0,6})")
_QUALITIES = {"default": "RGB", "color": "RGB", "gray": "L"}
Box = tuple[int, int, int, int]


def info(jpeg: bytes, address: str, level: str = LEVEL) -> dict[str, Any]:
    """The description of a picture, a canonical JPEG, whose service is at ``address``."""
    height, width, _, _ = simplejpeg.decode_jpeg_header(jpeg)
    extra = {
        "tiles": [{"width": _TILE, "scaleFactors": [1, 2, 4]}],
        "extraQualities": ["color", "gray"],
        "extraFormats": ["png"],
        "extraFeatures": ["regionByPct", "rotationBy90s", "sizeByConfinedWh", "sizeByPct"],
    }
    return {
        "@context": CONTEXT,
        "id": address,
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": level,
        "width": width,
        "height": height,
        "sizes": [{"width": w, "height": h} for w, h in sizes(width, height)],
        **(extra if level == LEVEL else {}),
    }


def sizes(width: int, height: int) -> list[tuple[int, int]]:
    """The sizes that are offered of a picture, the smallest first and its own last.

    >>> sizes(600, 400)
    [(200, 133), (400, 267), (600, 400)]
    """
    smaller = [w for w in _WIDTHS if w < width]
    return [*((w, max(1, round(height * w / width))) for w in smaller), (width, height)]


def rendered(
    jpeg: bytes, region: str, size: str, rotation: str, quality: str, ending: str
) -> tuple[bytes, str]:
    """A part of a picture in a size, and its media type.

    The arguments are those of an address: region/size/rotation/quality.ending. Raises InvalidInput
    for any that the API does not have.
    """
    if ending not in FORMATS:
        raise InvalidInput(f"There is no format {ending[:20]!r}: use {' or '.join(FORMATS)}.")
    if quality not in _QUALITIES:
        raise InvalidInput(f"There is no quality {quality[:20]!r}: use {', '.join(_QUALITIES)}.")
    if rotation not in ("0", "90", "180", "270"):
        raise InvalidInput("A picture is turned by 0, 90, 180 or 270 degrees.")
    height, width, _, _ = simplejpeg.decode_jpeg_header(jpeg)
    box = _box(region, width, height)
    asked = _size(size, box[2] - box[0], box[3] - box[1])
    plain = (box, asked) == ((0, 0, width, height), (width, height))
    if plain and (rotation, quality, ending) == ("0", "default", "jpg"):
        return jpeg, FORMATS[ending]
    with Image.open(io.BytesIO(jpeg)) as image:
        part = image.convert("RGB").resize(asked, Image.Resampling.LANCZOS, box, reducing_gap=3.0)
    turned = part.rotate(-int(rotation), expand=True).convert(_QUALITIES[quality])
    out = io.BytesIO()
    turned.save(out, "JPEG" if ending == "jpg" else "PNG", quality=_QUALITY)
    return out.getvalue(), FORMATS[ending]


def _box(region: str, width: int, height: int) -> Box:
    """Left, top, right and bottom of a region, cut at the edges."""
    if region == "full":
        return 0, 0, width, height
    if region == "square":
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        return left, top, left + side, top + side
    pixels, shares = _PIXELS.fullmatch(region), _PER_CENT.fullmatch(region)
    if pixels:
        x, y, w, h = (int(part) for part in pixels.groups())
    elif shares:
        x0, y0, across, down = (float(part) / 100 for part in shares.groups())
        x, y = round(x0 * width), round(y0 * height)
        w, h = round(across * width), round(down * height)
    else:
        raise InvalidInput(
            f"{region[:40]!r} is no region: use full, square, x,y,w,h or pct:x,y,w,h."
        )
    box = x, y, min(x + w, width), min(y + h, height)
    if box[0] >= box[2] or box[1] >= box[3]:
        raise InvalidInput(f"The region {region[:40]} holds nothing of this picture.")
    return box


def _size(size: str, width: int, height: int) -> tuple[int, int]:
    """Width and height of the answer for a region of ``width`` x ``height`` pixels."""
    if size in ("max", "^max"):
        return width, height
    share, sides = _SCALED.fullmatch(size), _SIDES.fullmatch(size)
    if share:
        factor = float(share[1]) / 100
        found = round(width * factor), round(height * factor)
    elif sides and (sides[2] or sides[3]):
        w, h = (int(side) if side else 0 for side in sides.groups()[1:])
        if (sides[2] and not w) or (sides[3] and not h):
            raise InvalidInput("A size of 0 pixels shows nothing.")
        found = _sides(w, h, width, height, bool(sides[1]))
    else:
        raise InvalidInput(
            f"{size[:40]!r} is no size: use max, w,h or w, or ,h or !w,h or pct:n, and nothing "
            "that enlarges."
        )
    if found[0] > width or found[1] > height:
        raise InvalidInput(f"This picture has {width} x {height} pixels: ask for no more.")
    return max(1, found[0]), max(1, found[1])


def _sides(w: int, h: int, width: int, height: int, within: bool) -> tuple[int, int]:
    if within and w and h:
        factor = min(1.0, w / width, h / height)
        return round(width * factor), round(height * factor)
    return w or round(width * h / height), h or round(height * w / width)
