"""``streamlit run pages/map.py``: artsim, opened at its Map page."""

import streamlit as st

from artsim.app.server import parts

app = st.App(**parts(first="map"))
