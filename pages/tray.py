"""``streamlit run pages/tray.py``: artsim, opened at its Tray page."""

import streamlit as st

from artsim.app.server import parts

app = st.App(**parts(first="tray"))
