"""What commands print: one JSON document, or text and tables that hostile titles cannot break."""

import json
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TextIO

from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from rich import box as rich_box
    from rich import console as rich_console
    from rich import table as rich_table
    from rich import text as rich_text
else:
    rich_box = lazy("rich.box")
    rich_console = lazy("rich.console")
    rich_table = lazy("rich.table")
    rich_text = lazy("rich.text")

CELL = 100  # characters of a table's cell
_PLAIN_WIDTH = 1000  # where stdout is no terminal, tables are as wide as they need to be
_UNPRINTABLE = ("Cc", "Cf", "Cs", "Co")
_json_stream: list[TextIO] = []


@contextmanager
def stdout_is_for_json(wanted: bool) -> Iterator[None]:
    """Within the block, prints go to stderr: stdout is kept for the JSON document."""
    if not wanted:
        yield
        return
    real = sys.stdout
    _json_stream.append(real)
    sys.stdout = sys.stderr
    try:
        yield
    finally:
        sys.stdout = real
        _json_stream.pop()


def print_json(document: Any) -> None:
    """Print the one JSON document of a command."""
    stream = _json_stream[-1] if _json_stream else sys.stdout
    stream.write(json.dumps(document, indent=1, default=str) + "\n")
    stream.flush()


def say(text: str) -> None:
    """Print a result for a person."""
    sys.stdout.write(f"{text}\n")


def note(text: str) -> None:
    """Print a remark for a person on stderr: stdout is for results."""
    sys.stderr.write(f"{line(text)}\n")


def say_error(text: str) -> None:
    """One line on stderr, whatever the text holds."""
    sys.stderr.write(f"artsim: {line(text)}\n")


def line(text: Any) -> str:
    """``text`` as one line without control, formatting and unpaired characters."""
    kept = (
        c if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co") else " " for c in str(text)
    )
    return " ".join("".join(kept).split())


def cell(value: Any, width: int = CELL) -> str:
    """A value for a table: "" for nothing, thousands separated, long text cut."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4f}"
    text = line(value)
    return text if len(text) <= width else text[: width - 1] + "…"


def table(header: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[str] = ()) -> None:
    """Print a table; the columns named in ``right`` are aligned to the right."""
    console = rich_console.Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = rich_console.Console(
            highlight=False, markup=False, emoji=False, width=_PLAIN_WIDTH
        )
    drawn = rich_table.Table(box=rich_box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in header:
        drawn.add_column(name, justify="right" if name in right else "left")
    for row in rows:
        drawn.add_row(*(rich_text.Text(cell(value)) for value in row))
    console.print(drawn)


def facts(pairs: Iterable[tuple[str, Any]]) -> None:
    """Print names and values, one pair a line; pairs without a value are left out."""
    known = [(name, value) for name, value in pairs if value not in (None, "")]
    width = max((len(name) for name, _ in known), default=0)
    for name, value in known:
        say(f"{name.ljust(width)}  {cell(value, 2000)}")
