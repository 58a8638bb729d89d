"""The files as cards: picture, what it is, what became of it and why, and a box to choose it."""

import base64
import re

import streamlit as st

from artsim.app.collections.desk import work
from artsim.app.shell import resources
from artsim.app.widgets.gallery import media_url
from artsim.app.widgets.texts import markdown, markup, plain
from artsim.collection.edits import listing
from artsim.collection.edits.listing import DeskFile
from artsim.core.errors import ArtsimError

PAGE_SIZE = 24
_CARD = 190  # pixels, at least: the style lets cards grow
_NAME = 60
# Of markdown only what would change a file's name: a screen reader reads the label as it is.
_LIVE = re.compile(r"([\\`*\[\]<$:~])")
_BADGES = {
    listing.LEFT_OUT: "left out",
    listing.REVIEW: "to review",
    listing.SAME: "same picture",
    listing.EDITED: "edited",
}


def show(name: str, files: list[DeskFile]) -> None:
    """A page of cards."""
    pages = max(1, -(-len(files) // PAGE_SIZE))
    if st.session_state.get("desk_at", 1) > pages:
        st.session_state["desk_at"] = 1
    at = st.session_state.get("desk_at", 1)
    version = str(resources.library().collection(name).version)
    with st.container(horizontal=True, gap="medium", key="desk_grid"):
        for file in files[(at - 1) * PAGE_SIZE : at * PAGE_SIZE]:
            _card(name, file, version)
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.pagination(pages, key="desk_at")


def _card(name: str, file: DeskFile, version: str) -> None:
    with st.container(width=_CARD, gap="xsmall"):
        st.html(_html(name, file, version))
        key = f"desk_pick_{file.key}"
        st.session_state[key] = file.key in work.chosen()
        whole = file.file or file.id
        cut = plain(whole.rpartition("/")[2], _NAME)
        st.checkbox(
            _LIVE.sub(r"\\\1", cut),
            key=key,
            help=markdown(whole, 300) if cut != whole else None,
            on_change=lambda: work.choose({file.key: bool(st.session_state[key])}),
        )


def _html(name: str, file: DeskFile, version: str) -> str:
    said = markup(file.title or file.file or file.id, 90)
    picture = _picture(name, file, version)
    frame = (
        f"<img src='{markup(picture, 200_000)}' alt='{said}' loading='lazy'>"
        if picture
        else "<span>No picture</span>"
    )
    badges = "".join(
        f"<b class='{markup(state.replace(' ', '-'))}'>{_BADGES[state]}</b>"
        for state in file.states
        if state in _BADGES
    )
    if not file.shown and listing.LEFT_OUT not in file.states and file.id:
        badges += f"<b>picture of {markup(file.id, 30)}</b>"
    told = [f"<p>{badges}</p>"] if badges else []
    if file.why not in ("", "a sound image"):
        told.append(f"<p dir='auto'>{markup(file.why[:1].upper() + file.why[1:], 140)}</p>")
    for edit in file.edits:
        if edit.differs:
            source = "nothing" if edit.source is None else str(edit.source)
            told.append(
                f"<p dir='auto'>{markup(edit.column)}: the source says "
                f"<q>{markup(source, 80)}</q></p>"
            )
    by = f"<p dir='auto'>{markup(file.artist, 80)}</p>" if file.artist else ""
    title = f"<h2 dir='auto'>{said}</h2>" if file.title else ""
    return f"<div class='artsim-desk'><div>{frame}</div>{title}{by}{''.join(told)}</div>"


def _picture(name: str, file: DeskFile, version: str) -> str:
    """Address of the picture of a file, "" where none can be shown."""
    if file.shown and file.metadata.get("has_image"):
        return media_url(name, file.id, "thumb", version)
    if file.shown or not file.id:
        return ""
    try:  # what no work is shown by has no address of its own
        found = resources.library().media(name, file.id, "thumb", file.file)
    except ArtsimError:
        return ""
    return f"data:image/webp;base64,{base64.b64encode(found.data).decode()}"
