"""The frame of every page: look, navigation, sidebar, and errors in plain words."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from artsim.app.shell import addresses, admission, jobs, places
from artsim.app.widgets.texts import markdown
from artsim.core.errors import ArtsimError
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from artsim.app.compare import columns as compare_columns
    from artsim.app.evaluation import sidebar as evaluation_sidebar
    from artsim.app.maps import sidebar as map_sidebar
    from artsim.app.shell import sidebar
    from artsim.app.widgets import tray as tray_bar
else:
    # Each page imports its own sidebar: the first one would wait for all of them.
    compare_columns = lazy("artsim.app.compare.columns")
    evaluation_sidebar = lazy("artsim.app.evaluation.sidebar")
    map_sidebar = lazy("artsim.app.maps.sidebar")
    sidebar = lazy("artsim.app.shell.sidebar")
    tray_bar = lazy("artsim.app.widgets.tray")

st.set_page_config(page_title="artsim", page_icon=str(places.ASSETS / "icon.svg"), layout="wide")
st.html(places.ASSETS / "app.css")

st.logo(places.ASSETS / "wordmark.svg", size="large")


def _page(path: Path, name: str, title: str, icon: str) -> StreamlitPage:
    icon, default = f":material/{icon}:", name == places.first()
    return st.Page(path, title=title, icon=icon, url_path=name, default=default)


search = _page(places.SEARCH, "search", "Search", "image_search")
compare = _page(places.COMPARE, "compare", "Compare", "view_column")
tray = _page(places.TRAY, "tray", "Tray", "inbox")
art_map = _page(places.MAP, "map", "Map", "scatter_plot")
evaluate = _page(places.EVALUATE, "evaluate", "Evaluate", "analytics")
train = _page(places.TRAIN, "train", "Train", "model_training")
collections = _page(places.COLLECTIONS, "collections", "Collections", "collections_bookmark")
# Found from Collections: a page more in the navigation would be in the way of everybody else.
desk = st.Page(places.DESK, title="Cleaning desk", url_path="desk", visibility="hidden")
named = [search, compare, art_map, tray, evaluate, train, collections]
work = st.Page(places.WORK, title="Work", url_path="work", visibility="hidden")
# The navigation is our own: Streamlit's loses what each page shows.
page = st.navigation([*named, work, desk], position="hidden")

admission.settle()
if not admission.admitted():
    admission.wait()
    st.stop()

with st.sidebar:
    links = st.container(key="navigation", gap="xxsmall")
try:
    if page == search:
        sidebar.show()
    elif page == compare:
        compare_columns.show()
    elif page == art_map:
        map_sidebar.show()
    elif page == evaluate:
        evaluation_sidebar.show()
    with links:
        addresses.navigation(named)
    jobs.show_panel()
    page.run()
    addresses.remember(page)
    if page != tray:
        tray_bar.show_bar()
except ArtsimError as error:
    logging.getLogger("artsim.app").info("shown to a person: %s", error)
    st.error(markdown(error, 1000), icon=":material/error:")
