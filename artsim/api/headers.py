"""How long an answer may be kept, and how a browser says that it has it already."""

import hashlib
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

_SAFE = {"X-Content-Type-Options": "nosniff"}
PRIVATE = {**_SAFE, "Cache-Control": "no-store"}
# private: a cache that people share would hand on what only one of them may see
_FOREVER = "private, max-age=31536000, immutable"
_A_WHILE = "private, max-age=3600"


def tagged(
    request: Request, body: bytes, media_type: str, etag: str = "", **headers: str
) -> Response:
    """``body`` with its ETag, cached for good where the address names a version (``v``).

    304 without a body where the client has it. ``etag`` (quoted) is computed where it is not given.
    """
    etag = etag or f'"{hashlib.sha256(body).hexdigest()[:24]}"'
    lasting = _FOREVER if request.query_params.get("v") else _A_WHILE
    headers = {**_SAFE, "ETag": etag, "Cache-Control": lasting, **headers}
    known = request.headers.get("if-none-match", "").split(",")
    if {tag.strip().removeprefix("W/") for tag in known} & {etag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)


def shared_with(request: Request, origins: Iterable[str]) -> dict[str, str]:
    """Headers that let the pages of ``origins`` read an answer; * is every site.

    Where one page may and another may not, a cache is told so, whichever of them asks first.
    """
    allowed, origin = set(origins), request.headers.get("origin", "")
    varies = {} if "*" in allowed or not allowed else {"Vary": "Origin"}
    if "*" not in allowed and origin not in allowed:
        return varies
    return {
        "Access-Control-Allow-Origin": "*" if "*" in allowed else origin,
        "Cross-Origin-Resource-Policy": "cross-origin",
        **varies,
    }
