"""How well embeddings retrieve while training: mAP@10 of labels, and of artists kept aside."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from artsim.evaluation.ranking import rank
from artsim.search.average_precision import average_precision_at_k
from artsim.search.neighbours import ExactIndex
from artsim.training.split import Codes, Rows

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
K = 10
UNSEEN = "unseen_artist"


@dataclass(frozen=True)
class EvaluationSet:
    """The queries and the gallery: rows of the examples, their groups and labels (all [N]).

    ``same`` numbers each label's values, -1 for none; ``artists`` those of unseen artists.
    """

    gallery: Rows
    queries: Rows
    unseen: Rows
    groups: Codes = field(repr=False)
    same: Mapping[str, Codes] = field(repr=False)
    artists: Codes = field(repr=False)

    @property
    def rows(self) -> Rows:
        """Every row that must be embedded: queries, then unseen artists' works, then gallery."""
        return np.concatenate([self.queries, self.unseen, self.gallery])

    def of_gallery(self, values: Floats) -> Floats:
        """Those of ``values`` [len(rows), D] that are the gallery's."""
        return values[len(self.queries) + len(self.unseen) :]

    def figures(self, seen: Floats, unseen: Floats | None = None) -> dict[str, float]:
        """map10_<label>, map10_unseen_artist and map10_mean of embeddings float32 [len(rows), D].

        ``map10_mean`` is that of the labels. ``unseen`` are other embeddings for the artists never
        seen. A figure without queries is left out.
        """
        found = {
            f"map10_{name}": float(values.mean())
            for name, values in self.precisions(seen, unseen).items()
        }
        labels = [found[f"map10_{label}"] for label in self.same if f"map10_{label}" in found]
        return found | {"map10_mean": float(np.mean(labels)) if labels else 0.0}

    def precisions(self, seen: Floats, unseen: Floats | None = None) -> dict[str, Doubles]:
        """AP@10 float64 [Q] of each label's queries, and of those of artists kept aside.

        Works of the query's own group are never found; queries without a relevant work are
        skipped; what has no queries is left out.
        """
        unseen = seen if unseen is None else unseen
        queries, gallery = len(self.queries), self.of_gallery(seen)
        asked = {
            label: self._precisions(seen[:queries], self.queries, gallery, self.gallery, c)
            for label, c in self.same.items()
        }
        among = unseen[queries : queries + len(self.unseen)]
        asked[UNSEEN] = self._precisions(among, self.unseen, among, self.unseen, self.artists)
        return {name: values for name, values in asked.items() if len(values)}

    def _precisions(
        self, asking: Floats, queries: Rows, searched: Floats, gallery: Rows, codes: Codes
    ) -> Doubles:
        none = np.zeros(0)
        if not (len(queries) and len(gallery)):
            return none
        groups = self.groups[gallery]
        barred = [np.flatnonzero(groups == self.groups[query]) for query in queries]
        total = np.bincount(codes[gallery][codes[gallery] >= 0], minlength=codes.max(initial=0) + 1)
        wanted = codes[queries]
        own = [int((codes[gallery[b]] == c).sum()) for b, c in zip(barred, wanted, strict=True)]
        relevant = np.where(wanted >= 0, total[wanted] - np.array(own), 0)
        asked = np.flatnonzero(relevant > 0)
        if not len(asked):
            return none
        index = ExactIndex(np.ascontiguousarray(searched, np.float32))
        vectors = np.ascontiguousarray(asking[asked], np.float32)
        ranking = rank(index, vectors, [barred[i] for i in asked], K)
        hits = codes[gallery][ranking.rows] == wanted[asked][:, None]
        hits &= ranking.rows >= 0
        return average_precision_at_k(hits, relevant[asked])
