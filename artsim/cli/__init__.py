"""The ``artsim`` command: everything without a browser."""

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
    sys.exit(command_line.run(sys.argv[1:]))
