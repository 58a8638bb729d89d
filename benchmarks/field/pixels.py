"""Field cases of pictures: colour (02), grey profiles (05), deep TIFFs (08), pages (10), PNG
metadata (13) and palettes (16).

What is right is worked out from the stored samples by other ways than those of the decoder: a
profile by Pillow's own conversion of 8-bit samples, tones and palettes by arithmetic.
"""

import io
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image, ImageCms

from artsim.core.errors import ArtsimError
from artsim.images.decode import decode
from artsim.images.pages import picture_at

Row = tuple[str, str, str, str, bool]
_LEVELS = 6
_GAMMAS = {"grey18.png": 1.8, "greylin.jpg": 1.0, "greylin16.tif": 1.0}
# Size of the page that is the picture, and how many full pages there are beside it.
_PAGES = {
    "pyramid_big.tif": (1800, 1400, 0),
    "recto_verso.tif": (420, 320, 1),
    "thumb_first.tif": (900, 700, 0),
}
_BESIDE = (b"iTXt", b"zTXt", b"tEXt", b"iCCP", b"gAMA")


def rows(folder: Path) -> list[Row]:
    """What was shown of the cases below ``folder``: (case, file, expected, measured, right).

    Measured is the mean distance in levels from the right picture, or what was said of the file.
    Raises FileNotFoundError where the cases are not there.
    """
    return [
        *_compared(folder / "02", _by_profile),
        *_compared(folder / "05", _by_gamma),
        *_compared(folder / "08", _by_tones),
        *_paged(folder / "10"),
        *_compared(folder / "13", _without_metadata),
        *_compared(folder / "16", _by_palette),
    ]


def _pages(data: bytes) -> int:
    """How many pictures of a file can be had."""
    count = 0
    while True:
        try:
            picture_at(data, count + 1)
        except ArtsimError:
            return count
        count += 1


def _compared(case: Path, right: Callable[[Path], np.ndarray]) -> Iterator[Row]:
    for path in sorted((case / "in").iterdir()):
        expected = f"within {_LEVELS} levels"
        try:
            shown = decode(path.read_bytes(), name=path.name).pixels
        except ArtsimError as error:
            yield (case.name, path.name, expected, str(error), False)
            continue
        off = float(np.abs(shown.astype(float) - right(path)).mean())
        yield (case.name, path.name, expected, f"{off:.2f}", off < _LEVELS)


def _paged(case: Path) -> Iterator[Row]:
    for file, (width, height, further) in _PAGES.items():
        data = (case / "in" / file).read_bytes()
        shown = decode(data, name=file)
        told = any("not taken" in note for note in shown.conversions)
        found = (shown.width, shown.height, shown.further_pages, _pages(data))
        right = found == (width, height, further, further + 1) and told == bool(further)
        expected = f"{width} x {height}, {further} further"
        yield ("10", file, expected, f"{found[0]} x {found[1]}, {found[2]} further", right)


def _by_profile(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
        stored = image.convert("RGB")
    if path.stem.endswith("_16"):
        stored = Image.fromarray((tifffile.imread(path) // 257).astype(np.uint8))
    srgb = ImageCms.createProfile("sRGB")
    return np.asarray(ImageCms.profileToProfile(stored, profile, srgb, outputMode="RGB"))


def _by_gamma(path: Path) -> np.ndarray:
    if path.suffix == ".tif":
        value = tifffile.imread(path) / 65535
    else:
        with Image.open(path) as image:
            value = np.asarray(image) / 255
    light = value ** _GAMMAS[path.name]
    shown = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.repeat(shown[:, :, None] * 255, 3, axis=2)


def _by_tones(path: Path) -> np.ndarray:
    stored = tifffile.imread(path).astype(float)
    if path.stem.startswith("planar"):
        stored = np.moveaxis(stored, 0, -1)
    white = 255.0 if path.stem.endswith("8") else 4095.0 if "12in16" in path.stem else 65535.0
    light = stored / white
    if path.stem.startswith("whiteiszero"):
        light = 1 - light
    if light.ndim == 2:
        light = np.repeat(light[:, :, None], 3, axis=2)
    if light.shape[2] == 4:
        light = light[:, :, :3] * light[:, :, 3:] + 1 - light[:, :, 3:]
    return light * 255


def _without_metadata(path: Path) -> np.ndarray:
    data = path.read_bytes()
    kept, place = data[:8], 8
    while place < len(data):
        end = place + 12 + struct.unpack(">I", data[place : place + 4])[0]
        if data[place + 4 : place + 8] not in _BESIDE:
            kept += data[place:end]
        place = end
    with Image.open(io.BytesIO(kept)) as image:
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image.convert("RGBA"))
    return np.asarray(white.convert("RGB"))


def _by_palette(path: Path) -> np.ndarray:
    with tifffile.TiffFile(path) as file:
        page = file.pages.first
        colours, numbers = np.asarray(page.colormap), page.asarray()
    scale = 1 if colours.max() <= 255 else 257
    return (colours / scale).T[numbers]
