"""A graph in which every embedding knows near ones (HNSW of FAISS): it proposes, it never scores.

The embeddings in it are reduced to their first principal components, as whole numbers of 8 bits
with one scale: a node is read in two cache lines and compared without a float, and a wider view
makes up for what is lost. Of what was measured on real paintings and on clusters, a graph found the
most per millisecond: cells (IVF) had to look at a quarter of 7,352 paintings for what it finds in a
hundredth of them.
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

_LINKS = 32
_BUILD_EFFORT = 40  # 200 takes some five times as long; a wider view makes up for it
_COMPONENTS = 128
_SAMPLE = 50_000  # embeddings from which components and the range of their numbers are learned
_BLOCK = 8192
_MIDDLE, _LARGEST = 128, 255  # of the numbers of a node
_BEYOND = 1e-5  # of the sample's components lie outside of the range of 8 bits


class Graph:
    """Nodes 0 to N - 1 in the order in which they were added; none is ever removed.

    Searching is thread-safe, adding is not. Raises Unavailable where FAISS is not installed.
    """

    def __init__(self, index: Any, metric: Metric) -> None:
        self._index, self.metric = index, metric
        nodes: Any = faiss.downcast_index(index.index)
        kept: Any = faiss.downcast_index(nodes.storage)
        self._nodes = nodes
        # Graphs of artsim 0.1 hold each component on a scale of its own, which FAISS applies.
        self._whole = kept.sq.qtype == faiss.ScalarQuantizer.QT_8bit_direct
        reduce: Any = faiss.downcast_VectorTransform(index.chain.at(0))
        # FAISS itself would wake a thread for so small a product, which takes longer than the rest.
        self._axes = faiss.vector_to_array(reduce.A).reshape(reduce.d_out, reduce.d_in)
        self._shift = faiss.vector_to_array(reduce.b)

    @classmethod
    def over(cls, sample: Floats, metric: Metric) -> "Graph":
        """An empty graph for embeddings like those of ``sample`` float32 [n, D], n >= 128."""
        whole, reduced = sample.shape[1], min(sample.shape[1], _COMPONENTS)
        learned = _ready(sample[:: max(1, len(sample) // _SAMPLE)], metric)
        components: Any = faiss.PCAMatrix(whole, reduced)
        components.train(learned)
        sizes = np.abs(components.apply(learned))
        scale = (_MIDDLE - 1) / max(float(np.quantile(sizes, 1 - _BEYOND)), 1e-30)
        # A node's number is the whole part of what comes out, which the half makes the nearest one.
        reduce = faiss.LinearTransform(whole, reduced, True)
        axes, shift = (scale * faiss.vector_to_array(each) for each in (components.A, components.b))
        faiss.copy_array_to_vector(axes.astype(np.float32), reduce.A)
        faiss.copy_array_to_vector((shift + _MIDDLE + 0.5).astype(np.float32), reduce.b)
        reduce.is_trained = True
        kind: Any = faiss.ScalarQuantizer.QT_8bit_direct
        # For embeddings of length 1 this distance has the order of cosine similarity.
        nodes = faiss.IndexHNSWSQ(reduced, kind, _LINKS, faiss.METRIC_L2)
        nodes.hnsw.efConstruction = _BUILD_EFFORT
        return cls(faiss.IndexPreTransform(reduce, nodes), metric)

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
        """Add a node for each of ``embeddings`` float32 [n, D]; unusable ones become zero.

        Many at once are linked sooner than some at a time.
        """
        parts = [embeddings[start : start + _BLOCK] for start in range(0, len(embeddings), _BLOCK)]
        numbers = [self._numbers(_ready(part, self.metric)) for part in parts]
        if numbers:
            self._nodes.add(np.concatenate(numbers))
        self._index.ntotal = self._nodes.ntotal
        progress.advance(len(embeddings))

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
        numbers = self._numbers(asked.astype(np.float32)[None])
        found = self._nodes.search(numbers, min(count, len(self)), params=parameters)[1][0]
        return np.asarray(found[found >= 0])

    def _numbers(self, ready: Floats) -> Floats:
        """What nodes for ``ready`` [n, D] are made of, float32 [n, components]."""
        numbers: Floats = ready @ self._axes.T + self._shift
        return np.ascontiguousarray(np.clip(numbers, 0, _LARGEST) if self._whole else numbers)


def _ready(embeddings: Floats, metric: Metric) -> Floats:
    """A copy as the graph compares them: for cosine of length 1; zero where one is no number."""
    with np.errstate(all="ignore"):
        norms = np.linalg.norm(embeddings, axis=1, keepdims=True)
        usable = np.isfinite(norms) & (norms > 0)
        scaled = embeddings / norms if metric == "cosine" else embeddings
        return np.ascontiguousarray(np.where(usable, scaled, 0), np.float32)
