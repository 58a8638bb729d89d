"""``streamlit run pages/collections.py``: artsim, opened at its Collections page."""

import streamlit as st

from artsim.app.server import parts

app = st.App(**parts(first="collections"))
