"""Changing a tray, or saying why that failed; a removed work can be put back."""

from collections.abc import Callable

import streamlit as st

from artsim.app.shell import resources
from artsim.app.widgets.texts import advice
from artsim.core.errors import ArtsimError
from artsim.desk.tray import Tray
from artsim.desk.tray_rows import Key
from artsim.desk.trays import Trays

_WRONG, _REMOVED = "tray_wrong", "tray_removed"


def do(change: Callable[[Trays], object]) -> bool:
    """Change the trays; returns whether it is done. The next run of the page shows an error."""
    try:
        change(resources.library().trays)
    except ArtsimError as error:
        st.session_state[_WRONG] = advice(error)
        return False
    return True


def went_wrong() -> str:
    """Why the last change failed; given once."""
    return str(st.session_state.pop(_WRONG, ""))


def remove(tray: Tray, key: Key) -> None:
    """Take a work out of a tray; ``bring_back`` puts it where it was."""
    item = next((one for one in tray.items if one.key == key), None)
    if item is not None and do(lambda trays: trays.remove(tray.id, [key])):
        st.session_state[_REMOVED] = (tray.id, item)


def removed_from(tray: Tray) -> str:
    """The title of the last work taken out of this tray, "" for none."""
    tray_id, item = st.session_state.get(_REMOVED, ("", None))
    return (item.title or item.id) if item is not None and tray_id == tray.id else ""


def bring_back() -> None:
    """Put the last removed work back in its place, with its note."""
    tray_id, item = st.session_state.pop(_REMOVED)
    do(lambda trays: trays.add(tray_id, [item]))
    do(lambda trays: trays.move(tray_id, item.key, item.order))
