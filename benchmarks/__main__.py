"""List the benchmarks, run one, or run all.

python -m benchmarks                                     what there is
python -m benchmarks NAME [--out FOLDER] [OPTION ...]    run one; NAME --help tells its options
python -m benchmarks all [--home FOLDER] [--out FOLDER]  run one after another, for hours
"""

import argparse
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from artsim.core.errors import InvalidInput
from benchmarks.kit.command import HOME, OUT, checked_out, command_line, failed, summary
from benchmarks.kit.processes import REPOSITORY
from benchmarks.registry import BENCHMARKS


def main(words: Sequence[str]) -> int:
    """Do what the words of the command line say; the exit status."""
    if not words or words[0] in ("-h", "--help"):
        print(__doc__.strip(), end="\n\n")
        for name in BENCHMARKS:
            print(f"{name:16}{summary(f'benchmarks.{name}')}")
        return 0
    name, *rest = words
    if name == "all":
        return everything(rest)
    if name not in BENCHMARKS:
        print(
            f"benchmarks: there is none named {name!r}; python -m benchmarks lists them.",
            file=sys.stderr,
        )
        return 2
    return command_line(name, rest)


def everything(words: Sequence[str]) -> int:
    """Run each benchmark in a process of its own; one that fails does not keep the next."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks all", description=everything.__doc__
    )
    for option in (HOME, OUT):
        option.add_to(parser)
    options = parser.parse_args(words)
    try:
        checked_out(words)
    except InvalidInput as error:
        return failed("all", error, 2)
    home = options.home or Path(tempfile.gettempdir(), "artsim-benchmarks")
    ill = []
    for name, taken in BENCHMARKS.items():
        if taken is not None:
            own = [word.format(home=home) for word in shlex.split(taken)]
            print(f"\n== {name}: {summary(f'benchmarks.{name}')}", flush=True)
            command = [sys.executable, "-m", f"benchmarks.{name}", "--out", str(options.out), *own]
            if subprocess.run(command, cwd=REPOSITORY, check=False).returncode:
                ill.append(name)
    return failed("all", f"these failed: {', '.join(ill)}.", 1) if ill else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
