"""Who looks at a page, by the headers and cookies of the browser's request."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from artsim.api.door import ADDRESS
from artsim.people import identity, present
from artsim.people.person import Person


def person() -> Person | None:
    """Who looks at the page that this thread draws, None if it draws none."""
    house = present.house()
    if house is None or get_script_run_ctx(suppress_warning=True) is None:
        return None
    headers = st.context.headers
    pairs = [(name.lower(), value) for name in headers for value in headers.get_all(name)]
    address = headers.get(ADDRESS) or ""
    return identity.identify(house, pairs, st.context.cookies.to_dict(), address)
