"""The lists of a comparison beside each other: one component, aligned by rank."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import streamlit as st

from artsim.app.compare.blind import NO_DIFFERENCE
from artsim.app.shell import state
from artsim.app.widgets import backbones, gallery, tray
from artsim.app.widgets.components import component
from artsim.app.widgets.gallery import Card
from artsim.evaluation.comparison import MOST_LISTS, PERSISTENCE, Comparison
from artsim.evaluation.votes import Vote

LETTERS = "ABCD"[:MOST_LISTS]
_LISTS = component("compare", "tray", "frame")


def show(
    comparison: Comparison,
    row_of: Callable[[str], dict[str, Any]],
    thumb_of: Callable[[str], str],
    *,
    query: dict[str, str],
    ballot: str = "",
    vote: Vote | None = None,
    on_open: Callable[[str], None],
    on_vote: Callable[[int], None],
    on_next: Callable[[], None],
) -> None:
    """Show the lists; an open ballot hides the names of their contenders.

    ``query`` holds ``thumb`` and ``alt`` of what was asked with, ``ballot`` is the id of the open
    vote ("" where there is none), ``vote`` the one that was cast on these lists.
    """
    key = "compare_lists"

    def opened() -> None:
        on_open(str(st.session_state[key].open))

    def voted() -> None:
        given = st.session_state[key].vote
        known = isinstance(given, dict) and given.get("ballot") == ballot
        choices = (NO_DIFFERENCE, *range(len(comparison.lists)))
        if ballot and known and given.get("choice") in choices:
            on_vote(int(given["choice"]))

    collection = state.remembered().collection

    def trayed() -> None:
        tray.changed(collection, st.session_state[key].tray, "by comparing backbones")

    adding = tray.buttons(collection)
    _LISTS(
        key=key,
        data={
            "columns": _heads(comparison, not ballot, vote.choice if vote else None),
            "query": query,
            "rows": [list(row) for row in comparison.rows()],
            "works": {
                work: _work(comparison, work, gallery.card(row_of(work), thumb_of(work)))
                for work in comparison.found_by
            },
            "of": collection,
            "held": adding.held,
            "pairs": _pairs(comparison),
            "vote": _open_vote(comparison, ballot) if ballot else None,
            "voted": _cast_vote(vote) if vote else None,
            "labels": {**_labels(comparison), **adding.labels},
        },
        on_open_change=opened,
        on_vote_change=voted,
        on_next_change=on_next,
        on_tray_change=trayed,
    )


def _heads(comparison: Comparison, names: bool, chosen: int | None) -> list[dict[str, Any]]:
    return [
        {
            "letter": letter,
            "name": backbones.label(column.contender.backbone) if names else "",
            "detail": column.contender.metric.capitalize() if names else "",
            "digest": column.digest[:8] if names else "",
            "chosen": place == chosen,
            "note": "" if len(column.ids) == comparison.k else _short(len(column.ids)),
        }
        for place, (letter, column) in enumerate(zip(LETTERS, comparison.lists, strict=False))
    ]


def _short(found: int) -> str:
    return "no other work" if not found else f"only {found} there"


def _work(comparison: Comparison, work: str, card: Card) -> dict[str, Any]:
    """What a cell says of a work: its card, who else found it, and its rank in every list."""
    finders, everyone = comparison.found_by[work], len(comparison.lists)
    if len(finders) == everyone:
        sign, mark = "all", "In both lists" if everyone == 2 else f"In all {everyone} lists"
    elif len(finders) == 1:
        sign, mark = "one", f"Only in {LETTERS[finders[0]]}"
    else:
        sign, mark = "some", f"In {len(finders)} of {everyone} lists"
    ranks = [
        _rank(rank, column.candidates, len(column.ranks))
        for rank, column in zip(comparison.ranks(work), comparison.lists, strict=True)
    ]
    said = ", ".join(f"{at} in {letter}" for letter, at in zip(LETTERS, ranks, strict=False))
    return {
        **asdict(card),
        "sign": sign,
        "mark": mark,
        "ranks": ranks,
        "near": [place in finders for place in range(everyone)],
        "said": f"{card.alt}. {mark}. Rank {said}",
    }


def _rank(rank: int | None, candidates: int, known: int) -> str:
    """A rank as text: beyond what was looked at, or not among the works at all."""
    if rank is not None:
        return str(rank)
    return f"beyond {known}" if known < candidates else "none"


def _pairs(comparison: Comparison) -> list[dict[str, Any]]:
    longest = [len(column.ids) for column in comparison.lists]
    return [
        {
            "between": [LETTERS[pair.first], LETTERS[pair.second]],
            "shared": pair.shared,
            "of": max(longest[pair.first], longest[pair.second]),
            "overlap": f"{pair.overlap:.2f}",
            "rbo": f"{pair.rbo:.2f}",
        }
        for pair in comparison.agreements()
    ]


def _open_vote(comparison: Comparison, ballot: str) -> dict[str, Any]:
    options: Sequence[tuple[int, str]] = [
        *((place, f"List {LETTERS[place]}") for place in range(len(comparison.lists))),
        (NO_DIFFERENCE, "No difference"),
    ]
    return {
        "ballot": ballot,
        "question": "Which list is better?",
        "options": [{"choice": choice, "label": label} for choice, label in options],
    }


def _cast_vote(vote: Vote) -> dict[str, str]:
    better = f"You found list {LETTERS[vote.choice]} better." if vote.choice is not None else ""
    return {"said": better or "You saw no difference.", "next": "Next random work"}


def _labels(comparison: Comparison) -> dict[str, str]:
    return {
        "table": "Results of each column, most similar first, aligned by rank",
        "agreement": "How far the lists agree",
        "open": "Look closer",
        "rank": "Rank",
        "list": "List",
        "skip": "Go past the lists",
        "absent": "No picture",
        "pair": "Lists",
        "shared": "Works in both",
        "overlap": f"Overlap@{comparison.k}",
        "rbo": "Rank-biased overlap",
        "explain": (
            f"Overlap@{comparison.k} is the share of the top {comparison.k} that two lists have "
            f"in common. Rank-biased overlap (extrapolated, p = {PERSISTENCE}) weighs the first "
            "ranks most: 1 is the same order, 0 nothing in common."
        ),
        "chosen": "You found this list better",
    }
