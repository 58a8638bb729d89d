"""The files as cards: picture, what it is, what became of it and why, and a box to choose it."""

import base64
from typing import Any

import streamlit as st

from artsim.app.collections.desk import work
from artsim.app.shell import resources
from artsim.app.widgets import tray
from artsim.app.widgets.components import component
from artsim.app.widgets.gallery import media_url
from artsim.app.widgets.texts import plain
from artsim.collection.edits import listing
from artsim.collection.edits.listing import DeskFile
from artsim.core.errors import ArtsimError

PAGE_SIZE = 24
_NAME = 60
_KEY = "desk_files"
_FILES = component(_KEY, "tray", "frame")
_BADGES = {
    listing.LEFT_OUT: "left out",
    listing.REVIEW: "to review",
    listing.SAME: "same picture",
    listing.MISSING: "missing",
    listing.EDITED: "edited",
}


def show(name: str, files: list[DeskFile]) -> None:
    """A page of cards."""
    pages = max(1, -(-len(files) // PAGE_SIZE))
    if st.session_state.get("desk_at", 1) > pages:
        st.session_state["desk_at"] = 1
    at = st.session_state.get("desk_at", 1)
    version = str(resources.library().collection(name).version)
    adding = tray.buttons(name)
    works = resources.library().catalog(name).positions

    def chosen() -> None:
        sent = st.session_state[_KEY].choose
        if isinstance(sent, dict):
            work.choose({str(key): bool(yes) for key, yes in sent.items()})

    _FILES(
        key=_KEY,
        data={
            "files": [
                {**_card(name, file, version), "work": file.id if file.id in works else ""}
                for file in files[(at - 1) * PAGE_SIZE : at * PAGE_SIZE]
            ],
            "of": name,
            "held": adding.held,
            "labels": {
                "files": "Files of the collection",
                "absent": "No picture",
                "source": "the source says",
                **adding.labels,
            },
        },
        on_choose_change=chosen,
        on_tray_change=lambda: tray.changed(name, st.session_state[_KEY].tray),
    )
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.pagination(pages, key="desk_at")


def _card(name: str, file: DeskFile, version: str) -> dict[str, Any]:
    whole = file.file or file.id
    badges = [(s.replace(" ", "-"), _BADGES[s]) for s in file.states if s in _BADGES]
    if not file.shown and listing.LEFT_OUT not in file.states and file.id:
        badges.append(("other", f"picture of {plain(file.id, 30)}"))
    why = "" if file.why == "a sound image" else plain(file.why, 140)
    return {
        "key": file.key,
        "name": plain(whole.rpartition("/")[2], _NAME),
        "whole": plain(whole),
        "alt": plain(file.title or whole, 90),
        "thumb": _picture(name, file, version),
        "title": plain(file.title, 90),
        "by": plain(file.artist, 80),
        "badges": badges,
        "why": why[:1].upper() + why[1:],
        "sources": [
            (edit.column, "nothing" if edit.source is None else plain(edit.source, 80))
            for edit in file.edits
            if edit.differs
        ],
        "chosen": file.key in work.chosen(),
    }


def _picture(name: str, file: DeskFile, version: str) -> str:
    """Address of the picture of a file, "" where none can be shown."""
    if file.shown and file.metadata.get("has_image"):
        return media_url(name, file.id, "thumb", version)
    if file.shown or not file.id:
        return ""
    try:  # a file that is no work's main picture has no address of its own
        found = resources.library().media(name, file.id, "thumb", file.file)
    except ArtsimError:
        return ""
    return f"data:image/webp;base64,{base64.b64encode(found.data).decode()}"
