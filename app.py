"""The ASGI entry: the Streamlit app and the HTTP routes on one port."""

import logging

import streamlit as st

from artsim.api import started
from artsim.workspace import Workspace
from ui.components import ROUTE


def on_script_error(error: Exception) -> bool:
    """Log the trace, show one sentence."""
    logging.getLogger("artsim.ui").error("page failed", exc_info=error)
    st.error(
        "Something went wrong on this page, and nothing was lost. Reload the page; if it happens "
        "again, give the time to whoever looks after this server: the log has the details.",
        icon=":material/error:",
    )
    return True


Workspace.open()  # where it cannot be used, that is told now
app = st.App("ui/router.py", routes=[*started(), ROUTE], on_script_error=on_script_error)
