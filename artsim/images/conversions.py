"""What a picture file holds that its stored form does not, said in words."""

from typing import Any

from artsim.images.formats import wrong_extension


def conversions_of(image: Any, format: str, name: str) -> list[str]:
    """What becomes of an opened image on its way to 8-bit sRGB, and whether its name is wrong."""
    notes = []
    if wrong_extension(name, format):
        notes.append(f"{format} data in a file named .{name.rpartition('.')[2].lower()}")
    elif format != "JPEG":
        notes.append(f"{format} converted")
    mode = image.mode
    # Pillow reports 16-bit colour as RGB and tells it only in the raw mode.
    raw = " ".join(str(tile[3]) for tile in getattr(image, "tile", ()))
    if getattr(image, "is_animated", False):
        notes.append("first frame of an animation")
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
    if "transparency" in image.info or mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        notes.append("transparency put on white")
    return notes
