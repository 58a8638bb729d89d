"""The pictures of a work: one up close, the others beside it, and works with the same picture."""

from typing import Any

import streamlit as st

from artsim.app.shell import resources
from artsim.app.widgets import deep, details, gallery, tray
from artsim.app.widgets.components import component
from artsim.app.work import view as work_view
from artsim.app.work.view import WorkView

_ZOOM = component("zoom", "tray", "viewer/glass")
_LABELS = {
    "frame": "The picture: plus and minus zoom, arrows move it, 0 shows all of it",
    "closer": "Closer",
    "away": "Further away",
    "whole": "All of it",
}
_MOST = 48


def show(view: WorkView, row: dict[str, Any], version: str) -> None:
    """The picture that the link names, else the one that the work is shown by."""
    if not row.get("has_image"):
        st.info("There is no picture of this work here.", icon=":material/hide_image:")
        return
    found = resources.library().pictures(view.collection, str(row["id"]))
    files = [picture["file"] for picture in found.pictures]
    shown = view.picture if view.picture in files else ""
    if view.picture and not shown:
        st.info("The picture of this link is no longer kept: this is another one of the work.")
    src = gallery.media_url(view.collection, row["id"], "preview", version, shown or None)
    adding, work = tray.buttons(view.collection), str(row["id"])
    named = next((str(one["id"]) for one in found.pictures if one["file"] == shown), "")
    _ZOOM(
        key="zoom",
        data={
            "src": src,
            "id": work,
            "alt": gallery.card(row, "").alt,
            "deep": deep.tiles(view.collection, row, named),
            "of": view.collection,
            "held": adding.held,
            "labels": {**_LABELS, **adding.labels},
        },
        on_tray_change=lambda: tray.changed(view.collection, st.session_state["zoom"].tray),
    )
    if files:
        _others(view, row, version, found.pictures)
    if found.copies:
        _copies(view, found.copies, version)


def _others(
    view: WorkView, row: dict[str, Any], version: str, pictures: list[dict[str, Any]]
) -> None:
    work = str(row["id"])
    thumb = gallery.media_url(view.collection, work, "thumb", version)
    cards = [gallery.Card("", "The usual picture", "", "", "The usual picture", thumb)]
    for picture in pictures[:_MOST]:
        label, file = details.role_of(picture), picture["file"]
        thumb = gallery.media_url(view.collection, work, "thumb", version, file)
        cards.append(gallery.Card(file, label, label, "", label, thumb))
    st.header("All pictures of this work", anchor=False)
    gallery.show(
        cards,
        key="work_pictures",
        label="Pictures of this work",
        card_width=112,
        more="",
        collection="",  # the large picture has the + of the work
        on_open=lambda file: work_view.open_work(view.collection, work, picture=file),
        on_similar=lambda _: None,
    )


def _copies(view: WorkView, copies: list[str], version: str) -> None:
    st.header("Works that show the same picture", anchor=False)
    rows = resources.library().artworks(view.collection, copies[:_MOST])
    gallery.show(
        [
            gallery.card(row, gallery.media_url(view.collection, row["id"], "thumb", version))
            for row in rows
        ],
        key="work_copies",
        label="Works that show the same picture",
        collection=view.collection,
        card_width=112,
        more="",
        on_open=lambda artwork_id: work_view.open_work(view.collection, artwork_id),
        on_similar=lambda _: None,
    )
