"""Titles compared by the cosine of their TF-IDF weighted words."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from sklearn.feature_extraction import text
else:
    text = lazy("sklearn.feature_extraction.text")

Rows = npt.NDArray[np.intp]

_BLOCK_CELLS = 1 << 22


def similar_blocks(titles: Sequence[str], threshold: float) -> Iterator[tuple[int, Rows, Rows]]:
    """For blocks of ``titles``: how many, and pairs (i, j), i < j, at or above ``threshold``.

    The words of a title are what stands between spaces.
    """
    if not any(titles):
        return
    weights = _weights(titles)
    by_word = weights.T.tocsr()
    step = max(1, _BLOCK_CELLS // len(titles))
    for start in range(0, len(titles), step):
        cosines = (weights[start : start + step] @ by_word).tocoo()
        i, j = (places.astype(np.intp) for places in cosines.coords)
        near = (cosines.data >= threshold - 1e-12) & (j > i + start)
        yield cosines.shape[0], i[near] + start, j[near]


def similarities(titles: Sequence[str], first: Rows, second: Rows) -> npt.NDArray[np.float64]:
    """Cosines float64 [P] of the titles ``first`` and ``second``, numbers of ``titles`` [P]."""
    weights = _weights(titles)
    products = weights[first].multiply(weights[second]).sum(axis=1)
    return np.asarray(products, np.float64).ravel()


def _weights(titles: Sequence[str]) -> Any:
    return text.TfidfVectorizer(analyzer=str.split).fit_transform(titles)
