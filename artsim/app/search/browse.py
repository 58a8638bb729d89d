"""The works of a collection, page by page, to choose one from."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from artsim.app.search import marks, saved
from artsim.app.shell import resources, state
from artsim.app.widgets import details, gallery
from artsim.app.widgets.texts import advice, count, markdown

PAGE_SIZE = 36


def show(
    view: state.View,
    version: str,
    more: str = gallery.MORE,
    on_mark: Callable[[str, str], None] | None = None,
) -> None:
    """The grid of works that pass the filters; ``more`` names what asks with a work.

    With ``on_mark`` works can be marked, as in ``gallery.show``.
    """
    library = resources.library()
    found = library.browse(
        view.collection,
        view.filters(),
        offset=(view.page - 1) * PAGE_SIZE,
        limit=PAGE_SIZE,
        order=view.order,
    )
    pages = max(1, -(-found.total // PAGE_SIZE))
    if view.page > pages:
        state.show(replace(view, page=pages))
        st.rerun()
    if not found.total:
        st.info("No work matches. Try fewer words, or clear some filters.")
        st.button("Show everything", on_click=lambda: state.show(view.unfiltered()))
        return
    if view.is_filtered:
        note = f" {markdown(advice(found.note))}" if found.note else ""
        st.caption(f"{count(found.total, 'work matches', 'works match')}.{note}")
    signs, new = marks.signs(view), saved.new_in(view)
    gallery.show(
        [
            replace(
                gallery.card(
                    row,
                    gallery.media_url(view.collection, row["id"], "thumb", version)
                    if row.get("has_image")
                    else "",
                ),
                sign=signs.get(row["id"], ""),
                new=row["id"] in new,
            )
            for row in found.rows
        ],
        key="browse",
        label="Works of the collection",
        more=more,
        on_open=details.request,
        on_similar=lambda artwork_id: state.change(query=artwork_id, upload=""),
        on_mark=on_mark,
    )
    if pages > 1:
        st.session_state["browse_page"] = view.page
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.pagination(
                pages,
                key="browse_page",
                on_change=lambda: state.change(page=st.session_state["browse_page"]),
            )
