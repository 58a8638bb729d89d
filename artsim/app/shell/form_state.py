"""What a form says, kept for the session: leaving a page, or an error, loses nothing typed."""

from collections.abc import Callable
from typing import Any

import streamlit as st


class FormState:
    """The values of the form ``name``; the widget of a value has the key ``name_value``.

    Each thing ``about`` which the form is filled in, such as a collection, has values of its own.
    """

    def __init__(self, name: str, about: str = "") -> None:
        self._name = name
        self._settings = f"{name}_settings_{about}"

    def kept(self, name: str, default: Any) -> Any:
        """What the form said last, ``default`` where it never said anything."""
        value = st.session_state.get(self._settings, {}).get(name)
        return default if value is None else value

    def widget(self, name: str, value: Any, make: Callable[..., Any]) -> Any:
        """The widget that ``make(key=, on_change=)`` shows, at ``value``; what it says."""
        key = f"{self._name}_{name}"
        st.session_state[key] = list(value) if isinstance(value, tuple) else value

        def changed() -> None:
            self.keep(name, st.session_state[key])

        return make(key=key, on_change=changed)

    def keep(self, name: str, value: Any) -> None:
        """Keep one value."""
        st.session_state[self._settings] = {
            **st.session_state.get(self._settings, {}),
            name: value,
        }

    def replace(self, values: dict[str, Any]) -> None:
        """Keep these values and forget all others."""
        st.session_state[self._settings] = values
