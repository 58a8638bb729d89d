"""The IIIF Content State API 1.0: what a viewer is to open, said in a link to the viewer.

https://iiif.io/api/content-state/1.0/
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from artsim.core.errors import InvalidInput

PARAMETER = "iiif-content"
_PLAIN = "!'()*-._~"  # what encodeURIComponent of JavaScript leaves as it is, beside letters
State = Mapping[str, Any]


def content_state(manifest: str, canvas: str) -> dict[str, Any]:
    """A canvas of a manifest, both by their addresses.

    The canvas is named because Universal Viewer 4.4 reads no state of a manifest alone.

    >>> content_state("https://art.example/m.json", "https://art.example/canvas/1")["type"]
    'Canvas'
    """
    return {"id": canvas, "type": "Canvas", "partOf": [{"id": manifest, "type": "Manifest"}]}


def encoded(state: State) -> str:
    """A state as the text of a link: JSON, percent-encoded, base64url without padding (section 6).

    >>> encoded({"id": "https://art.example/ä"})
    'JTdCJTIyaWQlMjIlM0ElMjJodHRwcyUzQSUyRiUyRmFydC5leGFtcGxlJTJGJUMzJUE0JTIyJTdE'
    """
    text = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(quote(text, safe=_PLAIN).encode()).decode().rstrip("=")


def decoded(text: str) -> Any:
    """The state that ``encoded`` made text of; raises InvalidInput for any other text.

    >>> decoded(encoded({"id": "https://art.example/ä"}))
    {'id': 'https://art.example/ä'}
    """
    padded = text + "=" * (-len(text) % 4)
    try:
        plain = base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
        return json.loads(unquote(plain, errors="strict"))
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("This is no IIIF content state: copy it again from its page.") from error


def viewer_link(viewer: str, state: State) -> str:
    """The address that opens ``state`` in the viewer at ``viewer``.

    Where the viewer reads its parameters behind a #, ``viewer`` ends with the #.

    >>> viewer_link("https://a.example/uv.html#", {}), viewer_link("https://a.example/?x=1", {})
    ('https://a.example/uv.html#?iiif-content=JTdCJTdE', 'https://a.example/?x=1&iiif-content=JTdCJTdE')
    """
    read = viewer.rpartition("#")[2]
    joint = "" if read.endswith(("?", "&")) else "&" if "?" in read else "?"
    return f"{viewer}{joint}{PARAMETER}={encoded(state)}"


def viewer_name(viewer: str) -> str:
    """What to call the viewer at an address.

    >>> viewer_name("https://art.example/mirador/"), viewer_name("https://art.example/look")
    ('Mirador', 'the IIIF viewer')
    """
    known = {"mirador": "Mirador", "universalviewer": "Universal Viewer", "/uv": "Universal Viewer"}
    found = (name for mark, name in known.items() if mark in viewer.casefold())
    return next(found, "the IIIF viewer")
