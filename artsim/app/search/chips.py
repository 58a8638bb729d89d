"""The parts of a search as buttons that remove them."""

from typing import Any

import streamlit as st

from artsim.app.shell import state
from artsim.app.widgets.texts import markdown


def removable(of: str, help: str, key: str, label: str, change: dict[str, Any]) -> None:
    """A button named ``label`` whose click changes the view; ``of`` and ``key`` make it its own."""
    st.button(
        markdown(label),
        key=f"{of}_{key}",
        icon=":material/close:",
        icon_position="right",
        help=help,
        on_click=lambda: state.change(**change),
    )
