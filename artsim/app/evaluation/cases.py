"""The worst and best queries as rows of pictures: the query, and what it retrieved."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import numpy as np
import streamlit as st

from artsim.app.shell import resources
from artsim.app.widgets import gallery, tray
from artsim.app.widgets.components import component
from artsim.app.widgets.texts import plain
from artsim.core.counts import count
from artsim.core.errors import ArtsimError
from artsim.evaluation.relevances import called, in_words
from artsim.evaluation.results import Case, Evaluation, Run

MOST_SHOWN = 10
_ROWS = component("evaluation_cases", "tray", "frame")


def show(
    evaluation: Evaluation,
    run: Run,
    cases: tuple[Case, ...],
    *,
    key: str,
    label: str,
    on_open: Callable[[str, bool], None],
) -> None:
    """Show the rows; ``on_open`` gets the id of a work and whether it was the query."""
    shown = min(run.k, MOST_SHOWN)
    ids = {i for case in cases for i in case.retrieved[:shown]}
    found = _Works(evaluation.collection, ids, evaluation.date)
    asked = found
    if evaluation.queries_collection != evaluation.collection:
        asked = _Works(evaluation.queries_collection, {case.id for case in cases}, evaluation.date)
    else:
        found.add({case.id for case in cases})

    def opened() -> None:
        clicked = st.session_state[key].open
        if isinstance(clicked, dict):
            on_open(str(clicked.get("id")), bool(clicked.get("query")))

    found_with = f"in an evaluation of {run.backbone} by {in_words(run.relevance)}"

    def trayed() -> None:
        tray.changed(evaluation.collection, st.session_state[key].tray, found_with)

    def asked_trayed() -> None:
        sent = st.session_state[key].tray_asked
        tray.changed(evaluation.queries_collection, sent, found_with)

    adding = tray.buttons(evaluation.collection)
    _ROWS(
        key=key,
        data={
            "asked": {
                "of": evaluation.queries_collection,
                "held": tray.buttons(evaluation.queries_collection).held,
            },
            "retrieved": {"of": evaluation.collection, "held": adding.held},
            "rows": [
                {
                    "query": asked.card(case.id, ""),
                    "value": _judged(case, run),
                    "told": _told(case, run),
                    "found": [
                        {
                            **found.card(work, run.relevance),
                            "rank": rank,
                            "hit": hit,
                        }
                        for rank, (work, hit) in enumerate(
                            zip(case.retrieved[:shown], case.relevant[:shown], strict=True), 1
                        )
                    ],
                }
                for case in cases
            ],
            "labels": {
                "list": label,
                "query": "Query",
                "open": "Look closer",
                "hit": "Hit",
                "miss": "No hit",
                "rank": "Rank",
                "absent": "No picture",
                **adding.labels,
            },
        },
        on_open_change=opened,
        on_tray_change=trayed,
        on_tray_asked_change=asked_trayed,
    )


def _judged(case: Case, run: Run) -> str:
    """The query's label, unless its title and artist say it already."""
    if run.relevance in ("title", "artist") or not case.value:
        return ""
    return f"{called(run.relevance)}: {plain(case.value, 120)}"


def _told(case: Case, run: Run) -> str:
    hits = sum(case.relevant)
    if run.k > len(case.retrieved):  # of a long list only the first works are kept
        found = f"{count(hits, 'hit')} in the first {len(case.retrieved)}"
    else:
        found = f"{hits} of {count(min(run.k, case.n_relevant), 'possible hit')}"
    return f"{found}, {case.n_relevant:,} relevant in all, AP {case.average_precision:.2f}"


class _Works:
    """What the rows show of a collection's works; works that are gone are named by their id.

    So are those of a collection that was deleted after ``measured``, whatever has its name now.
    """

    def __init__(self, collection: str, ids: set[str], measured: str) -> None:
        self._collection, self._measured = collection, measured
        self._rows: dict[str, dict[str, Any]] = {}
        self._version = ""
        self.add(ids)

    def add(self, ids: set[str]) -> None:
        try:
            catalog = resources.library().catalog(self._collection)
            about = resources.library().collection(self._collection).about()
            self._version = resources.library().collection(self._collection).stamp
        except ArtsimError:
            return
        if str(about.get("created", ""))[:19] > self._measured[:19]:
            return
        known = sorted(i for i in ids if i in catalog.positions)
        positions = np.array([catalog.positions[i] for i in known], np.intp)
        self._rows |= dict(zip(known, catalog.rows(positions), strict=True))

    def card(self, artwork_id: str, relevance: str) -> dict[str, Any]:
        row = self._rows.get(artwork_id)
        if row is None:
            gone = {"id": artwork_id, "title": "No longer in the collection"}
            return {**asdict(gallery.card(gone, "")), "id": "", "value": plain(artwork_id, 60)}
        thumb = ""
        if row.get("has_image", True):
            thumb = gallery.media_url(self._collection, artwork_id, "thumb", self._version)
        value = plain(row.get(relevance) or "", 120) if relevance else ""
        return {**asdict(gallery.card(row, thumb)), "value": value}
