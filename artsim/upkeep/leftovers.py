"""What killed processes leave: half-written and half-deleted things, uploads of no collection.

Nobody reads any of it. A server, a worker and ``artsim doctor --repair`` sweep it.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

from artsim.collection import uploads
from artsim.collection.folders import local_names
from artsim.core import atomic
from artsim.core.errors import ArtsimError
from artsim.core.workspace import Workspace
from artsim.jobs.table import JobTable

# Things still being written are younger; a folder's own time says nothing of files deeper in it.
HALF_WRITTEN_SECONDS = 86_400.0
_PLACES = ("collections", "checkpoints", "runs", "jobs", "uploads", "concepts", "cache")


def leftovers(workspace: Workspace) -> list[Path]:
    """Half-written and half-deleted things, and uploads of no collection; nothing is changed."""
    found = [
        f for place in _places(workspace) for f in atomic.leftovers(place, HALF_WRITTEN_SECONDS)
    ]
    return found + orphaned_uploads(workspace)


def sweep(workspace: Workspace) -> list[Path]:
    """Delete the ``leftovers``; returns those that are gone. Never fails."""
    gone = []
    for place in _places(workspace):
        with suppress(OSError):
            gone += atomic.sweep(place, HALF_WRITTEN_SECONDS)
    for folder in orphaned_uploads(workspace):
        with suppress(OSError, ArtsimError):
            uploads.forget(workspace, folder.name)
            gone.append(folder)
    return gone


def orphaned_uploads(workspace: Workspace) -> list[Path]:
    """Folders of uploads whose collection was deleted: pictures that must not come back.

    An upload that still waits for its import is not one: it is of today, or a job names it.
    """
    folders = [path for path in (workspace.root / "uploads").glob("[!.]*") if path.is_dir()]
    if not folders or workspace.tables:  # an object store that fails must cost no upload
        return []
    try:
        there = set(local_names(workspace.collections))
        awaited = {job.target for job in JobTable(workspace).all() if job.state != "succeeded"}
    except ArtsimError:
        return []
    return sorted(f for f in folders if f.name not in there | awaited and _is_old(f))


def _is_old(folder: Path) -> bool:
    with suppress(OSError):
        times = [folder.stat().st_mtime, *(path.stat().st_mtime for path in folder.iterdir())]
        return time.time() - max(times) >= HALF_WRITTEN_SECONDS
    return False


def _places(workspace: Workspace) -> list[Path]:
    """Every folder of the workspace but those of tables and those that are leftovers themselves."""
    found = [workspace.root]
    for name in _PLACES:
        for folder, inside, _ in os.walk(workspace.root / name):
            inside[:] = [one for one in inside if not one.endswith(".lance")]
            inside[:] = [one for one in inside if not atomic.is_aside(one)]
            found.append(Path(folder))
    return found
