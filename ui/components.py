"""Our own elements in the browser: each a style and a script below assets, beside common.js."""

from pathlib import Path
from typing import Any

import streamlit as st

_ASSETS = Path(__file__).parent / "assets"


def component(name: str, *parts: str) -> Any:
    """Register the component ``artsim_NAME`` made of NAME.css, common.js and NAME.js.

    Where a script is long, its ``parts`` PART.js come before it, all in one scope.
    """
    scripts = ("common.js", *(f"{part}.js" for part in parts), f"{name}.js")
    style, *code = (
        (_ASSETS / file).read_text(encoding="utf-8") for file in (f"{name}.css", *scripts)
    )
    return st.components.v2.component(f"artsim_{name}", css=style, js="\n".join(code))
