"""A picture pasted from the clipboard anywhere on the page."""

import base64
import binascii
from pathlib import Path

import streamlit as st

from artsim.images import UPLOAD_LIMITS

_LISTENER = st.components.v2.component(
    "artsim_paste",
    html="<span role='status'></span>",
    css="span { font: 0.85rem var(--st-font); color: var(--st-text-color); }",
    js=(Path(__file__).parent / "assets" / "paste.js").read_text(encoding="utf-8"),
)


def listen() -> tuple[bytes, str] | None:
    """The bytes and name of a picture pasted just now, else None."""
    limit = UPLOAD_LIMITS.max_bytes
    result = _LISTENER(
        key="paste",
        data={
            "limit": limit,
            "too_large": f"The picture is larger than {limit // 2**20} MB: paste a smaller one.",
            "reading": "Reading the pasted picture",
        },
        on_picture_change=lambda: None,
    )
    pasted = result.picture
    if not isinstance(pasted, dict):
        return None
    try:
        data = base64.b64decode(str(pasted.get("base64", "")), validate=True)
    except binascii.Error:
        data = b""
    return data, str(pasted.get("name") or "the pasted picture")
