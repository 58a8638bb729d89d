"""The values of a form, stored in the session: an error or another page loses nothing typed."""

from collections.abc import Callable
from typing import Any

import streamlit as st


class FormState:
    """The values of the form ``name``; the widget of a value has the key ``name_value``.

    A form about different things, such as collections, has values of its own for each: ``about``.
    """

    def __init__(self, name: str, about: str = "") -> None:
        self._name = name
        self._settings = f"{name}_settings_{about}"

    def get(self, name: str, default: Any) -> Any:
        """The last value, ``default`` where there is none."""
        value = st.session_state.get(self._settings, {}).get(name)
        return default if value is None else value

    def widget(self, name: str, value: Any, make: Callable[..., Any]) -> Any:
        """Show the widget that ``make(key=, on_change=)`` makes, at ``value``; gives its value."""
        key = f"{self._name}_{name}"
        st.session_state[key] = list(value) if isinstance(value, tuple) else value

        def changed() -> None:
            self.set(name, st.session_state[key])

        return make(key=key, on_change=changed)

    def set(self, name: str, value: Any) -> None:
        """Store one value."""
        st.session_state[self._settings] = {
            **st.session_state.get(self._settings, {}),
            name: value,
        }

    def replace(self, values: dict[str, Any]) -> None:
        """Store these values and forget all others."""
        st.session_state[self._settings] = values
