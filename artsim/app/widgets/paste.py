"""A picture pasted from the clipboard anywhere on the page."""

import base64
import binascii
from collections.abc import Callable

import streamlit as st

from artsim.app.shell.places import ASSETS
from artsim.core.limits import UPLOAD_LIMITS

_LISTENER = st.components.v2.component(
    "artsim_paste",
    html="<span role='status'></span>",
    css="span { font: 0.85rem var(--st-font); color: var(--st-text-color); }",
    js=(ASSETS / "paste.js").read_text(encoding="utf-8"),
)


def listen(on_picture: Callable[[bytes, str], None]) -> None:
    """Call ``on_picture`` with the bytes and name of each picture that is pasted."""
    limit = UPLOAD_LIMITS.max_bytes

    def changed() -> None:
        pasted = st.session_state["paste"].picture
        if not isinstance(pasted, dict):
            return
        try:
            data = base64.b64decode(str(pasted.get("base64", "")), validate=True)
        except binascii.Error:
            data = b""
        on_picture(data, str(pasted.get("name") or "the pasted picture"))

    _LISTENER(
        key="paste",
        data={
            "limit": limit,
            "too_large": f"The picture is over {limit // 1_000_000} MB: paste a smaller one.",
            "reading": "Reading the pasted picture",
        },
        on_picture_change=changed,
    )
