"""The works of a collection that an export of a backbone is verified with."""

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from artsim.backbones.runtime.agreement import FEWEST, Drawn, K, Works
from artsim.backbones.runtime.samples import samples
from artsim.collection.labels import label_codes
from artsim.core.progress import NULL, Progress

if TYPE_CHECKING:
    from artsim.backbones.spec import BackboneSpec
    from artsim.collection.store import Collection

_PICTURES = 12
_WORKS = 500
_ONE_IN = 4  # at most that share of what is to be embedded, which torch embeds for nothing else
_LABELS = ("artist", "style", "genre")


def pictures(spec: "BackboneSpec", collection: "Collection", column: str) -> np.ndarray:
    """uint8 [N, 3, S, S]: drawn pictures, and works of the collection that are to be embedded."""
    _, jpegs = next(iter(collection.pending(column, _PICTURES)), ((), ()))
    return samples(spec, jpegs)


def works(collection: "Collection", pending: int, progress: Progress = NULL) -> Works | None:
    """Up to 500 works of a collection, drawn by chance, always the same.

    None where so few are ``pending``, to be embedded, that comparing precisions does not pay.
    """
    count, total = min(_WORKS, pending // _ONE_IN), collection.info().with_image
    return None if count < FEWEST else Works(total, partial(_drawn, collection, count), progress)


def first_works(collection: "Collection", pending: int) -> Works:
    """Those of an import that goes on, all that are there: they stand for ten times as many."""
    count = min(_WORKS, pending)
    return Works(K * count, partial(_drawn, collection, count))


def _drawn(collection: "Collection", count: int) -> Drawn:
    dataset = collection.dataset()
    total, with_image = dataset.count_rows(), dataset.count_rows("has_image")
    chosen = np.random.default_rng(0).permutation(total)[: count * total // max(1, with_image)]
    table = dataset.take(sorted(chosen.tolist()), columns=["has_image", "image", *_LABELS])
    table = table.filter(table["has_image"])
    labels = {name: label_codes(table[name].to_pylist()) for name in _LABELS}
    return table["image"].to_pylist(), labels
