"""What the Train page shows, as a link: the open training, and the label looked at."""

import streamlit as st

_RUN, _LABEL = "run", "label"


def run() -> str:
    """Name of the open training, "" for the list."""
    return st.query_params.get(_RUN, "")[:200]


def label() -> str:
    """The label whose confusions are looked at, "" for the first."""
    return st.query_params.get(_LABEL, "")[:200]


def open_run(name: str) -> None:
    """Open a training, "" goes back to the list."""
    st.query_params.from_dict({_RUN: name} if name else {})


def choose_label(name: str) -> None:
    """Look at the confusions of another label; the URL follows."""
    st.query_params[_LABEL] = name
