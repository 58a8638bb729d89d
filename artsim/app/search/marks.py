"""What is marked as like and unlike, and the rounds of searches made with the marks."""

from collections.abc import Collection
from dataclasses import replace

import streamlit as st

from artsim.app.shell import state
from artsim.search.mark import MAX_ROUNDS, WITHOUT_FIRST, Mark, readable, round_of
from artsim.search.query_item import MAX_MARKS

FIRST = -1  # the place of the first query, a work or a picture


def first(view: state.View) -> Mark | None:
    """The work or picture of the first query, None if there is none or it no longer counts."""
    if WITHOUT_FIRST in view.marks:
        return None
    return _first(view)


def signs(view: state.View) -> dict[str, str]:
    """How each marked work is marked."""
    return {text[1:]: text[0] for text in view.marks if text != WITHOUT_FIRST}


def put(what: Mark) -> None:
    """Mark a work or a picture as like (+) or unlike (-), or take its mark away ("")."""
    view = state.current()
    for place, known in reversed(list(enumerate(view.marks))):
        if known[1:] == what.thing:
            view = _without(view, place)
    if what.sign and len(view.marks) >= MAX_MARKS - 1:
        st.toast(f"A search takes at most {MAX_MARKS} marks: take some away first.")
    elif what.sign:
        view = replace(view, marks=(*view.marks, what.text))
    state.show(replace(view, page=1))


def mark(artwork_id: str, sign: str) -> None:
    """Mark a work, as a grid of works says it."""
    put(Mark(sign, artwork_id))


def remove(place: int) -> None:
    """Remove one mark, or with FIRST the first query.

    A search that it was part of is made again without it. If nothing liked is left, the page goes
    back to browsing.
    """
    view = state.current()
    if place == FIRST:
        view = _searched(replace(view, marks=(WITHOUT_FIRST, *view.marks)), view)
    elif 0 <= place < len(view.marks):
        view = _without(view, place)
    if first(view) is None and not any(text[0] == "+" for text in view.marks):
        state.change(query="", upload="")
    else:
        state.show(replace(view, page=1))


def find_region(region: Mark) -> None:
    """Search for a region of a picture: instead of all of it, where that was asked with."""
    view = state.current()
    begun = _first(view)
    if begun is None or (begun.work, begun.picture) != (region.work, region.picture):
        state.change(query=region.work, upload=region.picture)
        view = state.current()
    others = tuple(m for m in view.marks if m not in (WITHOUT_FIRST, region.text))
    state.show(replace(_round(replace(view, marks=(WITHOUT_FIRST, region.text, *others))), page=1))


def find_words(text: str) -> None:
    """Search pictures for what words say, beside what is marked; no words change nothing."""
    mark = Mark("+", words=" ".join(text.split()))
    if not readable(mark.text):
        return
    view = replace(state.current(), text="", page=1)
    others = tuple(m for m in view.marks if m[1:] != mark.thing)
    state.show(_round(replace(view, marks=(*others, mark.text))))


def find_concept(name: str, examples: Collection[str]) -> None:
    """Search with a concept in place of the works that it was taught by, beside what is marked."""
    view = state.current()
    mark = Mark("+", concept=name)
    taught = {Mark(sign, work).text for sign in "+-" for work in examples}
    others = tuple(m for m in view.marks if m not in taught and m[1:] != mark.thing)
    state.show(_round(replace(view, marks=(*others, mark.text), page=1)))


def liked_works(view: state.View) -> dict[str, list[str]]:
    """Ids of the works that are marked as a whole, by sign; the query first."""
    found: dict[str, list[str]] = {"+": [], "-": []}
    begun = first(view)
    if begun is not None and begun.work:
        found["+"].append(begun.work)
    for text in view.marks:
        if text != WITHOUT_FIRST and (known := Mark.of(text)).work and known.box is None:
            found[known.sign].append(known.work)
    return found


def search() -> None:
    """Search with all present marks: a new round."""
    view = state.current()
    state.show(replace(_round(view), page=1))


def go_to(number: int) -> None:
    """Show a round again, with its marks; 0 is the search without any."""
    view = state.current()
    view = replace(view, round=min(max(number, 0), len(view.rounds)), page=1)
    state.show(replace(view, marks=view.answered))


def waiting(view: state.View) -> int:
    """How many marks the shown results do not take into account yet."""
    return len(set(view.marks) ^ set(view.answered))


def _first(view: state.View) -> Mark | None:
    if view.upload:
        return Mark("+", picture=view.upload)
    return Mark("+", view.query) if view.query else None


def _without(view: state.View, place: int) -> state.View:
    kept = replace(view, marks=view.marks[:place] + view.marks[place + 1 :])
    return _searched(kept, view) if view.marks[place] in view.answered else kept


def _searched(view: state.View, before: state.View) -> state.View:
    """``view`` with a round of the earlier marks that still stand."""
    answered = tuple(m for m in view.marks if m in before.answered or m == WITHOUT_FIRST)
    if WITHOUT_FIRST in answered and not any(m[0] == "+" for m in answered):
        answered = view.marks  # only marks that wait are left to search with
    made = _round(replace(view, marks=answered))
    return replace(made, marks=view.marks)


def _round(view: state.View) -> state.View:
    made = round_of(view.marks)
    if not made:
        return replace(view, round=0)
    if made in view.rounds:
        return replace(view, round=view.rounds.index(made) + 1)
    rounds = (*view.rounds, made)[-MAX_ROUNDS:]
    return replace(view, rounds=rounds, round=len(rounds))
