"""The mosaic of a map as one picture, to look at and to print."""

import io
from collections.abc import Collection as Collected
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import lance
import numpy as np
import numpy.typing as npt
from PIL import Image

from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput
from artsim.maps.model import Map
from artsim.maps.mosaic import mosaic
from artsim.search.galleries import Galleries

ENDINGS = ("webp", "png", "pdf")
LEAST_SIDE, MOST_SIDE = 4, 256
_LONGEST = 16_000  # pixels of a side; WebP ends at 16,383
_MOST_PIXELS = 100_000_000
_BATCH = 256
_EMPTY = (128, 128, 128)
_GROUND = (255, 255, 255)
_DOTS_AN_INCH = 300


def picture(
    galleries: Galleries,
    found: Map,
    side: int,
    rows: npt.ArrayLike | None = None,
    ending: str = "webp",
) -> bytes:
    """The works of a map, or those at ``rows``, on their grid as WebP, PNG or PDF.

    Each work fills a square of ``side`` pixels, fewer where the picture would be too large to
    open; a work without a picture is a grey one. Raises InvalidInput.
    """
    if ending not in ENDINGS:
        raise InvalidInput(f"{ending[:20]!r} is no kind of picture: use {', '.join(ENDINGS)}.")
    if not LEAST_SIDE <= side <= MOST_SIDE:
        raise InvalidInput(f"Works are {LEAST_SIDE} to {MOST_SIDE} pixels wide, not {side}.")
    chosen = np.arange(len(found)) if rows is None else np.unique(np.asarray(rows, np.intp))
    if not len(chosen) or chosen[0] < 0 or chosen[-1] >= len(found):
        raise InvalidInput(f"Choose works by their rows on the map, 0 to {len(found) - 1:,}.")
    whole = len(chosen) == len(found)
    grid = found.mosaic if whole else mosaic(np.asarray(found.points)[chosen, :2])
    columns, lines = (int(n) + 1 for n in grid.max(axis=0))
    side = fitting_side(side, columns, lines)
    sheet = np.full((lines * side, columns * side, 3), _GROUND, np.uint8)
    cells = {found.ids[row]: cell for row, cell in zip(chosen, grid.tolist(), strict=True)}
    for column, line in cells.values():
        sheet[line * side : (line + 1) * side, column * side : (column + 1) * side] = _EMPTY
    collection = galleries.collection(found.info.config.collection)
    with ThreadPoolExecutor() as pool:
        for names, thumbs in _thumbs(collection, cells.keys()):
            tiles = pool.map(lambda data: _tile(data, side), thumbs)
            for name, tile in zip(names, tiles, strict=True):
                column, line = cells[name]
                sheet[line * side : (line + 1) * side, column * side : (column + 1) * side] = tile
    return _encoded(Image.fromarray(sheet), ending)


def fitting_side(side: int, columns: int, lines: int) -> int:
    """``side`` pixels a cell, or as many as a picture of these columns and lines can have."""
    longest = _LONGEST // max(columns, lines)
    most = int((_MOST_PIXELS / (columns * lines)) ** 0.5)
    return max(1, min(side, longest, most))


def _thumbs(
    collection: Collection, wanted: Collected[str]
) -> Iterator[tuple[list[str], list[bytes]]]:
    dataset = lance.dataset(collection.uri, version=collection.at)
    scanner = dataset.scanner(columns=["id", "thumb"], filter="has_image", batch_size=_BATCH)
    for batch in scanner.to_batches():
        pairs = zip(batch.column("id").to_pylist(), batch.column("thumb").to_pylist(), strict=True)
        known = [(name, data) for name, data in pairs if data and name in wanted]
        if known:
            yield [name for name, _ in known], [data for _, data in known]


def _tile(data: bytes, side: int) -> npt.NDArray[np.uint8]:
    """The middle square of a thumbnail, uint8 [side, side, 3]."""
    with Image.open(io.BytesIO(data)) as image:
        rgb = image.convert("RGB")
    short = min(rgb.size)
    left, top = (rgb.width - short) // 2, (rgb.height - short) // 2
    box = (left, top, left + short, top + short)
    resized = rgb.resize((side, side), Image.Resampling.LANCZOS, box, reducing_gap=2.0)
    return np.asarray(resized, np.uint8)


def _encoded(image: Image.Image, ending: str) -> bytes:
    file = io.BytesIO()
    if ending == "pdf":
        image.save(file, "PDF", resolution=_DOTS_AN_INCH, quality=90)
    elif ending == "png":
        image.save(file, "PNG", compress_level=3)
    else:
        image.save(file, "WEBP", quality=82, method=2)
    return file.getvalue()
