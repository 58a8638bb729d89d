"""A menu that shuts when what was chosen in it opens a dialog, which it would lie over."""

from functools import partial
from typing import Any

import streamlit as st


def popover(label: str, name: str, **options: Any) -> Any:
    """``st.popover``, told apart from others by ``name``; a new one each time it is ``shut``."""
    return st.popover(label, key=f"{name}_{_shut_so_often(name)}", **options)


def shuts(name: str) -> dict[str, Any]:
    """What makes a button shut the menu ``name``: options of any button in it."""
    return {"on_click": partial(_shut, name)}


def _shut(name: str) -> None:
    st.session_state[f"menu_{name}"] = _shut_so_often(name) + 1


def _shut_so_often(name: str) -> int:
    return int(st.session_state.get(f"menu_{name}", 0))
