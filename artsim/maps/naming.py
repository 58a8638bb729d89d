"""Names for clusters, from what is known of their works.

Class-based TF-IDF: a term scores by its share of a cluster's works, weighted by how rare it is
in the whole (Grootendorst: BERTopic, 2022). Terms are whole styles, genres, schools and artists,
and single words of titles.
"""

import math
import re
from collections import Counter

import numpy as np

from artsim.collection.columns import RELEVANT_LABELS
from artsim.maps.clusters import OUTLIERS, Cluster, Clusters, Groups
from artsim.maps.labels import words
from artsim.search.catalog import Catalog
from artsim.search.neighbours import Rows

TITLE = "title"
WORDS = 6
_LEAST = 0.2  # of a cluster's works that a name must describe, if any term does
_BOTH = 0.5  # of these that a second term must describe too
_WORD = re.compile(r"[^\W\d_]{3,}")
_EMPTY_WORDS = frozenset(
    (
        *("the", "and", "for", "with", "from", "his", "her", "its", "this", "that", "into"),
        *("after", "near", "was", "are", "untitled", "unknown", "title", "portrait", "study"),
        *("sketch", "detail", "part", "version", "copy", "left", "right", "les", "des", "une"),
        *("aux", "sur", "dans", "par", "avec", "pour", "der", "die", "das", "und", "von", "mit"),
        *("dem", "den", "ein", "eine", "della", "del", "delle", "degli", "dei", "con", "per"),
        *("una", "los", "las"),
    )
)
Term = tuple[str, str]  # label and value


def described(catalog: Catalog, positions: Rows, groups: Groups) -> Clusters:
    """``groups`` of the works at ``positions`` of a catalog, with names and purity."""
    terms = _terms(catalog, positions)
    whole = Counter(term for some in terms for term in some)
    clusters: list[Cluster] = []
    taken: set[str] = set()
    for number, shown in enumerate(groups.examples):
        mine = [terms[row] for row in np.flatnonzero(groups.labels == number)]
        counts = Counter(term for some in mine for term in some)
        ranked = _ranked(counts, whole, len(mine), len(terms))
        name, share = _named(ranked, counts, mine, taken)
        if not name:
            name, share = f"Cluster {number + 1}", 0.0
        taken.add(name)
        purity = {
            label: best for label in RELEVANT_LABELS if (best := _purest(label, counts, len(mine)))
        }
        said = [_shown(value) for _, value in ranked[:WORDS]]
        clusters.append(Cluster(number, name, share, len(mine), shown, purity, said))
    oddest = np.argsort(-groups.outlier_scores, kind="stable")[:OUTLIERS]
    return Clusters(groups.labels, clusters, oddest.tolist(), groups.outlier_scores)


def _terms(catalog: Catalog, positions: Rows) -> list[frozenset[Term]]:
    """What is known of each work."""
    columns = {label: words(catalog, positions, label) for label in RELEVANT_LABELS}
    titles = words(catalog, positions, TITLE)
    found = []
    for row, title in enumerate(titles):
        some = {(label, values[row]) for label, values in columns.items() if values[row]}
        some |= {(TITLE, w) for w in _WORD.findall(title.casefold()) if w not in _EMPTY_WORDS}
        found.append(frozenset(some))
    return found


def _ranked(counts: Counter[Term], whole: Counter[Term], works: int, total: int) -> list[Term]:
    """The terms that more than one work has, those first that set the cluster apart."""
    scores = {
        term: count / works * math.log(1 + total / whole[term])
        for term, count in counts.items()
        if count > 1 and count / works > whole[term] / total
    }
    return sorted(scores, key=lambda term: (-scores[term], term))


def _named(
    ranked: list[Term], counts: Counter[Term], mine: list[frozenset[Term]], taken: set[str]
) -> tuple[str, float]:
    """A name that no other cluster has, of one or two terms, and the share it describes."""
    labelled = [term for term in ranked if term[0] != TITLE]
    wide = [term for term in labelled if counts[term] >= _LEAST * len(mine)]
    first = next(iter(wide or labelled or ranked), None)
    if first is None:
        return "", 0.0
    name, having = _shown(first[1]), [some for some in mine if first in some]
    for second in ranked:
        if second[0] == first[0]:
            continue
        both = [some for some in having if second in some]
        useful = second[0] != TITLE and len(both) >= _BOTH * len(having)
        if useful or (name in taken and len(both) > 1):
            longer = f"{_shown(first[1])}, {_shown(second[1])}"
            if longer not in taken:
                return longer, len(both) / len(mine)
    number = 2
    while name in taken:
        name, number = f"{_shown(first[1])} ({number})", number + 1
    return name, len(having) / len(mine)


def _purest(label: str, counts: Counter[Term], works: int) -> tuple[str, float] | None:
    """The commonest value of a label and its share of all works; None where none is known."""
    values = [(count, value) for (name, value), count in counts.items() if name == label]
    if not values:
        return None
    count, value = min(values, key=lambda pair: (-pair[0], pair[1]))
    return value, count / works


def _shown(value: str) -> str:
    return value.replace("_", " ")
