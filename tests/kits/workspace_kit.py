"""The small workspaces of released versions, unpacked: copies that a test may write to."""

import json
import tarfile
from pathlib import Path
from typing import Any

from artsim.core.workspace import Workspace

RELEASES = sorted((Path(__file__).parents[1] / "fixtures" / "workspaces").iterdir())
OLDEST = RELEASES[0]


def unpacked(release: Path, home: Path) -> Workspace:
    """A copy of the workspace of a release, at ``home``."""
    with tarfile.open(release / "workspace.tar.gz") as tar:
        tar.extractall(home.parent, filter="data")
    (home.parent / "workspace").rename(home)
    return Workspace.open(home)


def recorded(release: Path) -> dict[str, Any]:
    """What that release itself said of its workspace."""
    return dict(json.loads((release / "expected.json").read_text(encoding="utf-8")))
