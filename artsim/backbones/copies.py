"""How close altered copies of a collection's works stay to them with one backbone.

Copies that were found at import are merged and never embedded, so the scores of real copies are
not there to be measured. Instead some works are altered as copies on the web are (re-encoded,
made smaller, cropped, matted, relit, made grey), embedded like an upload and compared with the
work's own embedding.
"""

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import lance
import numpy as np

from artsim.core.errors import Unreadable, UnsupportedImage
from artsim.core.formats import Format
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from artsim.backbones import alterations
    from artsim.backbones.runtime.base import Embedder
    from artsim.collection.store import Collection
    from artsim.images import canonical
else:
    alterations = lazy("artsim.backbones.alterations")
    canonical = lazy("artsim.images.canonical")

WORKS = 96  # altered at most: about a second's embedding
_ONE_IN = 4  # at most that share of a small collection
_FOLDER = "calibration"
_COPIES = Format("copies of", "embed the collection again")


@dataclass(frozen=True)
class Copies:
    """Scores of altered copies against their works: names, alterations and scores, [n] each.

    ``drawn`` works were drawn for it, with and without a usable picture.
    """

    drawn: int = 0
    ids: tuple[str, ...] = ()
    alterations: tuple[str, ...] = ()
    cosine: tuple[float, ...] = ()
    euclidean: tuple[float, ...] = ()


def read_copies(collection: "Collection", column: str) -> Copies:
    """What was measured for an embedding column; empty where nothing was."""
    try:
        found = _COPIES.parsed(collection.folder.read(_file(column)), column)
        return Copies(int(found.pop("drawn")), **{name: tuple(v) for name, v in found.items()})
    except (OSError, ValueError, TypeError, KeyError, Unreadable):
        return Copies()  # measured again with the next embedding


def wanted(collection: "Collection", column: str, embedded: int) -> bool:
    """Whether to measure: nothing is there, or the collection has outgrown what there is."""
    count = min(WORKS, embedded // _ONE_IN)
    return count > 0 and read_copies(collection, column).drawn < (count + 1) // 2


def measure_copies(
    collection: "Collection", column: str, runtime: "Embedder", seed: int = 0
) -> Copies:
    """``score_copies``, kept beside the collection."""
    copies = score_copies(collection, column, runtime, seed)
    collection.folder.write(_file(column), json.dumps(_COPIES.stamped(asdict(copies))))
    return copies


def score_copies(
    collection: "Collection", column: str, runtime: "Embedder", seed: int = 0
) -> Copies:
    """Alter and embed at most 96 works, one alteration each, and compare them with their works.

    The same works and alterations for the same seed and version of the collection.
    """
    dataset = lance.dataset(collection.uri)
    rng = np.random.default_rng(seed)
    total = dataset.count_rows()
    count = min(WORKS, total // _ONE_IN)
    rows = sorted(rng.permutation(total)[:count].tolist())
    table = dataset.take(rows, columns=["id", "image", column, f"{column}_ok"])
    names: list[str] = []
    kinds: list[str] = []
    originals, images = [], []
    for i, work in enumerate(table.to_pylist()):
        if not work[f"{column}_ok"] or not work["image"]:
            continue
        kind = list(alterations.ALTERATIONS)[i % len(alterations.ALTERATIONS)]
        try:
            copy = alterations.altered(work["image"], kind, rng)
            images.append(runtime.preprocess(canonical.canonical_upload(copy)))
        except UnsupportedImage:
            continue
        names.append(work["id"])
        kinds.append(kind)
        originals.append(work[column])
    cosine, euclidean = np.empty(0), np.empty(0)
    if images:
        own, made = np.array(originals, np.float64), runtime.embed(images)
        cosine, euclidean = _scores(own, made.astype(np.float64))
    # A copy without a usable embedding has no score.
    good = np.isfinite(cosine)
    return Copies(
        drawn=count,
        ids=tuple(np.array(names, object)[good]),
        alterations=tuple(np.array(kinds, object)[good]),
        cosine=tuple(cosine[good].tolist()),
        euclidean=tuple(euclidean[good].tolist()),
    )


def _scores(own: np.ndarray, made: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.linalg.norm(own, axis=1) * np.linalg.norm(made, axis=1)
    with np.errstate(all="ignore"):
        cosine = (own * made).sum(axis=1) / lengths
        euclidean = -np.linalg.norm(own - made, axis=1)
    return cosine.round(6), euclidean.round(6)


def _file(column: str) -> str:
    return f"{_FOLDER}/{column}.copies.json"
