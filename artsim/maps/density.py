"""HDBSCAN on the graph of nearest points: the memory and time of N log N, not of N x N."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from artsim.core.lazy import lazy
from artsim.search.neighbours import Floats

if TYPE_CHECKING:
    from scipy import sparse, spatial
    from scipy.sparse import csgraph
    from sklearn import cluster
else:
    cluster = lazy("sklearn.cluster")
    csgraph = lazy("scipy.sparse.csgraph")
    sparse = lazy("scipy.sparse")
    spatial = lazy("scipy.spatial")

_NEIGHBOURS = 15
_CORE = 5  # points that must lie round a point for it to count as dense
_MOST = 0.4  # of all points: a larger group is taken apart into its densest ones
_TINY = 1e-9  # a distance of 0 would be no edge of a sparse graph


def dense_groups(points: Floats, least: int) -> npt.NDArray[np.int32]:
    """Number of the group of each of ``points`` [N, d], the largest 0, -1 for none; int32 [N].

    Groups have ``least`` points or more. Campello, Moulavi, Sander: Density-based clustering
    based on hierarchical density estimates, PAKDD 2013.
    """
    count = len(points)
    if count < 2 * least:
        return np.full(count, -1, np.int32)
    graph = _graph(points.astype(np.float64))
    for method in ("eom", "leaf"):
        model = cluster.HDBSCAN(
            least,
            min_samples=min(_CORE, least),
            metric="precomputed",
            cluster_selection_method=method,
            copy=True,
        )
        raw = model.fit_predict(graph)
        if np.bincount(raw[raw >= 0], minlength=1).max() <= _MOST * count:
            break
    sizes = np.bincount(raw[raw >= 0])
    number = np.full(len(sizes) + 1, -1, np.int32)  # the last is where -1 points to
    number[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    renumbered: npt.NDArray[np.int32] = number[raw]
    return renumbered


def _graph(points: npt.NDArray[np.float64]) -> Any:
    """Distances to the nearest points as a symmetric, connected sparse matrix."""
    count = len(points)
    k = min(_NEIGHBOURS, count - 1)
    distances, rows = spatial.cKDTree(points).query(points, k + 1)
    flat = np.maximum(distances.ravel(), _TINY)
    starts = np.arange(0, count * (k + 1) + 1, k + 1)
    graph = sparse.csr_matrix((flat, rows.ravel(), starts), (count, count))
    graph = graph.maximum(graph.T)
    parts, part = csgraph.connected_components(graph, directed=False)
    if parts > 1:
        ends = _bridges(points, part, parts)
        lengths = np.sqrt(np.square(points[ends[:, 0]] - points[ends[:, 1]]).sum(axis=1))
        both = np.concatenate([ends, ends[:, ::-1]])
        bridge = (np.tile(np.maximum(lengths, _TINY), 2), (both[:, 0], both[:, 1]))
        graph = graph.maximum(sparse.coo_matrix(bridge, (count, count)).tocsr())
    return graph


def _bridges(
    points: npt.NDArray[np.float64], part: npt.NDArray[np.int32], parts: int
) -> npt.NDArray[np.intp]:
    """Pairs of points [parts - 1, 2] that join each part to one that came before it."""
    sizes = np.bincount(part, minlength=parts)
    order = np.argsort(-sizes, kind="stable")
    found = []
    joined = np.flatnonzero(part == order[0])
    for number in order[1:]:
        mine = np.flatnonzero(part == number)
        distances, nearest = spatial.cKDTree(points[joined]).query(points[mine])
        best = int(distances.argmin())
        found.append((mine[best], joined[nearest[best]]))
        joined = np.concatenate([joined, mine])
    return np.array(found, np.intp)
