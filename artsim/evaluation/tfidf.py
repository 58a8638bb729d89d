"""Titles compared by the cosine of their TF-IDF weighted words."""

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.intp]

_BLOCK_CELLS = 1 << 22


def similar_blocks(titles: Sequence[str], threshold: float) -> Iterator[tuple[int, Rows, Rows]]:
    """For blocks of ``titles``: how many, and pairs (i, j), i < j, at or above ``threshold``.

    Weight of a word in a title: times it occurs * (ln((1 + n) / (1 + titles with it)) + 1), each
    title scaled to length 1 (scikit-learn's TfidfVectorizer on words between spaces).
    """
    counted = [Counter(title.split()) for title in titles]
    words = {word: i for i, word in enumerate(sorted({w for c in counted for w in c}))}
    held = np.fromiter((len(c) for c in counted), np.intp, len(counted))
    rows = np.repeat(np.arange(len(counted)), held)
    ids = np.fromiter((words[w] for c in counted for w in c), np.intp, len(rows))
    times = np.fromiter((t for c in counted for t in c.values()), np.float64, len(rows))
    weights = (
        times * (np.log((1 + len(titles)) / (1 + np.bincount(ids, minlength=len(words)))) + 1)[ids]
    )
    weights /= np.sqrt(np.bincount(rows, weights**2, len(titles)))[rows]
    by_word = np.argsort(ids, kind="stable")
    ends = np.concatenate([[0], np.cumsum(np.bincount(ids, minlength=len(words)))])
    starts = np.concatenate([[0], np.cumsum(held)])
    step = max(1, _BLOCK_CELLS // max(1, len(titles)))
    for start in range(0, len(titles), step):
        stop = min(start + step, len(titles))
        cosines = np.zeros((stop - start, len(titles)))
        for entry in range(starts[start], starts[stop]):
            same = by_word[ends[ids[entry]] : ends[ids[entry] + 1]]
            cosines[rows[entry] - start, rows[same]] += weights[entry] * weights[same]
        i, j = np.nonzero(cosines >= threshold - 1e-12)
        later = j > i + start
        yield stop - start, i[later] + start, j[later]
