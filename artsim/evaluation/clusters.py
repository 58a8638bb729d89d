"""Which queries depend on each other: those of one artist, one work group, or one other value."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from artsim.collection.artists import related_artists
from artsim.collection.labels import label_codes
from artsim.core.errors import InvalidInput
from artsim.evaluation.bootstrap import Codes
from artsim.evaluation.judgement import Rows
from artsim.evaluation.relevance import texts
from artsim.search.catalog import WORK_GROUP, Catalog, joined_codes

AUTO, NONE = "auto", "none"
_BY_ITSELF = ("artist", WORK_GROUP)


@dataclass(frozen=True)
class Clusters:
    """The cluster of each query, int32 [Q] numbered from 0, and what they are made ``by``.

    ``by`` names the columns ("artist, work_group"), or is "none" where each query stands alone.
    """

    codes: Codes
    by: str

    def __len__(self) -> int:
        return int(self.codes.max()) + 1 if len(self.codes) else 0

    def of(self, queries: Rows) -> "Clusters":
        """The clusters of some of the queries, numbered anew."""
        _, codes = np.unique(self.codes[queries], return_inverse=True)
        return Clusters(codes.astype(np.int32), self.by)


def clusters_of(catalog: Catalog, positions: Rows, by: str = AUTO) -> Clusters:
    """Clusters of the works at ``positions``.

    By default works of one named artist, one ``work_group`` or one duplicate group share a cluster;
    ``by`` may name another column, or "none". A work without a value stands alone. Raises
    InvalidInput for a column that is not there.
    """
    columns = _BY_ITSELF if by == AUTO else () if by == NONE else (by,)
    there = [name for name in columns if name in catalog.table.column_names]
    if by not in (AUTO, NONE) and not there:
        raise InvalidInput(
            f"There is no column {by[:40]!r} to cluster by: use artist, {WORK_GROUP}, any other "
            f"column of the collection, or {NONE}."
        )
    labels = [_codes(name, texts(catalog, positions, name)) for name in there]
    used = [name for name, codes in zip(there, labels, strict=True) if (codes >= 0).any()]
    if not used:
        return Clusters(np.arange(len(positions), dtype=np.int32), NONE)
    return Clusters(_joined([*labels, catalog.groups[positions]]), ", ".join(used))


def _codes(column: str, values: Sequence[str]) -> Codes:
    return label_codes(related_artists(values) if column == "artist" else values)


def _joined(labels: Sequence[Codes]) -> Codes:
    """Numbers of the sets of works that share a value of any of ``labels`` [Q], -1 for none."""
    joined = reduce(joined_codes, labels)
    alone = joined < 0
    joined[alone] = joined.max(initial=-1) + 1 + np.arange(int(alone.sum()))
    return joined
