"""How well embeddings retrieve while training: mAP@10 of labels, and of artists kept aside."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from artsim.core.average_precision import average_precision_at_k
from artsim.evaluation.ranking import rank
from artsim.search.neighbours import ExactIndex
from artsim.training import record
from artsim.training.record import KEPT_ASIDE, UNSEEN
from artsim.training.split import Codes, Rows

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
K = 10
CHOICE = f"map10_{record.CHOICE}"
ARTIST, STYLE, OTHERS = "artist", "style", "style_other_artists"


@dataclass(frozen=True)
class Asked:
    """Queries that have a relevant work, rows of the examples [Q], and their AP@10 float64 [Q]."""

    queries: Rows
    values: Doubles


@dataclass(frozen=True)
class EvaluationSet:
    """The queries and the gallery: rows of the examples, their groups and labels (all [N]).

    ``same`` numbers each label's values and ``artists`` the artists, -1 for none.
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

        ``map10_mean`` is that of the labels, ``map10_choice`` what epochs and weights are chosen
        by. ``unseen`` are other embeddings for the artists never seen. A figure without queries
        is left out.
        """
        found = {
            f"map10_{name}": float(values.mean())
            for name, values in self.precisions(seen, unseen).items()
        }
        labels = [found[f"map10_{label}"] for label in self.same if f"map10_{label}" in found]
        found["map10_mean"] = float(np.mean(labels)) if labels else 0.0
        return found | {CHOICE: self._choice(found)}

    def _choice(self, found: Mapping[str, float]) -> float:
        """Mean of the labels and of the artists kept aside.

        A label is judged by the works of artists kept aside, where there are any: by those of
        artists trained on, style and genre would be chosen by how well the artists are known.
        """
        told = []
        for label in self.same:
            own = found.get(f"map10_{label}")
            told.append(found.get(f"map10_{label}{KEPT_ASIDE}", own))
        told.append(found.get(f"map10_{UNSEEN}"))
        values = [value for value in told if value is not None]
        return float(np.mean(values)) if values else 0.0

    def figure_of(self, label: str, seen: Floats) -> float:
        """mAP@10 by one label, of works kept aside and of artists kept aside in equal shares.

        0 without queries.
        """
        alone = replace(self, same={label: self.same[label]})
        told = [one.mean() for name, one in alone.precisions(seen).items() if name != UNSEEN]
        return float(np.mean(told)) if told else 0.0

    def precisions(self, seen: Floats, unseen: Floats | None = None) -> dict[str, Doubles]:
        """AP@10 float64 [Q] of each label's queries, and of those of artists kept aside."""
        return {name: one.values for name, one in self.asked(seen, unseen).items()}

    def asked(self, seen: Floats, unseen: Floats | None = None) -> dict[str, Asked]:
        """The queries of each label and those of artists kept aside, with their AP@10.

        Artists kept aside ask among themselves by their names, and the gallery by every other
        label. Works of the query's own group are never found; queries without a relevant work are
        skipped; what has no queries is left out.
        """
        unseen = seen if unseen is None else unseen
        queries = len(self.queries)
        found = {label: self._of_label(seen, codes) for label, codes in self.same.items()}
        aside = seen[queries : queries + len(self.unseen)]
        for label, codes in self.same.items():
            if label != ARTIST:
                gallery = self.of_gallery(seen)
                asked = self._asked(aside, self.unseen, gallery, self.gallery, codes)
                found[label + KEPT_ASIDE] = asked
        among = unseen[queries : queries + len(self.unseen)]
        found[UNSEEN] = self._asked(among, self.unseen, among, self.unseen, self.artists)
        return {name: one for name, one in found.items() if len(one.values)}

    def by_other_artists(self, seen: Floats) -> dict[str, Asked]:
        """The same by style, where no work of the query's own artist is found."""
        if STYLE not in self.same:
            return {}
        found = self._of_label(seen, self.same[STYLE], others=True)
        return {OTHERS: found} if len(found.values) else {}

    def figures_by_others(self, seen: Floats) -> dict[str, float]:
        """map10_style_other_artists of embeddings float32 [len(rows), D]; {} without queries."""
        found = self.by_other_artists(seen)
        return {f"map10_{name}": float(one.values.mean()) for name, one in found.items()}

    def _of_label(self, seen: Floats, codes: Codes, others: bool = False) -> Asked:
        asking, gallery = seen[: len(self.queries)], self.of_gallery(seen)
        return self._asked(asking, self.queries, gallery, self.gallery, codes, others)

    def _asked(
        self,
        asking: Floats,
        queries: Rows,
        searched: Floats,
        gallery: Rows,
        codes: Codes,
        others: bool = False,
    ) -> Asked:
        none = Asked(queries[:0], np.zeros(0))
        if not (len(queries) and len(gallery)):
            return none
        groups, artists = self.groups[gallery], self.artists[gallery]
        barred = []
        for query in queries:
            own = groups == self.groups[query]
            if others and self.artists[query] >= 0:
                own |= artists == self.artists[query]
            barred.append(np.flatnonzero(own))
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
        return Asked(queries[asked], average_precision_at_k(hits, relevant[asked]))
