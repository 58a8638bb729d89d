"""What is wrong with a part of a workspace, and what can be done about it."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from artsim.core.workspace import Workspace

ASIDE = "aside"


@dataclass(frozen=True)
class Finding:
    """One fault: where it is, what is wrong, and what a repair or a person does about it.

    ``where`` is a path within the workspace. ``repair`` is None where only a person can help; it
    raises OSError or ArtsimError where it fails, and leaves things as they were.
    """

    where: str
    problem: str
    remedy: str
    repair: Callable[[], object] | None = field(default=None, compare=False, repr=False)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "where": self.where,
            "problem": self.problem,
            "remedy": self.remedy,
            "repairable": self.repair is not None,
        }


def set_aside(workspace: Workspace, path: Path) -> Path:
    """Move what is damaged to ``aside/`` of the workspace, where no code reads; its new place."""
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    to = workspace.root / ASIDE / stamp / path.relative_to(workspace.root)
    to.parent.mkdir(parents=True)
    os.rename(path, to)
    return to
