"""What killed processes leave: half-written and half-deleted things, uploads of no collection.

Nobody reads any of it. A server, a worker and ``artsim doctor --repair`` sweep it.
"""

import os
from contextlib import suppress
from pathlib import Path

from artsim.collection import uploads
from artsim.core import atomic
from artsim.core.workspace import Workspace

# Things still being written are younger; a folder's own time says nothing of files deeper in it.
HALF_WRITTEN_SECONDS = 86_400.0
_PLACES = ("collections", "checkpoints", "runs", "jobs", "uploads", "concepts", "cache")


def leftovers(workspace: Workspace) -> list[Path]:
    """Half-written and half-deleted things, and uploads of no collection; nothing is changed."""
    found = [
        f for place in _places(workspace) for f in atomic.leftovers(place, HALF_WRITTEN_SECONDS)
    ]
    return found + uploads.orphans(workspace)


def sweep(workspace: Workspace) -> list[Path]:
    """Delete the ``leftovers``; returns those that are gone. Never fails."""
    gone = []
    for place in _places(workspace):
        with suppress(OSError):
            gone += atomic.sweep(place, HALF_WRITTEN_SECONDS)
    return gone + uploads.sweep(workspace)


def _places(workspace: Workspace) -> list[Path]:
    """Every folder of the workspace but those of tables and those that are leftovers themselves."""
    found = [workspace.root]
    for name in _PLACES:
        for folder, inside, _ in os.walk(workspace.root / name):
            inside[:] = [one for one in inside if not one.endswith(".lance")]
            inside[:] = [one for one in inside if not atomic.is_aside(one)]
            found.append(Path(folder))
    return found
