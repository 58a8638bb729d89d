"""Corrections for hubs, compared with the plain cosine: is a metric worth offering?

- CSLS: 2 cos(q, x) - r(x), r the mean cosine of x to its ten nearest (Conneau et al., 2018; the
  query's own r changes no order).
- mutual proximity: P(q is nearer to x than to others) P(x is nearer to q than to others), with
  normal scores (Schnitzer et al., JMLR 13, 2012).
- centred: cosine after the mean of the unit embeddings is taken away (Suzuki et al., 2013).
"""

from collections.abc import Callable, Iterator

import numpy as np

from artsim.core.average_precision import average_precision_at_k
from artsim.evaluation.bootstrap import confidence
from artsim.evaluation.clusters import clusters_of
from artsim.evaluation.health import skewness
from artsim.search.gallery import Gallery
from artsim.search.neighbours import Floats, Rows
from artsim.search.pairs import label_codes

K = 10
_BLOCK = 512
Correct = Callable[[Floats, int], Floats]


def corrections(gallery: Gallery) -> Iterator[dict[str, object]]:
    """mAP@10 of every work as a query, for each correction and label, against the cosine."""
    unit = _unit(gallery.matrix)
    plain = _top(unit, lambda scores, _: scores)
    groups = gallery.catalog.groups[gallery.positions]
    if (np.bincount(groups + 1)[1:] > 1).any():
        raise ValueError("this benchmark is for collections without copies")
    found = {
        "cosine": plain,
        "CSLS, 10 nearest": _top(unit, _csls(unit)),
        "mutual proximity": _top(unit, _mutual(unit)),
        "centred cosine": _top(_unit(unit - unit.mean(axis=0)), lambda scores, _: scores),
    }
    for label, found_codes in label_codes(gallery).items():
        codes = found_codes if found_codes.ndim == 1 else found_codes[:, 0]  # the first artist
        counts = np.bincount(codes[codes >= 0], minlength=codes.max() + 1)
        relevant = np.where(codes >= 0, counts[codes] - 1, 0)
        asked = relevant > 0
        precisions = {}
        for name, top in found.items():
            hits = (codes[top] == codes[:, None]) & (codes >= 0)[:, None]
            precisions[name] = average_precision_at_k(hits[asked], relevant[asked])
        groups = clusters_of(gallery.catalog, gallery.positions[asked]).codes
        for name, values in precisions.items():
            change = (values - precisions["cosine"])[:, None]
            low, high = confidence(change, clusters=groups)[0]
            times = np.bincount(found[name].ravel(), minlength=len(unit))
            yield {
                "what": "correction",
                "name": name,
                "condition": f"mAP@{K} by {label}",
                "expected": f"{precisions['cosine'].mean():.4f}",
                "observed": f"{values.mean():.4f}",
                "low": f"{low:+.4f}",
                "high": f"{high:+.4f}",
                "cases": len(values),
                "note": f"difference to cosine; skewness of N_10 {skewness(times * 1.0):.2f}",
            }


def _unit(matrix: Floats) -> Floats:
    return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), np.float32)


def _top(unit: Floats, correct: Correct) -> Rows:
    """The best K rows of each row, itself left out, best first; [N, K]."""
    found = np.empty((len(unit), K), np.intp)
    for start in range(0, len(unit), _BLOCK):
        scores = correct(unit[start : start + _BLOCK] @ unit.T, start)
        rows = np.arange(len(scores))
        scores[rows, start + rows] = -np.inf
        best = np.argpartition(-scores, K - 1, axis=1)[:, :K]
        order = np.argsort(-np.take_along_axis(scores, best, 1), axis=1, kind="stable")
        found[start : start + len(scores)] = np.take_along_axis(best, order, 1)
    return found


def _csls(unit: Floats) -> Correct:
    near = np.empty(len(unit), np.float32)
    for start in range(0, len(unit), _BLOCK):
        scores = unit[start : start + _BLOCK] @ unit.T
        best = np.partition(scores, len(unit) - K - 1, axis=1)[:, -K - 1 :]
        near[start : start + len(scores)] = (best.sum(axis=1) - 1) / K  # its own cosine is 1
    return lambda scores, _: 2 * scores - near[None]


def _mutual(unit: Floats) -> Correct:
    mean = unit @ unit.mean(axis=0)
    moment = unit.T @ unit / np.float32(len(unit))
    spread = np.sqrt(np.einsum("ij,jk,ik->i", unit, moment, unit, optimize=True) - mean**2)

    def logistic(z: Floats) -> Floats:  # log of the normal distribution, closely enough to order
        return np.asarray(-np.logaddexp(0, -1.702 * z), np.float32)

    def correct(scores: Floats, start: int) -> Floats:
        rows = slice(start, start + len(scores))
        forth = logistic((scores - mean[rows, None]) / spread[rows, None])
        return forth + logistic((scores - mean[None]) / spread[None])

    return correct
