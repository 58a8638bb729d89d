"""The ASGI entry of a checkout: ``streamlit run app.py``."""

import streamlit as st

from artsim.app.server import parts

app = st.App(**parts())
