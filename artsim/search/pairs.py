"""Scores of many pairs of a gallery's works: a seeded sample, with what the labels say of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artsim.collection import artists, labels
from artsim.search.gallery import Gallery
from artsim.search.neighbours import LARGEST_NORM, SMALLEST_NORM, Floats, Metric, Rows

QUERIES = 512
WORKS = 8192
LABELS = ("artist", "style", "genre")
_LEAST_SHARE = 0.2  # of pairs that must stay unrelated for a set of labels to be used

Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Pairs:
    """``queries`` rows [Q] against ``works`` rows [M] of a gallery.

    ``codes`` has for each label with any value the value of every row as a number, -1 where there
    is none: int32 [N], or [N, most artists of a work] where works have several. ``groups`` has
    likewise what may be one work.
    """

    matrix: Floats
    queries: Rows
    works: Rows
    codes: Mapping[str, Codes]
    groups: Codes

    @cached_property
    def allowed(self) -> Mask:
        """Pairs of two works that are no copies of each other; bool [Q, M]."""
        distinct: Mask = ~(self.queries[:, None] == self.works[None, :]) & ~self._shared(
            self.groups
        )
        return distinct

    def shared(self, label: str) -> Mask:
        """Pairs of two works with the same known value of a label; bool [Q, M]."""
        if label not in self.codes:
            return np.zeros((len(self.queries), len(self.works)), bool)
        return self._shared(self.codes[label]) & self.allowed

    def known(self, label: str) -> Mask:
        """Queries that have a value of a label; bool [Q]."""
        if label not in self.codes:
            return np.zeros(len(self.queries), bool)
        return np.asarray(_columns(self.codes[label])[0][self.queries] >= 0)

    @cached_property
    def unrelated_by(self) -> tuple[str, ...]:
        """The labels in which two unrelated works must differ: as many as leave enough pairs."""
        for count in range(len(LABELS), 0, -1):
            labels = tuple(name for name in LABELS[:count] if name in self.codes)
            if labels and self._differing(labels).mean() >= _LEAST_SHARE:
                return labels
        return ()

    @cached_property
    def unrelated(self) -> Mask:
        """Pairs of works that share none of ``unrelated_by``; bool [Q, M]."""
        return self._differing(self.unrelated_by)

    def scores(self, metric: Metric) -> Floats:
        """Score of each pair as a search gives it, to float32 rounding; float32 [Q, M]."""
        products, (left, right) = self._products
        if metric == "cosine":
            lengths = np.sqrt(left)[:, None] * np.sqrt(right)[None, :]
            usable = lengths > SMALLEST_NORM**2
            found = np.divide(products, lengths, out=np.zeros_like(products), where=usable)
            cosines: Floats = np.clip(found, -1.0, 1.0, out=found)
            return cosines
        squares = left[:, None] + right[None, :] - 2 * products
        distances: Floats = np.negative(np.sqrt(np.maximum(squares, 0, out=squares)))
        return distances

    @cached_property
    def _products(self) -> tuple[Floats, tuple[Floats, Floats]]:
        left, right = self.matrix[self.queries], self.matrix[self.works]
        squares = [np.einsum("ij,ij->i", part, part) for part in (left, right)]
        return left @ right.T, (squares[0], squares[1])

    def _shared(self, codes: Codes) -> Mask:
        same = np.zeros((len(self.queries), len(self.works)), bool)
        for asked in _columns(codes):
            mine = asked[self.queries]
            for found in _columns(codes):
                same |= (mine[:, None] == found[self.works][None, :]) & (mine >= 0)[:, None]
        return same

    def _differing(self, labels: tuple[str, ...]) -> Mask:
        mask = self.allowed.copy()
        for label in labels:
            mask &= ~self._shared(self.codes[label])
        return mask


def sample_pairs(
    gallery: Gallery, seed: int = 0, queries: int = QUERIES, works: int = WORKS
) -> Pairs:
    """At most ``queries`` x ``works`` pairs, drawn without looking at any label or score.

    Works whose embedding is not finite are left out, as a search leaves them out.
    """
    usable = np.flatnonzero((gallery.index.norms > 0) & (gallery.index.norms <= LARGEST_NORM))
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(usable)[: min(works, len(usable))]
    asked = chosen[: min(queries, len(chosen))]
    return Pairs(
        matrix=gallery.matrix,
        queries=asked,
        works=np.sort(chosen),
        codes=label_codes(gallery),
        groups=gallery.catalog.same_work[gallery.positions],
    )


def label_codes(gallery: Gallery) -> dict[str, Codes]:
    """For each of LABELS that any row has: its value in every row as a number, -1 for none.

    int32 [N]; of artists [N, most artists of a work] where a work has several.
    """
    found = {}
    for label in LABELS:
        texts = gallery.catalog.table.column(label).take(pa.array(gallery.positions))
        codes_of = artists.artist_codes if label == "artist" else labels.label_codes
        codes = codes_of(texts.to_pylist())
        codes = codes[:, 0] if codes.shape[1:] == (1,) else codes
        if (codes >= 0).any():
            found[label] = codes
    return found


def _columns(codes: Codes) -> list[Codes]:
    return [codes] if codes.ndim == 1 else list(codes.T)
