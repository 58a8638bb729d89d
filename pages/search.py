"""Search: browse a collection, or find what is like a work or a picture."""

import logging
from contextlib import nullcontext
from dataclasses import replace

import streamlit as st

from artsim.collection.store import CollectionInfo
from artsim.errors import ArtsimError, Conflict
from artsim.images import UPLOAD_LIMITS
from artsim.search import pictures
from artsim.search.query import Hit, Query, SearchResult
from ui import details, filters, gallery, nga, paste, resources, state, welcome
from ui.texts import count, heading, markdown, markup, plain

PAGE_SIZE = 36


def main() -> None:
    engine = resources.engine()
    names = [info.name for info in engine.collections()]
    if not names:
        welcome.show()
        return
    view = state.current()
    info = engine.info(view.collection)
    version = str(engine.collection(view.collection).version)

    st.title(markdown(heading(info)), anchor=False)
    st.caption(_summary(info))
    if info.generated and "nga" not in names:
        nga.show_notice()
    asking, uploading = st.columns([3, 2], gap="large")
    with asking:
        filters.show(view, engine.facets(view.collection))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            filters.show_active(view)
            _surprise(view)
    with uploading:
        _upload()
    view = state.current()
    _paste()
    if view.query or view.upload:
        _results(view, version)
    else:
        _browse(view, version)
    details.show_requested(view, version)


def _surprise(view: state.View) -> None:
    """A work by chance, for people who do not know yet what to ask."""

    def chosen() -> None:
        artwork_id = resources.engine().random_artwork(view.collection, view.filters())
        if artwork_id is not None:
            state.change(query=artwork_id, upload="")

    st.button(
        "Start from a random work",
        key="surprise",
        icon=":material/casino:",
        type="tertiary",
        on_click=chosen,
    )


def _summary(info: CollectionInfo) -> str:
    facts = [count(info.artworks, "work")]
    if info.with_image < info.artworks:
        facts.append(f"{info.with_image:,} with a picture")
    if info.description:
        facts.append(markdown(info.description))
    return " · ".join(facts)


def _upload() -> None:
    """Ask with a picture: a file, the clipboard or the camera."""
    generation = st.session_state.setdefault("upload_generation", 0)
    given = st.file_uploader(
        "Search with a picture",
        key=f"upload_{generation}",
        max_upload_size=UPLOAD_LIMITS.max_bytes // 1_000_000,
        help="Drop a file here, or paste a picture anywhere on this page with Ctrl+V.",
    )
    with st.popover("Use the camera", icon=":material/photo_camera:", type="tertiary"):
        photo = st.camera_input("Take a picture", key=f"camera_{generation}")
    given = given or photo
    if given is not None:
        _ask_with(given.getvalue(), given.name)


def _paste() -> None:
    pasted = paste.listen()
    if pasted is not None:
        _ask_with(*pasted)


def _ask_with(data: bytes, name: str) -> None:
    """Keep a picture and search with it, or say what is wrong with it."""
    try:
        digest = pictures.keep(resources.workspace(), data, name)
    except ArtsimError as error:
        st.error(markdown(error, 500), icon=":material/broken_image:")
        return
    st.session_state["upload_generation"] += 1
    state.change(upload=digest, query="")
    st.rerun()


def _results(view: state.View, version: str) -> None:
    engine = resources.engine()
    image = pictures.read(resources.workspace(), view.upload) if view.upload else None
    _asked_with(view, version, image)
    query = Query(
        backbone=view.backbone,
        id=None if image else view.query,
        image=image,
        metric=view.metric,
        k=view.k,
        filters=view.filters(),
    )
    try:
        with st.spinner("Looking at your picture") if image else nullcontext():
            result = engine.search(view.collection, query)
    except Conflict as error:
        logging.getLogger("artsim.ui").info("search not possible: %s", error)
        st.info(
            f"This collection is not embedded with {markdown(view.backbone)} as it is now. "
            "Start the embedding in the sidebar, or choose another backbone there.",
            icon=":material/info:",
        )
        return
    if not result.hits:
        st.info("No other work passes these filters: clear some of them to see results.")
        return
    _result_line(view, result)
    gallery.show(
        [_hit_card(view, hit, version) for hit in result.hits],
        key="results",
        label="Results, most similar first",
        on_open=details.request,
        on_similar=lambda artwork_id: state.change(query=artwork_id, upload=""),
    )


def _asked_with(view: state.View, version: str, image: bytes | None) -> None:
    """The query beside its facts, and the way back to browsing."""
    with st.container(horizontal=True, vertical_alignment="center", key="asked_with"):
        if image is not None:
            st.html(
                f"<img class='artsim-query' src='{pictures.data_uri(image)}' "
                "alt='The picture that you searched with'>",
                width="content",
            )
            st.markdown("**Your picture**  \nWorks most like it")
        else:
            row = resources.engine().artwork(view.collection, view.query)
            thumb = gallery.media_url(view.collection, view.query, "thumb", version)
            st.html(
                f"<img class='artsim-query' src='{markup(thumb)}' "
                f"alt='{markup(row.get('title') or 'Untitled')}'>",
                width="content",
            )
            title, by = markdown(row.get("title") or "Untitled", 160), gallery.byline(row)
            st.markdown(f"Works most like  \n***{title}***  \n{markdown(by)}")
        st.button(
            "Back to browsing",
            key="clear_query",
            icon=":material/close:",
            on_click=lambda: state.change(query="", upload=""),
        )


def _result_line(view: state.View, result: SearchResult) -> None:
    said, download = st.columns([4, 1], vertical_alignment="center")
    with said:
        st.caption(
            f"{count(len(result.hits), 'work')} of {result.candidates:,} by "
            f"{view.metric} similarity with {markdown(view.backbone)}, exact search, "
            f"{result.took_ms:,.0f} ms. A score ranks works within this list; it is no percentage."
        )
    with download:
        st.download_button(
            "Download CSV",
            result.to_csv,
            file_name=f"artsim-{view.collection}-{plain(view.query or 'upload', 40)}.csv",
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
        )


def _hit_card(view: state.View, hit: Hit, version: str) -> gallery.Card:
    row = resources.engine().artwork(view.collection, hit.id)
    thumb = gallery.media_url(view.collection, hit.id, "thumb", version)
    score = f"{hit.score:.3f}" if view.metric == "cosine" else f"distance {hit.distance:.2f}"
    return gallery.card(row, thumb, hit.rank, score)


def _browse(view: state.View, version: str) -> None:
    engine = resources.engine()
    found = engine.browse(
        view.collection, view.filters(), offset=(view.page - 1) * PAGE_SIZE, limit=PAGE_SIZE
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
        st.caption(f"{count(found.total, 'work matches', 'works match')}")
    gallery.show(
        [
            gallery.card(
                row,
                gallery.media_url(view.collection, row["id"], "thumb", version)
                if row.get("has_image")
                else "",
            )
            for row in found.rows
        ],
        key="browse",
        label="Works of the collection",
        on_open=details.request,
        on_similar=lambda artwork_id: state.change(query=artwork_id, upload=""),
    )
    if pages > 1:
        st.session_state["browse_page"] = view.page
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.pagination(
                pages,
                key="browse_page",
                on_change=lambda: state.change(page=st.session_state["browse_page"]),
            )


main()
