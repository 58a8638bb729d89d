"""Names for clusters, from what is known of their works."""

from collections import Counter

import numpy as np

from artsim.evaluation.relevance import texts
from artsim.maps.clusters import OUTLIERS, Cluster, Clusters, Groups
from artsim.search.catalog import Catalog
from artsim.search.exact import Rows

LABELS = ("style", "genre", "school", "artist")


def described(catalog: Catalog, positions: Rows, groups: Groups) -> Clusters:
    """``groups`` of the works at ``positions`` of a catalog, with names and purity."""
    columns = {label: texts(catalog, positions, label) for label in LABELS}
    columns = {label: values for label, values in columns.items() if any(values)}
    clusters = []
    for number, shown in enumerate(groups.examples):
        rows = np.flatnonzero(groups.labels == number)
        purity = {}
        for label, values in columns.items():
            value, times = Counter(values[row] for row in rows).most_common(1)[0]
            purity[label] = (value, times / len(rows))
        best = max(purity.values(), key=lambda pair: pair[1] * bool(pair[0]), default=("", 0.0))
        name, share = best if best[0] else (f"Cluster {number + 1}", 0.0)
        clusters.append(Cluster(number, name, share, len(rows), shown, purity, []))
    oddest = np.argsort(-groups.outlier_scores, kind="stable")[:OUTLIERS]
    return Clusters(groups.labels, clusters, oddest.tolist(), groups.outlier_scores)
