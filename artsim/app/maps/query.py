"""The query on the map: where a work or a picture belongs, and its nearest works."""

import streamlit as st

from artsim.app.maps import gallery as map_gallery
from artsim.app.maps.scene import Scene
from artsim.app.search import query_input
from artsim.app.shell import resources, state
from artsim.app.widgets.texts import markdown, plain
from artsim.core.counts import count
from artsim.core.errors import ArtsimError
from artsim.maps.model import MapInfo
from artsim.maps.out_of_sample import Placed
from artsim.search.query import Query


def placed(scene: Scene) -> Placed | None:
    """Where the query lies; a sentence if it cannot be placed, None without a query."""
    if not scene.view.query and not scene.view.upload:
        return None
    try:
        with st.spinner("Finding its place"):
            return _placed(scene, scene.info)
    except ArtsimError as error:
        st.error(markdown(error, 500), icon=":material/error:")
        return None


def placed_on(scene: Scene, second: MapInfo) -> Placed | None:
    """Where the query lies on the second map, None where it cannot be placed there."""
    try:
        return _placed(scene, second)
    except ArtsimError:
        return None


def _placed(scene: Scene, info: MapInfo) -> Placed:
    view = scene.view
    picture = query_input.picture_of(view)
    query = Query(
        backbone=info.config.backbone,
        id=None if picture else view.query,
        picture=picture,
        metric=info.config.metric,
        k=view.k,
        filters=view.filters(),
    )
    return resources.library().placed(view.collection, info.id, query)


def ask(view: state.View) -> None:
    """Ways to ask: a picture of one's own, or a work by chance."""
    st.header("Where would it belong?", anchor=False)
    st.caption("Bring a picture, or point at a work and choose it: it is placed on the map.")
    query_input.upload()
    query_input.surprise(view, "Take a random work")


def show(scene: Scene, found: Placed | None) -> None:
    """The query and its nearest works, with a note on those that the map shows far away."""
    view = scene.view
    with st.container(horizontal=True, vertical_alignment="center", key="map_query"):
        if found is not None:
            stamp = resources.library().collection(view.collection).stamp
            query_input.show_query(view, stamp, query_input.picture_of(view))
        st.button(
            "Take it off the map",
            key="clear_query",
            icon=":material/close:",
            type="tertiary",
            on_click=lambda: state.change(query="", upload=""),
        )
    if found is None:
        return
    if not len(found.rows):
        st.info("No other work passes these filters: clear some of them to see its nearest.")
        return
    torn = sum(map(bool, found.torn))
    st.caption(
        f"Its {count(len(found.rows), 'nearest work')} by {view.metric} similarity, looked up in "
        f"the embeddings. {torn_said(torn, len(found.rows))}"
    )
    told = {
        int(row): _told(score, bool(away), view.metric)
        for row, score, away in zip(found.rows, found.scores, found.torn, strict=True)
    }
    rows = [int(row) for row in found.rows]
    map_gallery.show(
        scene,
        rows,
        key="map_nearest",
        label="Nearest works, most similar first",
        told=told,
        ranked=True,
    )


def torn_said(torn: int, of: int) -> str:
    """A sentence: how many of the nearest works the map shows far away, and what that means."""
    if not torn:
        return "The map shows all of them near it."
    verb = "lies" if torn == 1 else "lie"
    return (
        f"{torn:,} of {of:,} {verb} far away on the map, marked *torn away*: a map has no room for "
        "everything here, but the embeddings put them just as near."
    )


def label(scene: Scene) -> str:
    """The title of the query, as plain text."""
    if scene.view.upload:
        return "Your picture"
    row = resources.library().artwork(scene.view.collection, scene.view.query)
    return plain(row.get("title") or "Untitled", 80)


def picture(scene: Scene) -> str:
    """Address of the query's small picture."""
    asked_with = query_input.picture_of(scene.view)
    if asked_with is not None:
        return query_input.data_uri(asked_with)
    row = resources.library().artwork(scene.view.collection, scene.view.query)
    return map_gallery.thumb(scene, row)


def _told(score: float, torn: bool, metric: str) -> str:
    said = f"{score:.3f}" if metric == "cosine" else f"distance {-score:.2f}"
    return f"{said} · torn away" if torn else said
