"""Which code made a figure."""

import subprocess
from functools import cache
from pathlib import Path

from artsim import __version__


@cache
def code_version() -> str:
    """The release, and the commit where artsim runs from a checkout: ``0.1.0+g1a2b3c4``."""
    here = Path(__file__).resolve().parents[2]
    if not (here / ".git").exists():
        return __version__
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            cwd=here,
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return __version__
    return f"{__version__}+g{done.stdout.strip()}"
