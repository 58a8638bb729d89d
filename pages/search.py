"""``streamlit run pages/search.py``: artsim, opened at its Search page."""

import streamlit as st

from artsim.app.server import parts

app = st.App(**parts(first="search"))
