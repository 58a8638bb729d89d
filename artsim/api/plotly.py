"""The script that draws charts in the browser, from the plotly package: no other host is asked."""

import gzip
from functools import lru_cache
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

from artsim.api.headers import tagged
from artsim.people import policy
from artsim.people.roles import Action


def script(request: Request) -> Response:
    """plotly.min.js, compressed where the browser takes it (a third of 4.8 MB)."""
    policy.ask(Action.OPEN)
    packed = "gzip" in request.headers.get("accept-encoding", "").lower()
    headers = {"Vary": "Accept-Encoding"} | ({"Content-Encoding": "gzip"} if packed else {})
    return tagged(request, _packed() if packed else _plain(), "text/javascript", **headers)


def _plain() -> bytes:
    return (files("plotly") / "package_data" / "plotly.min.js").read_bytes()


@lru_cache(maxsize=1)
def _packed() -> bytes:
    return gzip.compress(_plain(), 6, mtime=0)
