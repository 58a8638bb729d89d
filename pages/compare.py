"""``streamlit run pages/compare.py``: artsim, opened at its Compare page."""

import streamlit as st

from artsim.app.server import parts

app = st.App(**parts(first="compare"))
