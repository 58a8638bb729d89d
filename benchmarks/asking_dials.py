"""What each dial moves: precision by label of the parts, and how many artists are shown."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from artsim.evaluation.bootstrap import confidence
from artsim.search.dials import PRESETS, Dials
from artsim.search.query import Query, search
from artsim.search.variety import codes_of
from benchmarks.hidden_works import HiddenWorks

K = 12
LABELS = ("artist", "style", "genre")
ARTISTS = "distinct artists"
VARIED: dict[str, dict[str, Any]] = {
    "surprise 0.3": {"surprise": 0.3},
    "surprise 0.45": {"surprise": 0.45},
    "surprise 0.55": {"surprise": 0.55},
    "surprise 0.7": {"surprise": 0.7},
    "one of each artist": {"distinct": "artist"},
    "not by this artist": {"apart": "artist"},
}
Row = dict[str, object]


def dials_table(hidden: HiddenWorks, queries: int, seed: int) -> Iterator[Row]:
    """Precision@K by artist, style and genre and the artists in the first K, for each dial."""
    gallery = hidden.gallery
    dials = {
        name: Dials(parts={part: weights[part] for part in weights if part in hidden.layout})
        for name, weights in PRESETS.items()
    }
    dials |= {name: Dials(**options) for name, options in VARIED.items()}
    codes = {label: codes_of(gallery, label)[:, 0] for label in LABELS}
    known = np.flatnonzero(np.logical_and.reduce([values >= 0 for values in codes.values()]))
    asking = np.random.default_rng(seed).permutation(known)[:queries]
    clusters = np.unique(codes["artist"][asking], return_inverse=True)[1].astype(np.int32)
    base: dict[str, float] = {}
    for name, dial in dials.items():
        found = _measured(hidden, asking, codes, dial)
        bounds = confidence(found, clusters=clusters)
        for i, measure in enumerate((*(f"precision by {label}" for label in LABELS), ARTISTS)):
            value = float(found[:, i].mean())
            base.setdefault(measure, value)
            yield {
                "dial": name,
                "measure": measure,
                "value": round(value, 4),
                "low": round(float(bounds[i, 0]), 4),
                "high": round(float(bounds[i, 1]), 4),
                "of_anything": round(value / base[measure], 3),
                "k": K,
                "queries": len(asking),
                "clusters": int(clusters.max()) + 1,
                "gallery": len(gallery),
            }


def _measured(
    hidden: HiddenWorks, asking: np.ndarray, codes: dict[str, np.ndarray], dials: Dials
) -> np.ndarray:
    gallery = hidden.gallery
    rank = {name: i for i, name in enumerate(gallery.ids)}
    found = np.zeros((len(asking), len(LABELS) + 1))
    for place, row in enumerate(asking.tolist()):
        query = Query(gallery.column.backbone, id=gallery.ids[row], k=K, dials=dials)
        hits = [rank[hit.id] for hit in search(gallery, query, _none, layout=hidden.layout).hits]
        for i, label in enumerate(LABELS):
            found[place, i] = (codes[label][hits] == codes[label][row]).sum() / K
        found[place, -1] = len(set(codes["artist"][hits].tolist()))
    return found


def _none(_: str) -> list[str]:
    return []
