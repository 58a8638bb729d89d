"""The works of a tray as a list: opened, moved, noted on, taken out."""

from typing import Any

import streamlit as st

from artsim.app.shell import resources, state
from artsim.app.trays import doing
from artsim.app.widgets import details, gallery
from artsim.app.widgets.components import component
from artsim.app.widgets.texts import plain
from artsim.desk.entries import Entries, Entry
from artsim.desk.tray import MAX_NOTE, Tray

_LIST = component("tray_items")
_OPEN = "tray_open"
_KEY = "tray_items"


def show(entries: Entries, own: bool) -> None:
    """Show the works; where the tray is not one's ``own``, to look at only."""
    tray = entries.tray

    def opened() -> None:
        collection, artwork_id = (str(part) for part in st.session_state[_KEY].open)
        st.session_state[_OPEN] = collection
        details.request(artwork_id)

    def ordered() -> None:
        sent = st.session_state[_KEY].order
        keys = [(str(collection), str(artwork_id)) for collection, artwork_id in sent]
        doing.do(lambda trays: trays.order(tray.id, keys))

    def noted() -> None:
        collection, artwork_id, note = (str(part) for part in st.session_state[_KEY].note)
        doing.do(lambda trays: trays.annotate(tray.id, (collection, artwork_id), note))

    def removed() -> None:
        collection, artwork_id = (str(part) for part in st.session_state[_KEY].remove)
        doing.remove(tray, (collection, artwork_id))

    changing = {
        "note": "Note",
        "up": "Move up",
        "down": "Move down",
        "remove": "Remove from tray",
        "drag": "Drag to its place",
    }
    _LIST(
        key=_KEY,
        data={
            "items": [_item(entry) for entry in entries],
            "most": MAX_NOTE,
            "labels": {
                "list": "Works of the tray, in its order",
                "open": "Look closer",
                "absent": "No picture",
                **(changing if own else {}),
            },
        },
        on_open_change=opened,
        on_order_change=ordered,
        on_note_change=noted,
        on_remove_change=removed,
    )
    _show_opened(tray)


def _item(entry: Entry) -> dict[str, Any]:
    item, thumb = entry.item, ""
    if entry.has_picture and entry.row is not None:
        stamp = resources.library().collection(item.collection).stamp
        thumb = gallery.media_url(item.collection, str(entry.row["id"]), "thumb", stamp)
    shown = gallery.card(
        {**(entry.row or {}), "id": item.id, "title": entry.title, "artist": entry.artist}, thumb
    )
    return {
        "collection": item.collection,
        "id": item.id,
        "title": shown.title,
        "by": shown.by,
        "alt": shown.alt,
        "thumb": thumb,
        "note": item.note,
        "trouble": entry.trouble,
        "found": f"Found {plain(item.found)}" if item.found else "",
    }


def _show_opened(tray: Tray) -> None:
    collection = st.session_state.pop(_OPEN, "")
    if collection and any(item.collection == collection for item in tray.items):
        stamp = resources.library().collection(collection).stamp
        details.show_requested(state.View(collection), stamp, search_here=False)
