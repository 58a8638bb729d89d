"""The results of a search: what was found, how many could have been, and what scores mean."""

import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from artsim.app.search import detail, dials_menu, marks, saved, why
from artsim.app.shell import resources, state, unembedded
from artsim.app.shell.site import site
from artsim.app.widgets import backbones, details, gallery, iiif, tray
from artsim.app.widgets.texts import advice, markdown, plain
from artsim.core.counts import count
from artsim.core.errors import Conflict
from artsim.search.asked import query_of
from artsim.search.calibration import Calibration
from artsim.search.order import LIKENESS
from artsim.search.patch_gallery import NoPatches
from artsim.search.query import COLLAPSED, COPIES, Hit, SearchResult

_COPIES = {"collapsed": "One for all", "all": "Each of them", "none": "The others left out"}


def show(view: state.View, version: str) -> None:
    """Answer what ``view`` asks."""
    library = resources.library()
    query = query_of(view, library.kept_picture)
    looked_at = "the detail" if query.regions else "your picture" if query.pictures else ""
    try:
        with (
            st.spinner(f"Looking at {looked_at}; the first time takes some seconds")
            if looked_at
            else nullcontext()
        ):
            result = library.search(view.collection, query)
    except NoPatches:
        detail.prepare(view)
        return
    except Conflict as error:
        if dials_menu.offer_lacking(view):
            return
        if not unembedded.is_lacking(view.collection, view.backbone):
            raise
        logging.getLogger("artsim.app").info("search not possible: %s", error)
        unembedded.show(view.collection, view.backbone, switch=True)
        return
    if not result.hits:
        st.info("No other work passes these filters and dials.", icon=":material/info:")
        _widen(view)
        return
    works = library.artworks(view.collection, [hit.id for hit in result.hits])
    _result_line(view, result, works)
    if view.copies != COLLAPSED or any(hit.copies for hit in result.hits):
        _choose_copies(view)
    # The words under scores were measured for searches by one work, not with marks.
    calibration = library.calibration(view.collection, view.backbone) if query.is_plain else None
    scores = [hit.score for hit in result.hits]
    if calibration and calibration.nothing_close(scores, view.metric, result.candidates):
        st.info(
            "Nothing close was found: random works by other artists in other styles come as close.",
            icon=":material/info:",
        )
    signs, new = marks.signs(view), saved.new_in(view)
    pictured = any(item.id or item.picture for item in query.liked)  # words have no "why"
    gallery.show(
        [
            replace(
                _hit_card(view, hit, work, version, calibration, result.candidates),
                sign=signs.get(hit.id, ""),
                new=hit.id in new,
                box=hit.box,
                why=pictured,
            )
            for hit, work in zip(result.hits, works, strict=True)
        ],
        key="results",
        label=f"Results, {'most similar first' if view.order == LIKENESS else f'by {view.order}'}",
        on_open=details.request,
        on_similar=lambda artwork_id: state.change(query=artwork_id, upload=""),
        on_mark=marks.mark,
        on_why=why.request,
        found=tray.found_with(view),
        answers=True,
    )


def _widen(view: state.View) -> None:
    """Buttons that widen a search without results."""
    with st.container(horizontal=True, gap="small"):
        if view.is_filtered:
            st.button(
                "Clear all filters",
                key="results_unfiltered",
                on_click=lambda: state.show(state.current().unfiltered()),
            )
        if view.dials() != state.View().dials():
            st.button("Reset all dials", key="results_undialled", on_click=dials_menu.reset)


def _link_to(view: state.View) -> Callable[[str], str]:
    """The address of a work's own page, on the host under which this page was opened."""
    here = site()

    def link(artwork_id: str) -> str:
        asked = urlencode({"collection": view.collection, "id": artwork_id})
        return f"{here}/work?{asked}"

    return link


def _result_line(view: state.View, result: SearchResult, works: list[dict[str, Any]]) -> None:
    link = _link_to(view)  # now: a download has no page to ask
    with st.container(key="result_line", horizontal=True, vertical_alignment="center"):
        st.caption(
            f"{count(len(result.hits), 'work')} of {result.candidates:,} by "
            f"{view.metric} similarity with {markdown(backbones.label(view.backbone))}, "
            f"{result.index} search, {result.took_ms:,.0f} ms"
            f"{'' if view.order == LIKENESS else f', listed by {view.order}'}. "
            "A score ranks works within this list; it is no percentage."
            + (f" {markdown(advice(result.note))}" if result.note else "")
        )
        st.download_button(
            "Download CSV",
            lambda: result.to_csv(works, link),
            file_name=f"artsim-{view.collection}-{plain(view.query or 'upload', 40)}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
        )
        doors = st.popover("IIIF", type="tertiary", key="result_iiif", on_change="rerun")
        if doors.open:
            with doors:
                iiif.show_results(view)


def _choose_copies(view: state.View) -> None:
    """What becomes of works that show the same picture."""
    st.session_state["result_copies"] = view.copies

    def chosen() -> None:
        state.change(copies=st.session_state["result_copies"] or COLLAPSED)

    st.segmented_control(
        "Works that show the same picture",
        COPIES,
        key="result_copies",
        on_change=chosen,
        format_func=_COPIES.__getitem__,
        help="A work opened up close lists all that show the same picture.",
    )


def _hit_card(
    view: state.View,
    hit: Hit,
    row: dict[str, Any],
    version: str,
    calibration: Calibration | None,
    candidates: int,
) -> gallery.Card:
    thumb = gallery.media_url(view.collection, hit.id, "thumb", version, hit.image)
    score = f"{hit.score:.3f}" if view.metric == "cosine" else f"distance {hit.distance:.2f}"
    if hit.copies:
        score += f" · {len(hit.copies)} more of the same picture"
    card = gallery.card(row, thumb, hit.rank, score)
    if calibration is None or not calibration.calibrated:
        return card
    band = calibration.told(hit.score, view.metric, candidates, hit.rank, view.is_filtered)
    if band is None:
        return card
    return replace(card, band=band.name, marks=band.marks, meaning=band.sentence)
