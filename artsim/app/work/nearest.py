"""The works most like a work, by the best backbone of its collection."""

from typing import Any

import streamlit as st

from artsim.app.shell import places, resources, state
from artsim.app.widgets import backbones, gallery, tray
from artsim.app.widgets.texts import markdown
from artsim.app.work import view as work_view
from artsim.collection.store import CollectionInfo
from artsim.core.errors import ArtsimError
from artsim.search.query import Query

_K = 10


def show(info: CollectionInfo, row: dict[str, Any]) -> None:
    """A row of its nearest; nothing where it cannot be searched with."""
    library, work = resources.library(), str(row["id"])
    backbone = library.best_backbone(info.name)
    if not row.get("has_image") or backbone not in library.embedded_with(info):
        return
    try:
        result = library.search(info.name, Query(backbone, id=work, k=_K))
    except ArtsimError:  # this work is not embedded yet; the Search page offers to do it
        return
    if not result.hits:
        return
    st.header("Most like it", anchor=False)
    st.caption(f"By cosine similarity with {markdown(backbones.label(backbone))}.")
    version = library.collection(info.name).stamp
    rows = library.artworks(info.name, [hit.id for hit in result.hits])
    gallery.show(
        [
            gallery.card(
                row,
                gallery.media_url(info.name, hit.id, "thumb", version, hit.image),
                hit.rank,
                f"{hit.score:.3f}",
            )
            for hit, row in zip(result.hits, rows, strict=True)
        ],
        key="work_nearest",
        label="Works most like it",
        collection=info.name,
        found=tray.found_with(state.View(info.name, backbone=backbone, query=work)),
        card_width=140,
        on_open=lambda artwork_id: work_view.open_work(info.name, artwork_id),
        on_similar=_ask,
    )
    asked = st.session_state.pop(_ASKED, None)
    if asked:
        st.switch_page(places.SEARCH, query_params=state.link(info.name, query=asked))


_ASKED = "work_ask_with"


def _ask(artwork_id: str) -> None:
    st.session_state[_ASKED] = artwork_id
