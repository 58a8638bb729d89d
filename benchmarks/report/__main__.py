"""Make pages and pictures of docs/ anew.

python -m benchmarks.report            what there is
python -m benchmarks.report NAME ...   make these
"""

import argparse
import importlib
import sys
from collections.abc import Sequence

from benchmarks.kit.command import HOME, summary

NAMES = ("figures", "performance", "screenshots")


def main(words: Sequence[str]) -> int:
    """Make what the words of the command line name; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.report", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=" or ".join(NAMES))
    parser.add_argument(HOME.name, type=HOME.type, help="of screenshots: a workspace to use again")
    options = parser.parse_args(words)
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"nothing is named {', '.join(sorted(unknown))}: there is {', '.join(NAMES)}")
    if not options.names:
        for name in NAMES:
            print(f"{name:16}{summary(f'benchmarks.report.{name}')}")
    for name in options.names:
        module = importlib.import_module(f"benchmarks.report.{name}")
        module.main(options.home) if name == "screenshots" else module.main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
