"""A graph in which every embedding knows near ones (HNSW of FAISS): it proposes, it never scores.

The embeddings in it are reduced to their first principal components, of 8 bits each: a node is
read in two cache lines, and a wider view makes up for what is lost. Of what was measured on real
paintings and on clusters, a graph found the most per millisecond: cells (IVF) had to look at a
quarter of 7,352 paintings for what it finds in a hundredth of them.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from artsim.core.lazy import lazy
from artsim.core.progress import NULL, Progress
from artsim.search.neighbours import Doubles, Floats, Metric

if TYPE_CHECKING:
    import faiss
else:
    faiss = lazy(
        "faiss",
        missing="Approximate search needs FAISS: install it with 'pip install faiss-cpu', "
        "or search with index exact.",
    )

_LINKS = 24
_BUILD_EFFORT = 200
_COMPONENTS = 128
_SAMPLE = 50_000  # embeddings from which components and the ranges of their numbers are learned
_BLOCK = 8192


class Graph:
    """Nodes 0 to N - 1 in the order in which they were added; none is ever removed.

    Searching is thread-safe, adding is not. Raises Unavailable where FAISS is not installed.
    """

    def __init__(self, index: Any, metric: Metric) -> None:
        self._index, self.metric = index, metric
        self._nodes = faiss.downcast_index(index.index)
        reduce: Any = faiss.downcast_VectorTransform(index.chain.at(0))
        # FAISS itself would wake a thread for so small a product, which takes longer than the rest.
        self._axes = faiss.vector_to_array(reduce.A).reshape(reduce.d_out, reduce.d_in)
        self._shift = faiss.vector_to_array(reduce.b)

    @classmethod
    def over(cls, sample: Floats, metric: Metric) -> "Graph":
        """An empty graph for embeddings like those of ``sample`` float32 [n, D], n >= 128."""
        whole, reduced = sample.shape[1], min(sample.shape[1], _COMPONENTS)
        # For embeddings of length 1 this distance has the order of cosine similarity.
        kind: Any = faiss.ScalarQuantizer.QT_8bit
        nodes = faiss.IndexHNSWSQ(reduced, kind, _LINKS, faiss.METRIC_L2)
        nodes.hnsw.efConstruction = _BUILD_EFFORT
        index = faiss.IndexPreTransform(faiss.PCAMatrix(whole, reduced), nodes)
        step = max(1, len(sample) // _SAMPLE)
        index.train(_ready(sample[::step], metric))
        return cls(index, metric)

    @classmethod
    def read(cls, path: Path, metric: Metric) -> "Graph":
        """A graph that was written; raises OSError or RuntimeError where it cannot be read."""
        return cls(faiss.read_index(str(path)), metric)

    def write(self, path: Path) -> None:
        """Write it to a new file."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, embeddings: Floats, progress: Progress = NULL) -> None:
        """Add a node for each of ``embeddings`` float32 [n, D]; unusable ones become zero."""
        for start in range(0, len(embeddings), _BLOCK):
            part = _ready(embeddings[start : start + _BLOCK], self.metric)
            self._index.add(part)
            progress.advance(len(part))

    def near(
        self,
        query: Doubles,
        count: int,
        effort: int,
        allowed: npt.NDArray[np.bool_] | None = None,
    ) -> npt.NDArray[np.int64]:
        """Up to ``count`` nodes near ``query`` [D], of those ``allowed`` bool [N] where given.

        ``effort``, at least ``count``, is how many nodes the search keeps in view.
        """
        parameters = faiss.SearchParametersHNSW(efSearch=effort)  # type: ignore[attr-defined]
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            # The selector keeps a pointer to the bits, the parameters one to the selector.
            selector = faiss.IDSelectorBitmap(len(allowed), faiss.swig_ptr(bits))
            parameters.sel = selector
        norm = np.sqrt(np.vecdot(query, query)) if self.metric == "cosine" else 1.0
        asked = query / norm if norm > 0 else query
        reduced = self._axes @ asked.astype(np.float32) + self._shift
        found = self._nodes.search(reduced[None], min(count, len(self)), params=parameters)[1][0]
        return np.asarray(found[found >= 0])


def _ready(embeddings: Floats, metric: Metric) -> Floats:
    """A copy as the graph compares them: for cosine of length 1; zero where one is no number."""
    with np.errstate(all="ignore"):
        norms = np.linalg.norm(embeddings, axis=1, keepdims=True)
        usable = np.isfinite(norms) & (norms > 0)
        scaled = embeddings / norms if metric == "cosine" else embeddings
        return np.ascontiguousarray(np.where(usable, scaled, 0), np.float32)
