"""Where a figure comes from: classes, centuries, works fitted on, single queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from artsim.collection.columns import CENTURY
from artsim.evaluation.bootstrap import confidence
from artsim.evaluation.clusters import Clusters
from artsim.evaluation.fitted import Known
from artsim.evaluation.fitted_words import GROUPS
from artsim.evaluation.judgement import Rows
from artsim.evaluation.metrics import Counts, Doubles, Flags
from artsim.evaluation.relevance import texts
from artsim.evaluation.results import PART_FIGURES, Case, Figure, Part
from artsim.search.catalog import Catalog

CASES = 20
MAX_CLASSES = 400


@dataclass(frozen=True)
class Facts:
    """What is known of each query [Q]: its century, and whether the backbone was fitted on it."""

    centuries: list[str]
    fitted: Known

    def of(self, queries: Rows) -> "Facts":
        """The facts of some of the queries."""
        return Facts([self.centuries[q] for q in queries], self.fitted.of(queries))

    def columns(self) -> dict[str, Any]:
        """Columns of the per-query table."""
        return {"century": self.centuries, **self.fitted.columns()}


def facts_of(catalog: Catalog, positions: Rows, fitted: Known) -> Facts:
    """Facts of the works at ``positions``."""
    return Facts([text or "unknown" for text in texts(catalog, positions, CENTURY)], fitted)


def parts(
    facts: Facts,
    labels: Sequence[str],
    values: dict[str, Doubles],
    seed: int,
    clusters: Clusters,
) -> dict[str, tuple[Part, ...]]:
    """Figures of each class, each century, and each group of queries by what the backbone saw.

    Classes come largest first, at most MAX_CLASSES; centuries in order of name.
    """
    classes = _parts(labels, values, seed, clusters, MAX_CLASSES)
    found = {"class": tuple(sorted(classes, key=lambda p: (-p.queries, p.value)))}
    found["century"] = tuple(sorted(_parts(facts.centuries, values, seed, clusters), key=_in_time))
    if words := facts.fitted.words():
        order = list(GROUPS.values())
        groups = _parts(words, values, seed, clusters)
        found["fitted"] = tuple(sorted(groups, key=lambda p: order.index(p.value)))
    return found


def worst(
    ids: list[str],
    labels: list[str],
    n_relevant: Counts,
    average_precision: Doubles,
    retrieved: list[list[str]],
    relevant: Flags,
) -> tuple[Case, ...]:
    """The queries with the lowest AP; ties go to those with most relevant works."""
    order = np.lexsort((np.arange(len(ids)), -n_relevant, average_precision))[:CASES]
    return _cases(order, ids, labels, n_relevant, average_precision, retrieved, relevant)


def best(
    ids: list[str],
    labels: list[str],
    n_relevant: Counts,
    average_precision: Doubles,
    retrieved: list[list[str]],
    relevant: Flags,
) -> tuple[Case, ...]:
    """The queries with the highest AP; ties go to those with fewest relevant works."""
    order = np.lexsort((np.arange(len(ids)), n_relevant, -average_precision))[:CASES]
    return _cases(order, ids, labels, n_relevant, average_precision, retrieved, relevant)


def _cases(
    order: Rows,
    ids: list[str],
    labels: list[str],
    n_relevant: Counts,
    average_precision: Doubles,
    retrieved: list[list[str]],
    relevant: Flags,
) -> tuple[Case, ...]:
    return tuple(
        Case(
            id=ids[i],
            value=labels[i],
            n_relevant=int(n_relevant[i]),
            average_precision=float(average_precision[i]),
            retrieved=tuple(retrieved[i]),
            relevant=tuple(bool(flag) for flag in relevant[i, : len(retrieved[i])]),
        )
        for i in order
    )


def _parts(
    labels: Sequence[str],
    values: dict[str, Doubles],
    seed: int,
    clusters: Clusters,
    most: int | None = None,
) -> list[Part]:
    """A part for each label, or for the ``most`` labels with most queries; ties by name."""
    table = pd.DataFrame({name: values[name] for name in (*PART_FIGURES, "chance_precision")})
    # By a column: pandas takes an array of one label for a list of one key.
    groups = table.assign(label=np.array(labels, object)).groupby("label")
    found = []
    for name in groups.size().sort_values(ascending=False, kind="stable").index[:most]:
        members = groups.get_group(name)
        rows = members[list(PART_FIGURES)].to_numpy()
        means = rows.mean(axis=0)
        intervals: Any = [None] * len(means)
        mine = clusters.of(members.index.to_numpy())
        if len(mine) > 1:
            ends = confidence(rows, seed=seed, clusters=mine.codes)
            intervals = [(float(a), float(b)) for a, b in ends]
        figures = {
            figure: Figure(float(mean), ends95)
            for figure, mean, ends95 in zip(PART_FIGURES, means, intervals, strict=True)
        }
        chance = float(members["chance_precision"].mean())
        found.append(Part(str(name), len(members), chance_precision=chance, **figures))
    return found


def _in_time(part: Part) -> tuple[int, int]:
    if part.value == "unknown":
        return (2, 0)
    number = int("".join(c for c in part.value.split()[0] if c.isdigit()))
    return (0, -number) if part.value.endswith("BC") else (1, number)
