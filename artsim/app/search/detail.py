"""Find a detail: a box drawn on a picture, by mouse, finger or keys, is searched for elsewhere."""

from dataclasses import replace

import streamlit as st

from artsim.app.search import marks, query_input
from artsim.app.shell import jobs, resources, state
from artsim.app.shell.places import SEARCH
from artsim.app.widgets import backbones, gallery, permitted
from artsim.app.widgets.components import component
from artsim.app.widgets.texts import markdown
from artsim.core.errors import ArtsimError, InvalidInput
from artsim.people.roles import Action
from artsim.search.mark import Mark
from artsim.search.query_item import Box, checked_box
from artsim.tasks.configs import PatchesConfig

_DRAW = component("region")
_ASKED = "detail_of"
_BEGIN: Box = (0.3, 0.3, 0.4, 0.4)
_LABELS = {
    "hint": "Draw a box round the motif: drag on the picture.",
    "keys": "Or move the box with the arrow keys and change its size with Shift and an arrow. "
    "Enter finds it.",
    "box": "The detail: arrows move it, Shift and arrows change its size, Enter finds it",
    "find": "Find it elsewhere",
}


def request(whole: Mark) -> None:
    """Open the dialog for a work or an uploaded picture in the next run of the script."""
    st.session_state[_ASKED] = whole


def button(collection: str, artwork_id: str, key: str) -> None:
    """The way to draw a box on a work from any page: the dialog opens on the page Search."""
    if st.button("Find a detail", key=key, icon=":material/crop:"):
        request(Mark("+", artwork_id))
        st.switch_page(SEARCH, query_params=state.search_of(collection))


def show_requested(view: state.View, version: str) -> None:
    """Open the dialog that was asked for, once."""
    whole = st.session_state.pop(_ASKED, None)
    if whole is not None:
        _dialog(view, whole, version)


def prepare(view: state.View) -> None:
    """Offer to make the patches that a search for a region needs."""
    config = PatchesConfig(collection=view.collection, backbone=view.backbone)
    if jobs.is_active("patches", config):
        st.info(
            "Details are being prepared; what matches is shown here once they are.",
            icon=":material/hourglass_top:",
        )
        return
    st.info(
        f"To find details, every picture has to be looked at part by part with "
        f"{markdown(backbones.label(view.backbone))}: once, as a job.",
        icon=":material/crop:",
    )
    if permitted.button(
        Action.PREPARE, "Prepare details", view.collection, key="prepare_patches", type="primary"
    ):
        jobs.submit("patches", config)
        st.rerun()


@st.dialog("Find a detail", width="large")
def _dialog(view: state.View, whole: Mark, version: str) -> None:
    try:
        src, alt = _picture(view, whole, version)
    except ArtsimError as error:
        st.error(markdown(error, 300), icon=":material/error:")
        return
    _DRAW(
        key="draw_region",
        data={"src": src, "alt": alt, "box": _BEGIN, "labels": _LABELS},
        on_found_change=lambda: None,
    )
    found = st.session_state["draw_region"].found
    if found is None:
        return
    try:
        box = checked_box(found)
    except InvalidInput as error:
        st.error(markdown(error, 300), icon=":material/error:")
        return
    marks.find_region(replace(whole, box=box))
    st.rerun()


def _picture(view: state.View, whole: Mark, version: str) -> tuple[str, str]:
    if whole.picture:
        picture = resources.library().kept_picture(whole.picture)
        return query_input.data_uri(picture), "Your picture"
    row = resources.library().artwork(view.collection, whole.work)
    src = gallery.media_url(view.collection, str(row["id"]), "preview", version)
    return src, gallery.card(row, "").alt
