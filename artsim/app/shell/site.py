"""The address under which the browser finds the app."""

from urllib.parse import urlsplit

import streamlit as st

from artsim.core.settings import setting


def site() -> str:
    """Such as http://127.0.0.1:8501, without a slash at its end; "" where nobody asks."""
    here = urlsplit(str(st.context.url or ""))
    return f"{here.scheme}://{here.netloc}" if here.netloc else ""


def public_site() -> str:
    """The same for others: as the operator says it, else as this browser finds the app."""
    return str(setting("public_url")) or site()
