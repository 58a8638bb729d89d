"""Map: a collection at a glance, its clusters and outliers, and where a picture would belong."""

import streamlit as st

from artsim.app.maps import chosen as map_chosen
from artsim.app.maps import form as map_form
from artsim.app.maps import job as map_job
from artsim.app.maps import keeping as map_keeping
from artsim.app.maps import panel as map_panel
from artsim.app.maps import picture as map_picture
from artsim.app.maps import query as map_query
from artsim.app.maps import reach as map_reach
from artsim.app.maps import reading as map_reading
from artsim.app.maps import scene as map_scene
from artsim.app.maps import sidebar as map_sidebar
from artsim.app.maps import tabs as map_tabs
from artsim.app.maps import view as map_view
from artsim.app.search import filters, query_input
from artsim.app.shell import resources, state, title, welcome
from artsim.app.shell.places import ASSETS
from artsim.app.widgets import details, unreadable
from artsim.app.widgets.texts import markdown
from artsim.collection.store import CollectionInfo
from artsim.core.errors import ArtsimError
from artsim.maps.model import MapInfo
from artsim.maps.storage import delete_map
from artsim.people import policy
from artsim.people.roles import Action


def main() -> None:
    library = resources.library()
    if not library.collections():
        welcome.show()
        return
    for style in ("evaluation.css", "map_page.css"):
        st.html(ASSETS / style)
    view = state.current()
    info = library.info(view.collection)
    maps = resources.library().maps(view.collection)
    shown = map_sidebar.opened(maps, view)
    title.show(f"Map of {info.heading}", map_sidebar.name(shown, maps) if shown else "")
    st.title(f"Map of {markdown(info.heading)}", anchor=False)
    if st.session_state.pop(map_sidebar.GONE, False):
        st.info(
            "The map of this link is no longer here: this is another one of the collection.",
            icon=":material/info:",
        )
    if shown is None:
        _first(info, view)
    else:
        map_job.watch(view.collection, preview=False)
        _map(info, view, maps, shown)
    unreadable.show(
        library.unreadable_maps(view.collection),
        "map",
        lambda map_id: delete_map(library, view.collection, map_id),
    )
    details.show_requested(view, library.collection(view.collection).stamp)


def _first(info: CollectionInfo, view: state.View) -> None:
    """The page before the first map: the form, and a rough preview while a map is drawn."""
    if map_job.watch(view.collection, preview=True):
        return
    st.write(
        "On a map every work has its place: the nearer two lie, the more alike they look to the "
        "backbone. There is no map of this collection yet. Drawing one takes about a minute for "
        "some thousands of works; it is kept."
    )
    if not policy.allows(Action.PREPARE, info.name):
        st.info("A curator can draw one.")
        return
    map_form.show(info, view)


def _map(info: CollectionInfo, view: state.View, maps: list[MapInfo], shown: MapInfo) -> None:
    map_keeping.say_if_stale(shown)
    look = map_view.current()
    second = next((m for m in maps if m.id == look.beside and m.id != shown.id), None)
    try:
        scene = map_scene.of(view, look, shown, second)
    except ArtsimError as error:
        st.error(markdown(error, 500), icon=":material/error:")
        map_keeping.show(info, view, shown)
        return
    map_reading.show(shown)
    query_input.pasted()
    with st.container(key="map_choices"):
        colours, words = st.columns([2, 3], gap="large", vertical_alignment="bottom")
    with colours, st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        map_picture.choose(scene)
    with words:
        filters.show(view, resources.library().facets(view.collection))
    if view.is_filtered:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            filters.show_active(view)
    chosen = map_chosen.of(scene)
    with st.container(key="map_columns"):
        # Two maps take the whole width: the panel stands below them.
        picture, panel = (
            (st.container(), st.container())
            if scene.second is not None
            else st.columns([7, 4], gap="large")
        )
    with panel:
        placed = map_query.placed(scene)
        map_panel.show(scene, chosen, placed)
    with picture:
        map_picture.show(scene, chosen, placed)
        map_reach.show(scene, chosen)
    map_tabs.show(scene, chosen)
    map_keeping.show(info, view, shown)


main()
