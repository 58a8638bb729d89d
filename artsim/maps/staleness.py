"""Whether a kept map still shows its collection, and what has changed where it does not."""

from pathlib import Path
from typing import cast
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from artsim.core.cache import LoadingCache
from artsim.core.counts import count
from artsim.core.errors import Conflict, NotFound
from artsim.maps.model import MapInfo
from artsim.search.galleries import Galleries
from artsim.search.gallery import Gallery
from artsim.search.neighbours import Floats

Fingerprints = npt.NDArray[np.uint64]

_answers: LoadingCache[tuple[str, str, int], str] = LoadingCache(256)
_prints: WeakKeyDictionary[Gallery, Fingerprints] = WeakKeyDictionary()


def staleness(galleries: Galleries, folder: Path, info: MapInfo) -> str:
    """One sentence on what has changed since the map in ``folder`` was made; "" for nothing.

    Compares embeddings only where the collection has another version than the map.
    """
    config = info.config
    try:
        column = galleries.column(config.collection, config.backbone)
    except (Conflict, NotFound):
        return (
            f"{config.collection!r} has no embeddings of the present weights of "
            f"{config.backbone!r} any more."
        )
    if column.digest != info.digest:
        return f"The map was made with other weights of {config.backbone!r}."
    if galleries.collection(config.collection).version == info.version:
        return ""
    gallery = galleries.gallery(config.collection, config.backbone)
    key = (str(folder), info.created, gallery.catalog.version)
    return _answers.get(key, lambda: _compared(folder, gallery))


def fingerprints(matrix: Floats) -> Fingerprints:
    """One number for each row of float32 [N, D], which changes when any value does."""
    weights = np.random.default_rng(0).integers(0, 2**63, matrix.shape[1], np.uint64) | np.uint64(1)
    found = np.empty(len(matrix), np.uint64)
    for start in range(0, len(matrix), 4096):
        bits = matrix[start : start + 4096].view(np.uint32)
        found[start : start + 4096] = (bits * weights).sum(axis=1, dtype=np.uint64)
    return found


def _compared(folder: Path, gallery: Gallery) -> str:
    try:
        ids = (folder / "ids.txt").read_text(encoding="utf-8").split()
        old = cast(Fingerprints, np.load(folder / "fingerprints.npy", allow_pickle=False))
    except (OSError, ValueError, EOFError):
        return "The map is damaged."
    new = _prints.get(gallery)
    if new is None:
        new = _prints[gallery] = fingerprints(gallery.matrix)
    before = dict(zip(ids, old.tolist(), strict=True))
    now = dict(zip(gallery.ids, new.tolist(), strict=True))
    usable = {name for name, length in zip(gallery.ids, gallery.index.norms, strict=True) if length}
    added = len((now.keys() & usable) - before.keys())
    removed = len(before.keys() - now.keys())
    changed = sum(1 for i, value in before.items() if i in now and now[i] != value)
    parts = [
        f"{count(number, 'work was', 'works were')} {what}"
        for number, what in (
            (added, "added"),
            (removed, "removed"),
            (changed, "embedded again from another picture"),
        )
        if number
    ]
    return f"Since the map was made, {_joined(parts)}." if parts else ""


def _joined(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
