"""The ``artsim`` command: everything without a browser."""

import sys


def main() -> None:
    """Entry point of the ``artsim`` command."""
    from artsim.core import interrupt

    interrupt.watch()
    from artsim.cli.run import run

    sys.exit(run(sys.argv[1:]))
