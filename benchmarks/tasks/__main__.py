"""``python -m benchmarks.tasks``."""

import sys

from benchmarks.kit.command import command_line

if __name__ == "__main__":
    sys.exit(command_line("tasks"))
