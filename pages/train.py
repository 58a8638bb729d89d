"""``streamlit run pages/train.py``: artsim, opened at its Train page."""

import streamlit as st

from artsim.app.server import parts

app = st.App(**parts(first="train"))
