"""The frame of every page: look, navigation, sidebar, and errors in plain words."""

import logging
from pathlib import Path

import streamlit as st

from artsim.errors import ArtsimError
from ui import crowd, jobs
from ui.texts import markdown

_ROOT = Path(__file__).resolve().parent.parent
_ASSETS = _ROOT / "ui" / "assets"

st.set_page_config(page_title="artsim", page_icon=str(_ASSETS / "icon.svg"), layout="wide")
st.html(_ASSETS / "app.css")

st.logo(_ASSETS / "wordmark.svg", size="large")

search = st.Page(
    _ROOT / "pages" / "search.py", title="Search", icon=":material/image_search:", default=True
)
compare = st.Page(_ROOT / "pages" / "compare.py", title="Compare", icon=":material/view_column:")
art_map = st.Page(_ROOT / "pages" / "map.py", title="Map", icon=":material/scatter_plot:")
evaluate = st.Page(_ROOT / "pages" / "evaluate.py", title="Evaluate", icon=":material/analytics:")
train = st.Page(_ROOT / "pages" / "train.py", title="Train", icon=":material/model_training:")
collections = st.Page(
    _ROOT / "pages" / "collections.py", title="Collections", icon=":material/collections_bookmark:"
)
page = st.navigation([search, compare, art_map, evaluate, train, collections])

crowd.settle()
if not crowd.admitted():
    crowd.wait()
    st.stop()

try:
    with crowd.turn():
        # Each page imports its own sidebar: the first one would wait for all of them.
        if page == search:
            from ui import sidebar

            sidebar.show()
        elif page == compare:
            from ui import compare_columns

            compare_columns.show()
        elif page == art_map:
            from ui import map_sidebar

            map_sidebar.show()
        elif page == evaluate:
            from ui import evaluation_sidebar

            evaluation_sidebar.show()
        jobs.show_panel()
        page.run()
except ArtsimError as error:
    logging.getLogger("artsim.ui").info("shown to a person: %s", error)
    st.error(markdown(error, 1000), icon=":material/error:")
