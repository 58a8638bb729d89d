"""Where works that a map was not made of lie on it; nothing that is there moves."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from artsim.core.errors import InvalidInput
from artsim.core.limits import MAX_K
from artsim.maps.model import Map
from artsim.search.filters import Filters
from artsim.search.gallery import Gallery
from artsim.search.neighbours import Floats, Rows
from artsim.search.query import Query
from artsim.search.service import SearchService

Doubles = npt.NDArray[np.float64]

_HALVINGS = 64
_REACH = 0.1  # squared distance on the map within which a neighbour pulls with all its weight
_STEPS = 40
_PAIRS = 4_000_000  # of neighbours looked at together
_TORN_SHARE = 0.05  # of the works lie nearer on the map than a neighbour that is torn away
_TORN_LEAST = 3  # times K


@dataclass(frozen=True, eq=False)
class Placed:
    """Where a query lies on a map, and its nearest works in the embedding space.

    ``point`` float32 [d]; ``rows`` of the map, nearest first, with their ``scores``; ``torn``
    are those that the map shows far away, among more than a twentieth of all works.
    """

    point: Floats
    rows: list[int]
    scores: list[float]
    torn: list[bool]


def place(service: SearchService, found: Map, query: Query) -> Placed:
    """Place an artwork or a picture; its K nearest come from the exact search in the embeddings.

    Where it lies depends on neither K nor the filters of ``query``: these choose the works that
    are listed. Works added since the map was made are not on it and not listed. Raises what a
    search raises, and InvalidInput where the map is of another backbone or of other weights.
    """
    config = found.info.config
    if query.backbone != config.backbone:
        raise InvalidInput(
            f"The map is of {config.backbone!r}: ask with that backbone, not {query.backbone!r}."
        )
    rows = {name: row for row, name in enumerate(found.ids)}
    missing = max(0, len(service.catalog(config.collection)) - len(rows))
    query = replace(query, metric=config.metric, index="exact")
    wide = min(MAX_K, max(query.k, config.neighbours) + missing)
    free = service.search(config.collection, replace(query, k=wide, filters=Filters()))
    if free.digest != found.info.digest:
        raise InvalidInput(
            f"The map was made with other weights of {config.backbone!r}: make it again first."
        )
    hits = [hit for hit in free.hits if hit.id in rows]
    if query.id in rows:
        point = np.asarray(found.points[rows[query.id]], np.float32)
    elif not hits:
        raise InvalidInput("Nothing on the map is comparable with this query.")
    else:
        near = hits[: config.neighbours]
        at = np.array([[rows[hit.id] for hit in near]], np.intp)
        distances = np.array([[hit.distance for hit in near]])
        point = settled(found.points, at, distances)[0]
    if query.filters != Filters():
        filtered = service.search(config.collection, replace(query, k=wide))
        hits = [hit for hit in filtered.hits if hit.id in rows]
    listed = hits[: query.k]
    nearest = [rows[hit.id] for hit in listed]
    return Placed(point, nearest, [hit.score for hit in listed], torn(found, point, nearest))


def torn(found: Map, point: Floats, rows: list[int]) -> list[bool]:
    """Which of the works at ``rows`` lie far from ``point`` on the map.

    Far: more than a twentieth of all works lie nearer, and more than three times as many as
    ``rows`` names.
    """
    if not rows:
        return []
    apart = np.square(np.asarray(found.points, np.float64) - point).sum(axis=1)
    nearer = np.searchsorted(np.sort(apart), apart[rows])
    far = max(_TORN_SHARE * len(apart), _TORN_LEAST * len(rows))
    return [bool(n > far) for n in nearer]


def place_embeddings(found: Map, gallery: Gallery, embeddings: Floats) -> Floats:
    """Place embeddings float32 [n, D] of the map's backbone; float32 [n, d].

    ``gallery`` holds the works of the map, perhaps others too.
    """
    rows = {name: row for row, name in enumerate(found.ids)}
    known = np.array([i for i, name in enumerate(gallery.ids) if name in rows], np.intp)
    config = found.info.config
    near = gallery.index.search_many(embeddings, config.neighbours, config.metric, known)
    at = np.array([[rows[gallery.ids[i]] for i in one.rows] for one in near], np.intp)
    return settled(found.points, at, np.array([one.distances for one in near]))


def settled(points: Floats, rows: Rows, distances: Doubles) -> Floats:
    """Where works lie whose nearest on the map are ``rows`` [n, k] at ``distances`` [n, k].

    Float32 [n, d], where sum w log(c + d^2) is least, w being UMAP's weights and d distances on
    the map: the work goes to where most of its nearest are, not into the middle between groups.
    It begins at the neighbour with the least sum.
    """
    step = max(1, _PAIRS // max(1, rows.shape[1]) ** 2)
    parts = [slice(start, start + step) for start in range(0, len(rows), step)]
    found = [_settled(points, rows[part], distances[part]) for part in parts]
    return np.concatenate(found) if found else np.empty((0, points.shape[1]), np.float32)


def _settled(points: Floats, rows: Rows, distances: Doubles) -> Floats:
    weights = fuzzy_weights(distances)
    places = np.asarray(points, np.float64)[rows]
    apart = np.square(places[:, :, None, :] - places[:, None, :, :]).sum(axis=3)
    pull = np.einsum("nj,nij->ni", weights, np.log(_REACH + apart))
    found = places[np.arange(len(places)), pull.argmin(axis=1)]
    for _ in range(_STEPS):
        away = np.square(found[:, None, :] - places).sum(axis=2)
        share = weights / (_REACH + away)
        found = np.einsum("nk,nkd->nd", share / share.sum(axis=1, keepdims=True), places)
    point: Floats = found.astype(np.float32)
    return point


def fuzzy_weights(distances: Doubles) -> Doubles:
    """How surely each neighbour is one, in (0, 1]: exp(-(d - d_1) / s), which sum to log2(k + 1).

    ``distances`` [n, k] nearest first. McInnes, Healy, Melville: UMAP (2018), section 3.1.
    """
    beyond = distances - distances[:, :1]
    target = np.log2(distances.shape[1] + 1)
    low, high = np.zeros(len(beyond)), np.full(len(beyond), np.inf)
    scale = np.ones(len(beyond))
    for _ in range(_HALVINGS):
        total = np.exp(-beyond / scale[:, None]).sum(axis=1)
        above = total > target
        high, low = np.where(above, scale, high), np.where(above, low, scale)
        scale = np.where(np.isinf(high), scale * 2, (low + np.minimum(high, 1e300)) / 2)
        scale = np.clip(scale, 1e-12, 1e12)
    return np.asarray(np.exp(-beyond / scale[:, None]))
