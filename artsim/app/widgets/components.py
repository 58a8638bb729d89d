"""Our own elements in the browser: each a style and a script below assets, beside common.js.

The browser fetches a script once and keeps it: a run of a page tells its address only.
"""

import hashlib
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artsim.app.shell.places import ASSETS

_FETCHED = """const fetched = await import(new URL({address!r}, location.origin).href);
export default fetched.default;
"""
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}
_scripts: dict[str, str] = {}


def component(name: str, *parts: str) -> Any:
    """Register the component ``artsim_NAME`` made of NAME.css, common.js and NAME.js.

    Where a script is long, its ``parts`` PART.js come before it, all in one scope.
    """
    scripts = ("common.js", *(f"{part}.js" for part in parts), f"{name}.js")
    style, *code = (
        (ASSETS / file).read_text(encoding="utf-8") for file in (f"{name}.css", *scripts)
    )
    script = "\n".join(code)
    digest = hashlib.sha256(script.encode()).hexdigest()[:16]
    address = f"/ui/{name}-{digest}.js"
    _scripts[address] = script
    js = _FETCHED.format(address=address)
    return st.components.v2.component(f"artsim_{name}", css=style, js=js)


async def _script(request: Request) -> Response:
    script = _scripts.get(request.url.path)
    if script is None:
        return Response("This script is of another version: reload the page.", 404)
    return Response(script, media_type="text/javascript", headers=_HEADERS)


ROUTE = Route("/ui/{file}", _script)
