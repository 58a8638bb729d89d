"""How an uploaded table is read: what each column means, and its first works."""

import base64
from typing import Any

import streamlit as st

from artsim.app.shell import resources
from artsim.app.widgets.texts import advice, markdown, markup, plain
from artsim.collection.columns import title_of
from artsim.collection.sources import preview
from artsim.collection.sources.headers import FIELDS
from artsim.collection.sources.preview import LEFT_OUT, OTHER, Joined, PreviewRow, ReadTable
from artsim.core.counts import count
from artsim.core.errors import ArtsimError
from artsim.images.query_pictures import query_picture

_MEANINGS = {
    OTHER: "kept under its own name",
    **{field: title_of(field) for field in FIELDS},
    "id": "Id of the work",
    "accession": "Inventory number",
    "image": "File of its picture",
    "url": "Link",
    LEFT_OUT: "left out",
}
_NAMING = ("id", "accession", "image")  # one of these says which picture a row is about
_MOST = 40  # columns that are asked about


def show(
    data: bytes, files: list[Any], choices: dict[str, str], key: str
) -> tuple[bytes, dict[str, str], str]:
    """Show the preview; returns the table to import, the choices that hold, and an error or ""."""
    try:
        read = preview.read_table(data, choices.get("encoding", ""))
    except ArtsimError as error:
        return data, choices, f"The table cannot be read: {advice(error)}"
    said = read.reading[:1].upper() + read.reading[1:]
    st.markdown("**The table**")
    st.caption(f"{count(read.rows, 'row')}. {markdown(said)}.")
    for note in read.notes:
        st.caption(f":material/warning: {markdown(note, 500)}")
    chosen = _columns(read, key)
    guessed = [meaning for _, meaning in read.columns]
    if chosen != guessed:
        data = preview.mapped(data, chosen, choices.get("encoding", ""))
        choices = {**choices, "encoding": "utf-8", "id_column": ""}
    named = choices.get("id_column") or any(meaning in chosen for meaning in _NAMING)
    if not named:
        return data, choices, "Say above which column holds the inventory number or the file."
    twice = next((m for m in chosen if m not in (OTHER, LEFT_OUT) and chosen.count(m) > 1), "")
    if twice:
        return data, choices, f"Two columns are {_MEANINGS[twice]}: leave one of them out."
    try:
        joined = preview.joined(data, [file.name for file in files], choices)
    except ArtsimError as error:
        return data, choices, advice(error)
    _first(joined, {file.name: file for file in files})
    return data, choices, ""


def _columns(read: ReadTable, key: str) -> list[str]:
    """What each column means, as guessed and as corrected by the person."""
    chosen = []
    with st.expander("What its columns mean", key="own_columns"):
        places = st.columns(3)
        for number, ((name, guessed), first) in enumerate(
            zip(read.columns, read.first, strict=True)
        ):
            if number >= _MOST:
                chosen.append(guessed)
                continue
            with places[number % len(places)]:
                chosen.append(
                    st.selectbox(
                        plain(name, 60),
                        list(_MEANINGS),
                        index=list(_MEANINGS).index(guessed),
                        key=f"own_column_{key}_{number}",
                        format_func=_MEANINGS.__getitem__,
                        help=f"Its first value: {markdown(first or 'none', 80)}",
                    )
                )
    return chosen


def _first(joined: Joined, files: dict[str, Any]) -> None:
    """The first works with their pictures, and how many rows have one."""
    if files:
        lack = joined.rows - joined.pictured
        st.caption(
            f"{count(joined.pictured, 'row')} of {joined.rows:,} with a picture among the files."
            + (
                " Is the right column the inventory number or the file?"
                if lack > joined.rows / 2
                else ""
            )
        )
    cards = "".join(_card(row, files) for row in joined.first)
    st.html(f"<div class='artsim-views'>{cards}</div>")


def _card(row: PreviewRow, files: dict[str, Any]) -> str:
    file = files.get(row.file)
    picture = ""
    if file is not None:
        try:
            seen = query_picture(file.getvalue(), file.name)
            small = resources.library().query_thumbnail(seen)
            uri = "data:image/webp;base64," + base64.b64encode(small).decode("ascii")
            picture = f"<img class='artsim-strip' src='{uri}' alt='{markup(row.title)}'>"
        except ArtsimError as error:
            picture = f"<p>{markup(error, 160)}</p>"
    facts = "<br>".join(
        markup(text, 80) for text in (row.title or "Untitled", row.artist, row.date, row.id) if text
    )
    return f"<figure>{picture}<figcaption dir='auto'>{facts}</figcaption></figure>"
