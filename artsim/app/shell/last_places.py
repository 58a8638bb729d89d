"""Where a person was last: stored as they go, and offered on the start page the next day."""

import logging
import time
from contextlib import suppress

import streamlit as st

from artsim.app.shell import jobs, places, resources, state, title
from artsim.app.widgets import permitted
from artsim.app.widgets.texts import markdown
from artsim.core.counts import count
from artsim.core.errors import ArtsimError
from artsim.desk.recent import Place
from artsim.jobs.job import Job
from artsim.people import policy
from artsim.people.roles import Action

_NOTED = "last_place_noted"
_PAGES = {"search": places.SEARCH, "tray": places.TRAY, "map": places.MAP}
_ICONS = {"search": "image_search", "tray": "inbox", "map": "scatter_plot"}
_RECENT_DAYS = 7.0  # days; a job that failed earlier is no longer unfinished work


def note(kind: str) -> None:
    """Keep what the page of this kind shows now; each address is written once."""
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    if not _worth(kind, params) or st.session_state.get(_NOTED) == (kind, params):
        return
    st.session_state[_NOTED] = (kind, params)
    try:
        resources.library().recent.note(kind, params, title.shown())
    except ArtsimError as error:  # a failure here must not take the page down
        logging.getLogger("artsim.app").warning("where a person is was not noted: %s", error)


def show() -> None:
    """One quiet line of links back; nothing for whoever comes for the first time."""
    found: dict[str, Place] = {}
    with suppress(ArtsimError):  # the list of saved searches, in the same database, says why
        found = _there(resources.library().recent.all())
    unfinished = _unfinished() if policy.allows(Action.IMPORT) else ""
    if not found and not unfinished:
        return
    with st.container(key="last_places", horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Where you were", width="content")
        for kind, place in found.items():
            if kind == "search":  # a link to the page that is open changes no address
                st.button(
                    markdown(place.title, 48),
                    key="last_search",
                    icon=f":material/{_ICONS[kind]}:",
                    type="tertiary",
                    on_click=state.show,
                    args=(state.from_params(place.params),),
                )
                continue
            st.page_link(
                _PAGES[kind],
                label=markdown(place.title, 48),
                icon=f":material/{_ICONS[kind]}:",
                query_params=place.params,
                width="content",
            )
        if unfinished and permitted.leads_to("collections"):
            st.page_link(
                places.COLLECTIONS,
                label=unfinished,
                icon=":material/autorenew:",
                width="content",
            )


def _worth(kind: str, params: dict[str, list[str]]) -> bool:
    """Whether an address shows more than the page's first view."""
    if kind == "search":
        view = state.from_params(params)
        return view.is_asked or view.is_filtered
    if kind == "map":  # without maps there is none to come back to
        return bool(resources.library().maps(state.from_params(params).collection))
    return kind == "tray" and "tray" in params


def _there(found: dict[str, Place]) -> dict[str, Place]:
    """Those whose collection or tray is still here."""
    library = resources.library()
    collections = {info.name for info in library.collections()}
    trays = {tray.id for tray in library.trays.all()}
    return {
        kind: place
        for kind, place in found.items()
        if (
            place.params.get("tray", [""])[0] in trays
            if kind == "tray"
            else place.params.get("collection", [""])[0] in collections
        )
    }


def _unfinished() -> str:
    """What is under way, or failed lately and was not done since, in a few words."""
    listed = resources.jobs().list(limit=50)
    active = [job for job in listed if job.active]
    if active:
        return f"{count(len(active), 'job')} under way"
    stopped = next((job for job in listed if _is_stopped(job, listed)), None)
    if stopped is None:
        return ""
    return f"{jobs.title(stopped)} {'failed' if stopped.state == 'failed' else 'was stopped'}"


def _is_stopped(job: Job, listed: list[Job]) -> bool:
    if job.state not in ("failed", "cancelled"):
        return False
    since = job.finished or job.created
    if since < time.time() - _RECENT_DAYS * 86400:
        return False
    done = (other for other in listed if other.state == "succeeded" and other.kind == job.kind)
    return all(other.target != job.target or (other.finished or 0) < since for other in done)
