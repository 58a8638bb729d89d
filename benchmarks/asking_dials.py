"""What each dial moves: precision by label of the parts, how many artists are shown, and looks.

Colours and composition are judged by other arithmetic than they are searched with: palettes by
k-means and light over 8 x 8 places (artsim.explain.appearance), not the stored descriptors.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from artsim.backbones.embed import embed_collection
from artsim.evaluation.bootstrap import confidence
from artsim.explain.appearance import appearance
from artsim.images.canonical import decode_canonical
from artsim.library import Library
from artsim.search.dials import EXTRAS, PRESETS, Dials
from artsim.search.query import Query, search
from artsim.search.variety import codes_of
from benchmarks.hidden_works import HiddenWorks
from benchmarks.pooled_works import cluster_codes

K = 12
LABELS = ("artist", "style", "genre")
ARTISTS = "distinct artists"
LOOKS = ("share of colours in common", "correlation of light and dark")
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
        if not set(weights) & set(EXTRAS)
    }
    dials |= {name: Dials(**options) for name, options in VARIED.items()}
    codes = {label: codes_of(gallery, label)[:, 0] for label in LABELS}
    known = np.flatnonzero(np.logical_and.reduce([values >= 0 for values in codes.values()]))
    asking = np.random.default_rng(seed).permutation(known)[:queries]
    clusters = np.unique(codes["artist"][asking], return_inverse=True)[1].astype(np.int32)
    base: dict[str, float] = {}
    measures = (*(f"precision by {label}" for label in LABELS), ARTISTS)
    for name, dial in dials.items():
        found = _measured(hidden, asking, codes, dial)
        yield from _rows(name, measures, found, clusters, base, len(gallery))


def looks_table(
    library: Library, name: str, backbone: str, queries: int, seed: int
) -> Iterator[Row]:
    """How alike in colours and in composition the first K are, for the dials of these."""
    collection = library.collection(name)
    for descriptor in EXTRAS:
        embed_collection(library.workspace, collection, descriptor)
    gallery = library.gallery(name, backbone)
    asking = np.random.default_rng(seed).permutation(len(gallery))[:queries]
    clusters = cluster_codes(codes_of(gallery, "artist")[:, 0], asking)

    def pixels(artwork_id: str) -> np.ndarray:
        jpeg = collection.image(artwork_id)
        assert jpeg is not None
        return decode_canonical(jpeg)

    base: dict[str, float] = {}
    for preset in ("anything", "the same colours", "the same composition"):
        found = np.zeros((len(asking), len(LOOKS)))
        for place, row in enumerate(asking.tolist()):
            asked = gallery.ids[row]
            query = Query(backbone, id=asked, k=K, dials=Dials(parts=PRESETS[preset]))
            mine = pixels(asked)
            hits = library.search(name, query).hits
            seen = [appearance(mine, pixels(hit.id)) for hit in hits]
            light = [one.composition for one in seen if one.composition is not None]
            found[place] = np.mean([one.colours for one in seen]), np.mean(light or [0.0])
        yield from _rows(preset, LOOKS, found, clusters, base, len(gallery))


def _rows(
    dial: str,
    measures: Sequence[str],
    found: np.ndarray,
    clusters: np.ndarray,
    base: dict[str, float],
    gallery: int,
) -> Iterator[Row]:
    """What a dial gives, of queries [Q, measures], beside the first dial's, noted in ``base``."""
    bounds = confidence(found, clusters=clusters)
    for i, measure in enumerate(measures):
        value = float(found[:, i].mean())
        base.setdefault(measure, value)
        yield {
            "dial": dial,
            "measure": measure,
            "value": round(value, 4),
            "low": round(float(bounds[i, 0]), 4),
            "high": round(float(bounds[i, 1]), 4),
            "of_anything": round(value / base[measure], 3),
            "k": K,
            "queries": len(found),
            "clusters": int(clusters.max()) + 1,
            "gallery": gallery,
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
