"""One work: close up, all its pictures, its nearest, its place, its history, how to cite it."""

from typing import Any

import streamlit as st

from artsim.app.search import detail
from artsim.app.shell import places, resources, state, title, welcome
from artsim.app.widgets import details, gallery, permitted
from artsim.app.widgets.texts import advice, markdown
from artsim.app.work import cite, nearest, on_map, past
from artsim.app.work import pictures as work_pictures
from artsim.app.work import view as work_view
from artsim.app.work.view import WorkView
from artsim.collection.store import CollectionInfo
from artsim.core.counts import count
from artsim.core.errors import ArtsimError, NotFound
from artsim.core.web_address import web_address
from artsim.search.service import Beside


def main() -> None:
    library = resources.library()
    if not library.collections():
        welcome.show()
        return
    view = work_view.current()
    if not view.collection or not view.id:
        raise NotFound("This link names no work: choose one on the page Search.")
    info = library.info(view.collection)
    try:
        row = library.artwork(view.collection, view.id)
    except ArtsimError as error:
        title.show("No such work", info.heading)
        _gone(info, advice(error))
        return
    title.show(row.get("title") or "Untitled", row.get("artist"), info.heading)
    beside = library.beside(view.collection, str(row["id"]))
    _way(info, beside)
    cite.say_if_changed(view)
    _work(info, view, row)
    nearest.show(info, row)
    left, right = st.columns(2, gap="large")
    with left:
        on_map.show(info, row)
    with right:
        past.show(view.collection, row)
        cite.show(info, row)
    details.show_requested(state.settled(state.View(info.name)), _stamp(info))


def _gone(info: CollectionInfo, why: str) -> None:
    st.title("Work", anchor=False)
    st.error(markdown(why, 300), icon=":material/error:")
    st.page_link(
        places.SEARCH,
        label=f"Search {markdown(info.heading)}",
        icon=":material/arrow_forward:",
        query_params=state.link(info.name),
    )


def _stamp(info: CollectionInfo) -> str:
    return resources.library().collection(info.name).stamp


def _way(info: CollectionInfo, beside: Beside) -> None:
    """Where the work stands in its collection, with the one before it and the one after it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="work_way"):
        st.page_link(
            places.SEARCH,
            label=markdown(info.heading),
            icon=":material/arrow_back:",
            query_params=state.search_of(info.name),
        )
        for label, icon, other in (
            ("Previous", "chevron_left", beside.before),
            ("Next", "chevron_right", beside.after),
        ):
            st.button(
                label,
                key=f"work_{label.lower()}",
                icon=f":material/{icon}:",
                type="tertiary",
                disabled=other is None,
                on_click=work_view.open_work,
                args=(info.name, other or ""),
            )
        st.caption(f"{beside.place:,} of {count(beside.total, 'work')}")


def _work(info: CollectionInfo, view: WorkView, row: dict[str, Any]) -> None:
    picture, facts = st.columns([3, 2], gap="large")
    with picture:
        work_pictures.show(view, row, _stamp(info))
    with facts:
        st.title(markdown(row.get("title") or "Untitled"), anchor=False)
        by = gallery.byline(row)
        st.markdown(markdown(by) if by else "Artist unknown")
        st.html(details.fields(row))
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if row.get("has_image"):
                detail.button(info.name, str(row["id"]), "work_detail")
                _link("More like this", places.SEARCH, "image_search", info, query=row["id"])
                _link("Compare backbones", places.COMPARE, "view_column", info, query=row["id"])
            if permitted.leads_to("desk"):
                st.page_link(
                    places.DESK,
                    label="Correct it",
                    icon=":material/edit:",
                    query_params={"collection": info.name, "find": str(row["id"])},
                )
            if web_address(str(row.get("url") or "")):
                st.link_button("See it at its home", str(row["url"]))


def _link(label: str, page: Any, icon: str, info: CollectionInfo, **view: Any) -> None:
    st.page_link(
        page, label=label, icon=f":material/{icon}:", query_params=state.link(info.name, **view)
    )


main()
