"""Where the traces of unexpected errors and of frozen processes go."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from artsim.core.settings import setting

NAME = "artsim-errors.log"


def log_files() -> list[Path]:
    """The workspace's file, then one where this machine keeps temporary files; writable ones only.

    The null device where neither folder can be written. Nothing is made.
    """
    folders = [Path(setting("home")).expanduser().absolute()]
    with suppress(FileNotFoundError):  # no folder for temporary files can be written
        folders.append(Path(tempfile.gettempdir()))
    return [f / NAME for f in folders if os.access(f, os.W_OK)] or [Path(os.devnull)]
