"""Which queries and works of an evaluation a backbone was fitted on."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artsim.backbones.fitted import FittedOn, States
from artsim.backbones.fitted_record import CHOSEN, FITTED
from artsim.collection.artists import artist_keys
from artsim.collection.picture_hashes import picture_hashes
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace
from artsim.evaluation.evaluation_set import EvaluationSet
from artsim.evaluation.fitted_words import GROUPS
from artsim.evaluation.judgement import Rows
from artsim.evaluation.relevance import texts
from artsim.evaluation.results import Fitted
from artsim.search.catalog import WORK_GROUP, Catalog


@dataclass(frozen=True)
class Known:
    """Which queries [Q] and works of the gallery [G] a backbone was fitted on.

    ``queries`` and ``gallery`` are the int8 states of FittedOn.states; a copy of a work has the
    state of the work. ``artist`` int8 [Q] is 1 where the backbone was fitted on works of the
    query's artist, 0 where its record has none, -1 where the artist is unknown. ``by_picture`` bool
    [Q] marks the queries that only their picture identifies, because the record has them under
    another id. ``not_known`` names the backbones that it builds on and whose own fitted works are
    not known.
    """

    record: Literal["works", "labels", "none"]
    queries: States
    gallery: States
    artist: npt.NDArray[np.int8]
    by_picture: npt.NDArray[np.bool_]
    not_known: tuple[str, ...] = ()

    def of(self, queries: Rows) -> "Known":
        """The same for some of the queries."""
        return replace(
            self,
            queries=self.queries[queries],
            artist=self.artist[queries],
            by_picture=self.by_picture[queries],
        )

    def counts(self) -> Fitted:
        """How many works the backbone, or one that it builds on, is known to have seen."""
        return Fitted(
            queries=int((self.queries > 0).sum()),
            gallery=int((self.gallery > 0).sum()),
            same_artist=int((self.artist == 1).sum()),
            record=self.record,
            by_picture=int(self.by_picture.sum()),
            not_known=self.not_known,
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


def known_of(material: EvaluationSet, fitted: FittedOn, workspace: Workspace) -> Known:
    """What the record of a backbone says of the works of an evaluation.

    Works are compared by id or file, by work group, and by picture whatever their id is.
    """
    catalogs = (material.catalog, material.query_catalog)
    one = catalogs[0] is catalogs[1]
    found = [_states(catalog, fitted, workspace) for catalog in catalogs[: 1 if one else 2]]
    states = [both.max(axis=0) for both in found]
    learnt: set[str] = set()
    for catalog, state in zip(catalogs, states, strict=False):
        for text in set(texts(catalog, np.flatnonzero(state == FITTED), "artist")):
            learnt.update(artist_keys(text))
    artists = texts(material.query_catalog, material.queries, "artist")
    known = {text: _artist_flag(text, learnt, fitted) for text in set(artists)}
    by_name, by_picture = found[-1][:, material.queries]
    return Known(
        fitted.record,
        states[-1][material.queries],
        states[0][material.works],
        np.array([known[text] for text in artists], np.int8),
        by_picture > by_name,
        fitted.not_known,
    )


def _artist_flag(text: str, learnt: set[str], fitted: FittedOn) -> int:
    keys = artist_keys(text)
    return -1 if not keys else int(not learnt.isdisjoint(keys) or fitted.knows_artist(text))


def _states(catalog: Catalog, fitted: FittedOn, workspace: Workspace) -> States:
    """The state of every work by its name and by its picture [2, N], its copies' among them."""
    everyone = np.arange(len(catalog))
    ids, files, artists, groups = (
        texts(catalog, everyone, name) for name in ("id", "file", "artist", WORK_GROUP)
    )
    states = np.zeros((2, len(catalog)), np.int8)
    states[0] = fitted.states(catalog.name, ids, files, groups, artists)
    if fitted.has_pictures:
        hashes = picture_hashes(Collection.open(workspace, catalog.name), ids)
        states[1] = fitted.states_by_picture(hashes)
    same = catalog.same_work
    grouped = same >= 0
    if grouped.any():
        highest = np.zeros((2, int(same.max()) + 1), np.int8)
        for row in (0, 1):
            np.maximum.at(highest[row], same[grouped], states[row][grouped])
        states[:, grouped] = highest[:, same[grouped]]
    return states


def _word(state: int, artist: int) -> str:
    if state == FITTED:
        return GROUPS["work"]
    if state == CHOSEN:
        return GROUPS["chosen"]
    return GROUPS[{1: "artist", -1: "unknown"}.get(artist, "other")]
