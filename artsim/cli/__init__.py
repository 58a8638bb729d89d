"""The ``artsim`` command: everything without a browser."""

import gc
import sys
from typing import TYPE_CHECKING

from artsim.core import interrupt
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from artsim.cli import run as command_line
else:
    command_line = lazy("artsim.cli.run")


def main() -> None:
    """Entry point of the ``artsim`` command."""
    interrupt.watch()  # before the rest is imported, which takes a while
    # Tables of works are many small objects that stay: Python's own 700 looks at them too often.
    gc.set_threshold(10_000)
    sys.exit(command_line.run(sys.argv[1:]))
