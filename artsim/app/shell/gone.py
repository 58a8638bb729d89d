"""A link to something that does not exist: the sentence, and ways to what does."""

from typing import TYPE_CHECKING

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from artsim.app.shell import places, resources, state, title
from artsim.app.widgets import permitted
from artsim.app.widgets.texts import markdown
from artsim.core.errors import ArtsimError
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from artsim.collection.edits import renaming
else:
    renaming = lazy("artsim.collection.edits.renaming")

_OURS = 500  # from this status on the server is at fault, not the link


def show(error: ArtsimError, page: StreamlitPage, name: str) -> None:
    """Say what is wrong with the page ``name``, and draw its frame if that was not drawn yet."""
    if not title.shown():
        title.show("Not here", page.title)
        st.title(page.title, anchor=False)
    st.error(markdown(error, 1000), icon=":material/error:")
    if error.status < _OURS:
        ways(name)


def ways(page: str) -> None:
    """Buttons that lead from the page ``page`` to what exists."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="gone_ways"):
        if page == "tray":
            st.button("Show the trays that are here", key="gone_tray", on_click=_clear)
        found = _instead()
        if found:
            label = f"Open {markdown(resources.library().called(found), 80)}"
            if page in ("work", "tray"):  # these pages show no whole collection
                st.page_link(
                    places.SEARCH,
                    label=label,
                    icon=":material/arrow_forward:",
                    query_params=state.link(found),
                )
            else:
                st.button(
                    label,
                    key="gone_open",
                    type="primary",
                    on_click=state.show,
                    args=(state.View(found),),
                )
        if permitted.leads_to("collections"):
            st.page_link(
                places.COLLECTIONS, label="All collections", icon=":material/arrow_forward:"
            )


def _instead() -> str:
    """The collection that the address means, by the name that it has now, else the first one."""
    names = [info.name for info in resources.library().collections()]
    asked = state.remembered().collection
    if asked in names or not names:
        return asked if asked in names else ""
    first = resources.workspace().first_collection
    now = renaming.former_name(resources.workspace(), asked) or first
    return now if now in names else names[0]


def _clear() -> None:
    st.query_params.clear()
