"""``streamlit run pages/evaluate.py``: artsim, opened at its Evaluate page."""

import streamlit as st

from artsim.app.server import parts

app = st.App(**parts(first="evaluate"))
