"""Our own elements in the browser: each a style and a script below assets, beside common.js."""

from pathlib import Path
from typing import Any

import streamlit as st

_ASSETS = Path(__file__).parent / "assets"


def component(name: str) -> Any:
    """Register the component ``artsim_NAME`` made of NAME.css, common.js and NAME.js."""
    common, own, style = (
        (_ASSETS / file).read_text(encoding="utf-8")
        for file in ("common.js", f"{name}.js", f"{name}.css")
    )
    return st.components.v2.component(f"artsim_{name}", css=style, js=f"{common}\n{own}")
