"""Running a kind of job in this process, with its config as keyword arguments."""

from typing import Any

from artsim.core.progress import NULL, Progress, TerminalProgress
from artsim.core.workspace import Workspace
from artsim.tasks.kinds import checked_config, kind_named


def do(workspace: Workspace, kind: str, values: dict[str, Any], progress: bool) -> str:
    """Run a job here and return one sentence about its result; raises ArtsimError."""
    return kind_named(kind).run(workspace, checked_config(kind, values), shown(progress))


def shown(progress: bool) -> Progress:
    """Progress on stderr if it is wanted, else none."""
    return TerminalProgress() if progress else NULL
