"""The cleaning desk of one collection: its files, and the history of what was changed."""

import streamlit as st

from artsim.app.collections.desk import actions, grid, narrowing, steps, work
from artsim.app.collections.whole import ask_new_name
from artsim.app.shell import places, resources, title
from artsim.app.widgets.texts import markdown
from artsim.core.errors import NotFound

_FILES, _HISTORY = "Files", "History"


def main() -> None:
    st.html(places.ASSETS / "desk.css")
    library = resources.library()
    name = st.query_params.get("collection", "")
    names = [info.name for info in library.collections()]
    if not name and names:
        first = resources.workspace().first_collection
        name = st.query_params["collection"] = first if first in names else names[0]
    if not name:
        raise NotFound("There is no collection yet: make one on the page Collections.")
    info = library.info(name)
    title.show("Cleaning desk", info.heading)
    head, ways = st.columns([3, 2], vertical_alignment="center")
    head.title(f"Cleaning desk: {markdown(info.heading)}", anchor=False)
    with (
        ways,
        st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"),
    ):
        st.page_link(places.COLLECTIONS, label="All collections", icon=":material/arrow_back:")
        if st.button("Rename", icon=":material/edit:", key="desk_rename"):
            ask_new_name(info, at_desk=True)
    work.show()
    tab = st.segmented_control(
        "What to show",
        [_FILES, _HISTORY],
        key="tab",
        default=_FILES,
        required=True,
        label_visibility="collapsed",
        bind="query-params",
    )
    if tab == _HISTORY:
        steps.show(name)
        return
    files = library.desk_files(name)
    found = narrowing.narrowed(files)
    actions.show(name, files, found, library.catalog(name).table.schema)
    if not found:
        st.info("No file is like that. Try fewer words, or another filter.")
    grid.show(name, found)


main()
