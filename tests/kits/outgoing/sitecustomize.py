"""Whom a process looks up and connects to, a line each, in the file that OUTGOING names.

Python imports this module at its start from a folder of PYTHONPATH.
"""

import os
import sys
from typing import Any

_OUT = os.environ.get("OUTGOING")


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        whom = arguments[1][0]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        whom = arguments[0]
    else:
        return
    name = whom.decode() if isinstance(whom, bytes) else str(whom)
    with open(str(_OUT), "a", encoding="utf-8") as out:
        out.write(f"{name}\n")


if _OUT:
    sys.addaudithook(_note)
