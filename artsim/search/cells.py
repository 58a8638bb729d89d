"""Cells: an embedding space parted around centres, so that a search may look at near parts only."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.jobs.progress import NULL, Progress
from artsim.search.exact import Doubles, ExactIndex, Floats, Metric, Rows

CellNumbers = npt.NDArray[np.int32]

_SAMPLE = 64  # works a cell from which its centre is learned
_ROUNDS = 8
_BLOCK = 8192


@dataclass(frozen=True)
class Cells:
    """``centres`` float32 [C, D] of cells; for cosine all have length 1."""

    centres: Floats
    metric: Metric

    def __len__(self) -> int:
        return len(self.centres)

    def of(self, vectors: Floats, progress: Progress = NULL) -> CellNumbers:
        """The cell of each of ``vectors`` [M, D]: int32 [M]; of no use where one is no number."""
        found = np.empty(len(vectors), np.int32)
        with np.errstate(all="ignore"):
            for start in range(0, len(vectors), _BLOCK):
                part = vectors[start : start + _BLOCK]
                found[start : start + _BLOCK] = self._keys(part).argmax(axis=1)
                progress.advance(len(part))
        return found

    def nearest_first(self, query: Doubles) -> Rows:
        """All cells, the one around the nearest centre first."""
        return np.argsort(-self._keys(query.astype(np.float32)))

    def _keys(self, vectors: Floats) -> Floats:
        """How near each centre is to each vector, higher is nearer: [M, C], or [C] for [D]."""
        keys: Floats = vectors @ self.centres.T
        if self.metric == "euclidean":
            keys -= np.vecdot(self.centres, self.centres) / 2
        return keys


def learn_cells(
    index: ExactIndex, metric: Metric, count: int, seed: int = 0, progress: Progress = NULL
) -> Cells:
    """``count`` cells by k-means over a sample of an index's rows; a seed gives the same cells."""
    from scipy.sparse import csr_matrix

    rng = np.random.default_rng(seed)
    usable = np.flatnonzero(index.norms > 0)
    rows = np.sort(rng.choice(usable, min(len(usable), _SAMPLE * count), replace=False))
    sample = index.matrix[rows]
    if metric == "cosine":
        sample /= index.norms[rows, None]
    cells = Cells(sample[rng.choice(len(sample), count, replace=False)], metric)
    progress.start(_ROUNDS * len(sample), "learning cells", "works")
    for _ in range(_ROUNDS):
        of = cells.of(sample, progress)
        sizes = np.bincount(of, minlength=count)
        ones = np.ones(len(sample), np.float32)
        members = csr_matrix((ones, (of, np.arange(len(sample)))), (count, len(sample)))
        centres = np.asarray(members @ sample) / np.maximum(sizes, 1)[:, None].astype(np.float32)
        empty = np.flatnonzero(sizes == 0)
        centres[empty] = sample[rng.choice(len(sample), len(empty), replace=False)]
        if metric == "cosine":
            centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-12)
        cells = Cells(np.ascontiguousarray(centres, np.float32), metric)
    progress.finish()
    return cells
