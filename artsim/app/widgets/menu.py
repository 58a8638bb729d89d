"""A menu that closes after a choice: an open menu would cover a dialog."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st


def popover(label: str, name: str, **options: Any) -> Any:
    """``st.popover``, told apart from others by ``name``; a new one each time it is ``shut``."""
    return st.popover(label, key=f"{name}_{_shut_so_often(name)}", **options)


def shuts(name: str, do: Callable[[], None] | None = None) -> dict[str, Any]:
    """Options for a button, which then calls ``do`` and closes the menu ``name``."""
    return {"on_click": partial(_shut, name, do)}


def _shut(name: str, do: Callable[[], None] | None) -> None:
    if do is not None:
        do()
    st.session_state[f"menu_{name}"] = _shut_so_often(name) + 1


def _shut_so_often(name: str) -> int:
    return int(st.session_state.get(f"menu_{name}", 0))
