"""Our own elements in the browser: each a style and an ES module below assets.

All modules are served below one address that names their release: imports between them are
relative, a browser caches each for good, and a run of a page sends only an address.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artsim.api.access import for_all
from artsim.app.shell.places import ASSETS

# All modules are asked for at once: a chain of imports would cost a round trip a link.
_FETCHED = """const urls = {addresses}.map((address) => new URL(address, location.origin).href);
const [fetched] = await Promise.all(urls.map((url) => import(url)));
export default fetched.default;
"""
# The start of a line, so that comments which import types are left alone.
_IMPORT = re.compile(r'^(?:import|export)\b[^;"]*\bfrom "(\.[^"]+)";', re.MULTILINE)
_LARGE = 100_000  # modules of so many characters or more are sent compressed
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
}


@cache
def modules() -> dict[str, str]:
    """The code of every module by its path below assets, such as ``map/pane.js``."""
    return {
        path.relative_to(ASSETS).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(ASSETS.rglob("*.js"))
    }


def digest(code: Mapping[str, str]) -> str:
    """The digest of the paths and code of modules."""
    told = json.dumps(code, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


@cache
def release() -> str:
    """The digest of the modules that are served."""
    return digest(modules())


def needed(name: str) -> list[str]:
    """The path of a module, followed by those of all that it imports, itself or through others.

    >>> needed("gallery.js")
    ['gallery.js', 'boxes.js', 'dom.js', 'grid.js', 'tray.js', 'map/svg.js']
    """
    found = [name]
    for path in found:
        folder = ASSETS / Path(path).parent
        for relative in _IMPORT.findall(modules()[path]):
            imported = (folder / relative).resolve().relative_to(ASSETS).as_posix()
            if imported not in found:
                found.append(imported)
    return found


def address(path: str) -> str:
    """Where a module is served."""
    return f"/ui/{release()}/{path}"


def component(name: str, *styles: str) -> Any:
    """Register the component ``artsim_NAME`` made of NAME.css and the module NAME.js.

    ``styles`` are further ones, of what several components show.
    """
    sheets = [ASSETS / f"{one}.css" for one in (name, *styles)]
    style = "\n".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    addresses = json.dumps([address(path) for path in needed(f"{name}.js")])
    js = _FETCHED.format(addresses=addresses)
    return st.components.v2.component(f"artsim_{name}", css=style, js=js)


async def _module(request: Request) -> Response:
    given = request.path_params
    code = modules().get(given["path"]) if given["release"] == release() else None
    if code is None:
        return Response("This script is of another version: reload the page.", 404)
    if len(code) < _LARGE:
        return Response(code, media_type="text/javascript", headers=_HEADERS)
    headers = {**_HEADERS, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", "").lower():
        headers["Content-Encoding"] = "gzip"
        return Response(_packed(given["path"]), media_type="text/javascript", headers=headers)
    return Response(code, media_type="text/javascript", headers=headers)


@cache
def _packed(path: str) -> bytes:
    return gzip.compress(modules()[path].encode(), 6, mtime=0)


ROUTE = Route("/ui/{release}/{path:path}", for_all(_module))
