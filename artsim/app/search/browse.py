"""The works of a collection, page by page, to choose one from."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from artsim.app.search import marks, saved
from artsim.app.shell import pending_address, resources, state
from artsim.app.widgets import details, gallery
from artsim.app.widgets.texts import advice, markdown
from artsim.core.counts import count

PAGE_SIZE = 36
_PAGE, _TURNED = "browse_page", "browse_turned"


def show(
    view: state.View,
    version: str,
    more: str = gallery.MORE,
    on_mark: Callable[[str, str], None] | None = None,
) -> None:
    """The grid of works that pass the filters; ``more`` labels the button that searches.

    With ``on_mark`` works can be marked, as in ``gallery.show``.
    """
    st.session_state.pop(_TURNED, None)
    views, wrong = [view], []

    @st.fragment
    def page_of_works() -> None:
        whole = bool(views)  # the whole page is drawn, and this for the first time
        if not whole and not st.session_state.pop(_TURNED, False):
            pending_address.rerun()  # only a page turn leaves what stands around the works as it is
        try:
            _show(views.pop() if whole else state.remembered(), version, more, on_mark)
        except Exception as error:  # whoever draws the whole page says it
            if not whole:
                pending_address.rerun()
            wrong.append(error)

    page_of_works()
    if wrong:
        raise wrong[0]


def _show(
    view: state.View, version: str, more: str, on_mark: Callable[[str, str], None] | None
) -> None:
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
        pending_address.rerun()
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
        st.session_state[_PAGE] = view.page
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.pagination(pages, key=_PAGE, on_change=_turn)


def _turn() -> None:
    st.session_state[_TURNED] = True
    state.change(page=st.session_state[_PAGE])
