"""Which folders of this machine people may name: those of the operator, and their own uploads."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from artsim.core.errors import NotAllowed
from artsim.core.settings import setting
from artsim.core.workspace import Workspace
from artsim.people import present

_STARTS = ("/", "~", "./", "../", "file:", "\\")


def is_limited() -> bool:
    """Whether paths are limited: one person on loopback may name any, unless folders are set."""
    return present.house() is not None or bool(setting("import_folders"))


def check_path(workspace: Workspace, path: str | Path) -> None:
    """Raise NotAllowed where ``path`` is below none of the folders that may be named.

    The sentence is the same whether or not there is anything at ``path``.
    """
    if not is_limited():
        return
    allowed = [*(Path(one) for one in setting("import_folders")), workspace.root / "uploads"]
    try:
        real = Path(path).expanduser().resolve()
        if any(real.is_relative_to(folder.resolve()) for folder in allowed):
            return
    except (OSError, RuntimeError, ValueError):
        pass
    raise NotAllowed(
        "This folder cannot be named here: whoever runs the server can allow it "
        "(ARTSIM_IMPORT_FOLDERS)."
    )


def check_paths(workspace: Workspace, config: Mapping[str, Any]) -> None:
    """``check_path`` for every path in a job's config, at any depth."""
    if is_limited():
        for path in _paths(config):
            check_path(workspace, path)


def _paths(value: Any) -> Iterator[str]:
    if isinstance(value, Path):
        yield str(value)
    elif isinstance(value, str):
        # An option of a package's source may be any text: one that leads to a file is a path.
        if value.startswith(_STARTS) or os.path.isabs(value) or _leads_somewhere(value):
            yield value.removeprefix("file://").removeprefix("file:")
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _paths(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _paths(inner)


def _leads_somewhere(value: str) -> bool:
    try:
        return ("/" in value or value == "..") and os.path.exists(value)
    except ValueError:
        return True  # a zero byte: no path, and no name of anything else
