"""The command line of every benchmark: its options, what is checked before it runs, its errors."""

import argparse
import ast
import importlib
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from artsim.core.errors import ArtsimError, InvalidInput
from benchmarks.kit import machine
from benchmarks.kit.processes import REPOSITORY
from benchmarks.kit.results import DEFAULT, Results, checked_folder

Options = argparse.Namespace


@dataclass(frozen=True)
class Option:
    """An option of a command line; ``more`` are further arguments of ``add_argument``.

    With ``several`` it takes one value or more, also where it is repeated.
    """

    name: str
    about: str
    type: Callable[[str], Any] = str
    default: Any = None
    several: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)

    def add_to(self, parser: argparse.ArgumentParser) -> None:
        """Add it, with what it is by default in its help."""
        more = dict(self.more)
        if self.several:
            # The default comes after the parsing: 'extend' would add to it.
            more |= {"nargs": "+", "action": "extend", "default": None}
        elif "action" not in more:
            more["default"] = self.default
        if more.get("action") != "store_true":
            more["type"] = self.type
        parser.add_argument(self.name, help=self._help(), **more)

    def _help(self) -> str:
        if self.default is None:
            return self.about
        values = self.default if self.several else [self.default]
        told = " ".join(str(value) for value in values)
        return f"{self.about} (default: {told})".replace("%", "%%")


def path(text: str) -> Path:
    """A path that means the same in every folder."""
    return Path(text).absolute()


def flag(name: str, about: str) -> Option:
    """An option that is there or not."""
    return Option(name, about, more={"action": "store_true"})


# Options that mean the same to all who take them.
OUT = Option("--out", "folder to write the tables into", path, DEFAULT)
HOME = Option("--home", "workspace to keep and use again; else a temporary one", path)
NEEDED_HOME = Option("--home", "workspace to keep and use again", path, more={"required": True})
DATA = Option("--data", "folder of the paintings", path, REPOSITORY.parent / "shared" / "data")
COLLECTION = Option("--collection", "an embedded collection", str, "paintings")
BACKBONES = Option(
    "--backbone",
    "backbones to measure",
    str,
    ("efficientnet_lite0",),
    several=True,
)
SEED = Option("--seed", "seed of everything drawn at random", int, 0)
QUICK = flag("--quick", "a short run that prints its table and leaves the file alone")


@dataclass(frozen=True)
class Benchmark:
    """One module of ``benchmarks``: what it runs, the columns of its tables, its own options.

    ``needs`` are folders of --data without which it cannot run. The module's docstring is its
    help, and the docstring's first line what it measures. A module ends with

    >>> def run(options: Options, results: Results) -> None:
    ...     with results.table("mine.csv", machine.facts("cpu", "date")) as table:
    ...         table.add({"what": "a sum", "seconds": timing.seconds_of(lambda: sum(range(9)))})
    >>> BENCHMARK = Benchmark(run, {"mine.csv": ("what", "seconds", "cpu", "date")}, (HOME, SEED))
    >>> if __name__ == "__main__":
    ...     sys.exit(command_line("mine"))

    and has a line in ``benchmarks.registry``.
    """

    run: Callable[[Options, Results], None]
    tables: Mapping[str, Sequence[str]]
    options: Sequence[Option] = ()
    needs: Sequence[str] = ()


def summary(module: str) -> str:
    """The first line of a module's docstring, read without importing the module."""
    place = REPOSITORY.joinpath(*module.split("."))
    source = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    told = ast.get_docstring(ast.parse(source.read_text(encoding="utf-8"))) or ""
    return told.partition("\n")[0]


def command_line(name: str, words: Sequence[str] | None = None) -> int:
    """Run the benchmark ``name`` with the words of a command line; the exit status.

    0 where it went well, 2 on a usage error, 1 where it failed with an error that a person can
    mend. Any other error comes through: whoever measures has to see where.
    """
    # Imported by its name, although it may be __main__ already: what its children import is this.
    try:
        checked_out(words)
        module = importlib.import_module(f"benchmarks.{name}")
    except InvalidInput as error:
        return failed(name, error, 2)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("benchmarks", "tests", "artsim"):
            raise
        what = f"it needs the package {error.name}: install requirements-dev.txt."
        return failed(name, what, 1)
    benchmark: Benchmark = module.BENCHMARK
    options = parsed(name, benchmark, module.__doc__ or "", words)
    try:
        for folder in benchmark.needs:
            if not (options.data / folder).is_dir():
                raise InvalidInput(
                    f"{options.data} has no {folder}: name one that has with --data."
                )
    except InvalidInput as error:
        return failed(name, error, 2)
    print(machine.sentence(), file=sys.stderr, flush=True)
    # Whoever ends it ends it as Ctrl-C does: its temporary folders and processes go too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        results = Results(options.out, benchmark.tables, keep=not getattr(options, "quick", False))
        benchmark.run(options, results)
    except ArtsimError as error:
        return failed(name, error, 1)
    except KeyboardInterrupt:
        return failed(name, "stopped; its rows so far are kept.", 130)
    return 0


def checked_out(words: Sequence[str] | None = None) -> Path:
    """The folder that --out names among ``words``, checked before anything is imported."""
    early = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    OUT.add_to(early)
    return checked_folder(early.parse_known_args(words)[0].out)


def parsed(name: str, benchmark: Benchmark, about: str, words: Sequence[str] | None) -> Options:
    """The options of a benchmark as ``words`` give them."""
    parser = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{name}",
        description=about,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    taken = (*benchmark.options, OUT)
    for option in taken:
        option.add_to(parser)
    found = parser.parse_args(words)
    for option in taken:
        attribute = option.name.lstrip("-").replace("-", "_")
        if option.several and getattr(found, attribute) is None:
            setattr(found, attribute, option.default)
    return found


def failed(name: str, why: object, status: int) -> int:
    """Say on stderr why a benchmark ended; its exit status."""
    print(f"benchmarks.{name}: {why}", file=sys.stderr)
    return status
