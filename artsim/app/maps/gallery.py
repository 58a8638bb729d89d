"""Works of a map as a grid of pictures; a click opens one, or makes it the query on the map."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from artsim.app.maps.scene import Scene
from artsim.app.shell import resources, state
from artsim.app.widgets import details, gallery

SIMILAR = "Find on the map"
_NONE: Mapping[int, str] = {}


def show(
    scene: Scene,
    rows: Sequence[int],
    *,
    key: str,
    label: str,
    told: Mapping[int, str] = _NONE,
    ranked: bool = False,
    card_width: int = 96,
) -> None:
    """Show the works ``rows`` that still exist; ``told`` gives a line about each."""
    there = [int(row) for row in rows if scene.places[row] >= 0]
    catalog = resources.library().catalog(scene.view.collection)
    works = catalog.rows(scene.places[np.array(there, np.intp)])
    gallery.show(
        [
            gallery.card(work, thumb(scene, work), i if ranked else None, told.get(row, ""))
            for i, (row, work) in enumerate(zip(there, works, strict=True), start=1)
        ],
        key=key,
        label=label,
        on_open=details.request,
        on_similar=ask_with,
        card_width=card_width,
        more=SIMILAR,
    )


def thumb(scene: Scene, work: dict[str, Any]) -> str:
    """Address of a work's small picture, "" where it has none."""
    if not work.get("has_image", True):
        return ""
    name = scene.view.collection
    stamp = resources.library().collection(name).stamp
    return gallery.media_url(name, work["id"], "thumb", stamp)


def ask_with(artwork_id: str) -> None:
    """Show a work and its nearest on the map."""
    state.change(query=artwork_id, upload="")


def paged(total: int, page: int, size: int, key: str, turn: Callable[[int], None]) -> slice:
    """The slice of ``total`` works on ``page``, with the buttons that turn it."""
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    if pages > 1:
        st.session_state[key] = page
        st.pagination(
            pages,
            key=key,
            max_visible_pages=5,
            on_change=lambda: turn(int(st.session_state[key])),
        )
    return slice((page - 1) * size, page * size)
