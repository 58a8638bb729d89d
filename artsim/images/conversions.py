"""What a picture file holds that its stored form does not, said in words."""

from typing import Any

from artsim.images.formats import wrong_extension
from artsim.images.pillow_decode import is_transparent


def format_notes(format: str, name: str) -> list[str]:
    """Notes where the format differs from the stored form, or from the extension of ``name``."""
    if wrong_extension(name, format):
        return [f"{format} data in a file named .{name.rpartition('.')[2].lower()}"]
    return [] if format == "JPEG" else [f"{format} converted"]


def mode_notes(image: Any) -> list[str]:
    """What becomes of the samples of an image that Pillow opened on their way to 8-bit sRGB."""
    notes = []
    mode = image.mode
    # Pillow reports 16-bit colour as RGB and tells it only in the raw mode.
    raw = " ".join(str(tile[3]) for tile in getattr(image, "tile", ()))
    if mode.startswith("I") or mode == "F" or ";16" in raw:
        notes.append("16 bits a channel reduced to 8")
    elif mode == "CMYK":
        notes.append("CMYK converted to RGB")
    elif mode in ("P", "PA"):
        notes.append("palette converted to RGB")
    elif mode == "1":
        notes.append("1-bit image converted to RGB")
    elif mode in ("L", "LA"):
        notes.append("grey converted to RGB")
    elif mode not in ("RGB", "RGBA", "RGBX"):
        notes.append(f"{mode} converted to RGB")
    if is_transparent(image):
        notes.append("transparency put on white")
    return notes
