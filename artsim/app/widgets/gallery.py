"""The grid of artworks: one component for a whole page of works, however many."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import streamlit as st

from artsim.app.shell import state
from artsim.app.widgets import tray
from artsim.app.widgets.components import component

MORE = "More like this"
_TITLE_LENGTH = 160
_GRID = component("gallery", "boxes", "tray", "frame")


@dataclass(frozen=True)
class Card:
    """The data of one card of the grid; all text is plain, browsers never read it as HTML."""

    id: str
    title: str
    full_title: str
    by: str
    alt: str
    thumb: str
    rank: int | None = None
    score: str = ""
    band: str = ""
    marks: int = 0
    meaning: str = ""
    sign: str = ""  # + or - where it is marked
    box: tuple[float, float, float, float] | None = None  # the region that matched
    new: bool = False  # not there when a saved search was last looked at
    why: bool = False  # whether it can be asked why the work is alike


def media_url(
    collection: str, artwork_id: str, size: str, version: str, file: str | None = None
) -> str:
    """Address of an image on this server; ``version`` makes it cacheable for good.

    ``file`` is one of the artwork's pictures, by default the one that it is shown by.
    """
    which = f"&picture={quote(file, safe='')}" if file else ""
    return f"/media/{quote(collection)}/{quote(artwork_id)}/{size}.webp?v={quote(version)}{which}"


def card(row: dict[str, Any], thumb: str, rank: int | None = None, score: str = "") -> Card:
    """A card from a row of metadata with ``id``, ``title``, ``artist``, ``date`` and ``year``."""
    full_title = str(row.get("title") or "") or "Untitled"
    title = (
        full_title if len(full_title) <= _TITLE_LENGTH else full_title[: _TITLE_LENGTH - 1] + "…"
    )
    by = byline(row)
    return Card(
        id=str(row["id"]),
        title=title,
        full_title=full_title[:600],
        by=by,
        alt=f"{title}, {by}" if by else title,
        thumb=thumb,
        rank=rank,
        score=score,
    )


def byline(row: dict[str, Any]) -> str:
    """Artist and date in one line, what is known of them."""
    artist = str(row.get("artist") or "")[:120]
    when = str(row.get("date") or row.get("year") or "")[:60]
    return ", ".join(part for part in (artist, when) if part)


def show(
    cards: Sequence[Card],
    *,
    key: str,
    label: str,
    on_open: Callable[[str], None],
    on_similar: Callable[[str], None],
    card_width: int = 172,
    more: str = MORE,
    on_mark: Callable[[str, str], None] | None = None,
    on_why: Callable[[str], None] | None = None,
    found: str = "",
    answers: bool = False,
    collection: str | None = None,
) -> None:
    """Show the grid; the callbacks get the id of the work that was opened or searched from.

    Each picture has a + for the tray, which stores the search that it was ``found`` with. The works
    are of ``collection``, by default the present one; with "" no picture has a +. With ``on_mark``
    works can be marked: it gets the id, and +, - or "" for no mark. The heading of ``answers`` gets
    the focus if the keyboard asked for them.
    """

    def opened() -> None:
        on_open(str(st.session_state[key].open))

    def similar() -> None:
        on_similar(str(st.session_state[key].similar))

    def marked() -> None:
        mark = st.session_state[key].mark
        if on_mark is not None:
            on_mark(str(mark["id"]), str(mark["sign"]))

    def asked_why() -> None:
        if on_why is not None:
            on_why(str(st.session_state[key].why))

    of = state.remembered().collection if collection is None else collection

    def trayed() -> None:
        tray.changed(of, st.session_state[key].tray, found)

    adding = tray.buttons(of) if of else tray.Buttons()
    marking = {"plus": "Like", "minus": "Unlike"} if on_mark else {}
    _GRID(
        key=key,
        data={
            "items": [dict(vars(card)) for card in cards],
            "card_width": card_width,
            "answers": answers,
            "of": of,
            "held": adding.held,
            "labels": {
                "gallery": label,
                "open": "Look closer",
                "more": more,
                "absent": "No picture",
                "new": "New",
                **marking,
                **({"why": "Why?"} if on_why else {}),
                **adding.labels,
            },
        },
        on_open_change=opened,
        on_similar_change=similar,
        on_mark_change=marked,
        on_why_change=asked_why,
        on_tray_change=trayed,
    )
