"""Maintaining maps: whether one is up to date, how it was drawn, a new one, and deleting one."""

import streamlit as st

from artsim.app.maps import form as map_form
from artsim.app.maps import job as map_job
from artsim.app.maps import reading as map_reading
from artsim.app.maps import view as map_view
from artsim.app.shell import jobs, resources, state
from artsim.app.widgets import permitted
from artsim.app.widgets.texts import markdown
from artsim.collection.store import CollectionInfo
from artsim.core.errors import ArtsimError
from artsim.maps.model import MapInfo
from artsim.maps.storage import delete_map
from artsim.people.roles import Action


def say_if_stale(info: MapInfo) -> None:
    """What has changed since the map was drawn, and a button to bring it up to date."""
    if not info.stale or jobs.is_active(map_job.KIND, info.config):
        return
    with st.container(horizontal=True, vertical_alignment="center", key="map_stale"):
        st.warning(markdown(info.stale, 400), icon=":material/update:")
        if permitted.button(
            Action.PREPARE,
            "Bring it up to date",
            info.config.collection,
            key="map_update",
            type="primary",
        ):
            map_job.start(info.config)


def show(collection: CollectionInfo, view: state.View, info: MapInfo) -> None:
    """How the map was made, and the form for another one."""
    again = st.expander("How it was drawn, and another map", key="map_again", on_change="rerun")
    if not again.open:  # the form's command line alone keeps a browser busy for a second
        return
    with again:
        st.caption(map_reading.record(info))
        map_form.recall(info.config)
        map_form.show(collection, view)
        if permitted.button(
            Action.DELETE,
            "Delete this map",
            info.config.collection,
            key="map_delete",
            icon=":material/delete:",
        ):
            _confirm(info)


@st.dialog("Delete this map?")
def _confirm(info: MapInfo) -> None:
    st.write("The works and their embeddings stay; the map can be drawn again.")
    keep, delete = st.columns(2)
    if keep.button("Keep it", key="map_delete_no", width="stretch"):
        st.rerun()
    if delete.button("Delete it", key="map_delete_yes", type="primary", width="stretch"):
        try:
            delete_map(resources.library(), info.config.collection, info.id)
        except ArtsimError as error:
            st.error(markdown(error, 300))
            return
        map_view.open_map("")
        st.rerun()
