"""A map without the works that a person has taken down since it was drawn."""

from collections.abc import Collection
from dataclasses import replace

import numpy as np

from artsim.maps.model import Map


def without(found: Map, ids: Collection[str]) -> Map:
    """``found`` without the works ``ids``: no point, name, cell or neighbour of theirs is left.

    Each work keeps as many nearest others as all can have; one that has lost all is its own.
    """
    gone = np.fromiter((i in ids for i in found.ids), bool, len(found.ids)) if ids else None
    if gone is None or not gone.any():
        return found
    rows = np.flatnonzero(~gone)
    new = np.full(len(found.ids), -1, np.int32)
    new[rows] = np.arange(len(rows), dtype=np.int32)

    def moved(listed: list[int]) -> list[int]:
        return [int(new[row]) for row in listed if new[row] >= 0]

    labels = np.asarray(found.clusters.labels)[rows]
    clusters = [
        replace(c, works=int((labels == c.number).sum()), examples=moved(c.examples))
        for c in found.clusters.clusters
    ]
    return replace(
        found,
        info=replace(found.info, works=len(rows)),
        ids=[found.ids[row] for row in rows],
        points=np.asarray(found.points)[rows],
        clusters=replace(
            found.clusters,
            labels=labels,
            clusters=clusters,
            outliers=moved(found.clusters.outliers),
            outlier_scores=np.asarray(found.clusters.outlier_scores)[rows],
        ),
        mosaic=np.asarray(found.mosaic)[rows],
        neighbours=_neighbours(new[np.asarray(found.neighbours)[rows]]),
        fingerprints=np.asarray(found.fingerprints)[rows],
    )


def _neighbours(near: np.ndarray) -> np.ndarray:
    """Neighbours int32 [n, k] without those that are -1, in order, k cut to what is left."""
    left = (near >= 0).sum(axis=1)
    order = np.argsort(near < 0, axis=1, kind="stable")
    kept = np.take_along_axis(near, order, axis=1)[
        :, : max(1, int(left.min(initial=near.shape[1])))
    ]
    own = np.arange(len(near), dtype=np.int32)[:, None]
    return np.where(kept < 0, own, kept).astype(np.int32)
