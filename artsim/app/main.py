"""The ASGI entry that ``artsim serve`` starts."""

import streamlit as st

from artsim.app.server import parts

app = st.App(**parts())
