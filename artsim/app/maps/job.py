"""Making a map: the job under way with a rough preview, and its result."""

import streamlit as st

from artsim.app.maps import preview as map_preview
from artsim.app.maps import sidebar as map_sidebar
from artsim.app.shell import jobs, resources
from artsim.app.widgets.texts import markdown
from artsim.core.errors import ArtsimError
from artsim.jobs.job import Job
from artsim.maps.config import MapConfig

KIND = "map"
_JOB = "map_job"


def start(config: MapConfig) -> None:
    """Make the map as a job; the page watches it."""
    try:
        st.session_state[_JOB] = jobs.submit(KIND, config).id
    except ArtsimError as error:
        st.error(markdown(error, 500), icon=":material/error:")
        return
    st.rerun()


def watch(collection: str, preview: bool) -> bool:
    """Watch the job that draws a map of ``collection``, whoever started it; True until it ends.

    With ``preview`` the page shows a rough map meanwhile. It opens the map when it is done.
    """
    job = _watched(collection)
    if job is None:
        return False
    if job.active:
        with st.container(border=True, key="map_job"):
            st.fragment(_live, run_every=1)(job.id)
        if preview:
            map_preview.show(MapConfig.model_validate(job.config))
        return True
    if job.state == "succeeded":
        st.session_state.pop(_JOB)
        _open(job)
    elif job.state == "failed":
        jobs.show_failure(job, "The map", "map")
    else:
        st.session_state.pop(_JOB)
        st.info("The map was cancelled; nothing of it is kept.", icon=":material/info:")
    return False


def _watched(collection: str) -> Job | None:
    """The job of this session if it is of ``collection``, else any that is under way there."""
    mine = st.session_state.get(_JOB)
    if mine:
        try:
            job = resources.jobs().get(mine)
        except ArtsimError:
            st.session_state.pop(_JOB)
        else:
            if job.target == collection:
                return job
    found = [j for j in resources.jobs().active() if j.kind == KIND and j.target == collection]
    if found:
        st.session_state[_JOB] = found[0].id
    return found[0] if found else None


def _live(job_id: str) -> None:
    job = resources.jobs().get(job_id)
    if not job.active:
        st.rerun()
    text = "Drawing the map. You may leave this page; it goes on, and the map is kept."
    jobs.show_status(job, text, "map")


def _open(job: Job) -> None:
    """Go to the map that a job made."""
    config = MapConfig.model_validate(job.config)
    maps = resources.library().maps(config.collection)
    made = next((info for info in maps if info.config == config), None)
    if made is not None:
        map_sidebar.open_map(made.id, maps)
        st.rerun()
