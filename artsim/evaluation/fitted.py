"""Which queries and works of an evaluation a backbone was fitted on."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artsim.backbones.fitted import CHOSEN, FITTED, FittedOn, States
from artsim.collection.artists import artist_keys
from artsim.evaluation.evaluation_set import EvaluationSet
from artsim.evaluation.judgement import Rows
from artsim.evaluation.relevance import texts
from artsim.evaluation.results import Fitted
from artsim.search.catalog import Catalog

GROUPS = {
    "work": "fitted on",
    "chosen": "its epoch and weights chosen by them",
    "artist": "fitted on other works of the artist",
    "unknown": "artist unknown",
    "other": "not in its record",
}


@dataclass(frozen=True)
class Known:
    """Which queries [Q] and works of the gallery [G] a backbone was fitted on.

    ``queries`` and ``gallery`` are the int8 states of FittedOn.states; a copy of a work has the
    state of the work. ``artist`` int8 [Q] is 1 where the backbone was fitted on works of the
    query's artist, 0 where its record has none, -1 where the artist is unknown.
    """

    record: Literal["works", "labels", "none"]
    queries: States
    gallery: States
    artist: npt.NDArray[np.int8]

    def of(self, queries: Rows) -> "Known":
        """The same of some of the queries."""
        return replace(self, queries=self.queries[queries], artist=self.artist[queries])

    def counts(self) -> Fitted:
        """How many are known to be works that some step of the backbone's making saw."""
        return Fitted(
            queries=int((self.queries > 0).sum()),
            gallery=int((self.gallery > 0).sum()),
            same_artist=int((self.artist == 1).sum()),
            record=self.record,
        )

    def words(self) -> list[str]:
        """The group of each query, in words of GROUPS; empty where nothing is known."""
        if self.record == "none":
            return []
        return [_word(int(s), int(a)) for s, a in zip(self.queries, self.artist, strict=True)]

    def columns(self) -> dict[str, Any]:
        """Columns of the per-query table: true, false, or null where that is unknown."""
        works = [bool(s) if self.record == "works" else None for s in self.queries]
        artists = [None if a < 0 or self.record == "none" else bool(a) for a in self.artist]
        return {
            "fitted": pa.array(works, pa.bool_()),
            "artist_fitted": pa.array(artists, pa.bool_()),
        }


def known_of(material: EvaluationSet, fitted: FittedOn) -> Known:
    """What the record of a backbone says of the works of an evaluation."""
    catalogs = (material.catalog, material.query_catalog)
    states = [_with_copies(catalog, fitted) for catalog in catalogs]
    learnt = set(fitted.artists)
    for catalog, state in zip(catalogs, states, strict=True):
        for text in set(texts(catalog, np.flatnonzero(state == FITTED), "artist")):
            learnt.update(artist_keys(text))
    artists = map(artist_keys, texts(material.query_catalog, material.queries, "artist"))
    flags = [-1 if not keys else int(not learnt.isdisjoint(keys)) for keys in artists]
    return Known(
        fitted.record,
        states[1][material.queries],
        states[0][material.works],
        np.array(flags, np.int8),
    )


def _with_copies(catalog: Catalog, fitted: FittedOn) -> States:
    """The state of every work; copies of one work have all seen what one of them has."""
    everyone = np.arange(len(catalog))
    ids, files = texts(catalog, everyone, "id"), texts(catalog, everyone, "file")
    states = fitted.states(catalog.name, ids, files)
    grouped = catalog.groups >= 0
    if grouped.any():
        highest = np.zeros(int(catalog.groups.max()) + 1, np.int8)
        np.maximum.at(highest, catalog.groups[grouped], states[grouped])
        states[grouped] = highest[catalog.groups[grouped]]
    return states


def _word(state: int, artist: int) -> str:
    if state == FITTED:
        return GROUPS["work"]
    if state == CHOSEN:
        return GROUPS["chosen"]
    return GROUPS[{1: "artist", -1: "unknown"}.get(artist, "other")]
