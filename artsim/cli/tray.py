"""``artsim tray``: selections of works, in an order, with notes, exported as files."""

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from artsim.cli.options import Json, Name, build, option
from artsim.cli.output import facts, print_json, say, table
from artsim.core import atomic
from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy
from artsim.core.user import user_name
from artsim.core.workspace import Workspace
from artsim.desk.exports.options import MAX_COLUMNS, ExportOptions

if TYPE_CHECKING:
    from artsim import library as libraries
    from artsim.desk.exports import formats
    from artsim.desk.tray import Tray
    from artsim.library import Library
else:
    formats = lazy("artsim.desk.exports.formats")
    libraries = lazy("artsim.library")

app = typer.Typer(
    help="Put works together, in an order, with notes, and take them along as files.",
    epilog="Example: artsim tray create 'Winter 2027'",
    rich_markup_mode=None,
)
F = TypeVar("F", bound=Callable[..., Any])
TrayName = Annotated[str, typer.Argument(metavar="T", help="Name of the tray.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Artwork ids.")]


class LayoutName(StrEnum):
    """How pages are laid out."""

    SHEET = "sheet"
    PLATES = "plates"


class PageName(StrEnum):
    """How large pages are."""

    A4 = "A4"
    A3 = "A3"
    LETTER = "Letter"


def _command(example: str, name: str | None = None) -> Callable[[F], F]:
    return app.command(name, epilog=f"Example: artsim tray {example}")


@_command("create 'Winter 2027' --note 'for the proposal'")
def create(
    tray: TrayName,
    note: Annotated[str, typer.Option(metavar="TEXT", help="A note on it.")] = "",
    as_json: Json = False,
) -> None:
    """Make an empty tray."""
    _tell(_library().trays.create(tray, note), as_json)


@_command("add 'Winter 2027' prints w1 w2")
def add(
    tray: TrayName,
    name: Name,
    ids: Ids,
    note: Annotated[str, typer.Option(metavar="TEXT", help="A note on each of them.")] = "",
    found: Annotated[
        str,
        typer.Option(metavar="TEXT", help="Search that they were found with, for the captions."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Put works at the end of a tray; those that lie in it stay where they are."""
    library = _library()
    library.add_to_tray(tray, name, ids, note, found)
    _tell(library.trays.get(tray), as_json)


@_command("remove 'Winter 2027' prints w2")
def remove(tray: TrayName, name: Name, ids: Ids, as_json: Json = False) -> None:
    """Take works out of a tray."""
    trays = _library().trays
    if not trays.remove(tray, [(name, one) for one in ids]):
        raise InvalidInput(f"None of these works of {name!r} is in the tray {tray!r}.")
    _tell(trays.get(tray), as_json)


@_command("note 'Winter 2027' 'opens the room' --collection prints --id w1")
def note(
    tray: TrayName,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The note; an empty one deletes it.")],
    collection: Annotated[str, typer.Option(metavar="NAME", help="Collection of the work.")] = "",
    artwork_id: Annotated[str, typer.Option("--id", metavar="ID", help="Its artwork id.")] = "",
    as_json: Json = False,
) -> None:
    """Replace the note on a tray, or on one of its works."""
    if bool(collection) != bool(artwork_id):
        raise typer.BadParameter("name the work with --collection and --id, both of them")
    trays = _library().trays
    made = trays.annotate(tray, (collection, artwork_id), text) if collection else None
    _tell(made or trays.describe(tray, text), as_json)


@_command("order 'Winter 2027' prints w2 --to 1")
def order(
    tray: TrayName,
    name: Name,
    ids: Ids,
    to: Annotated[
        int, typer.Option(metavar="N", min=1, help="Place of the first of them, counted from 1.")
    ] = 1,
    as_json: Json = False,
) -> None:
    """Put works at a place of a tray, in this order; the others close up."""
    trays = _library().trays
    keys = [(name, one) for one in dict.fromkeys(ids)]
    others = [item.key for item in trays.get(tray).items if item.key not in keys]
    _tell(trays.order(tray, [*others[: to - 1], *keys, *others[to - 1 :]]), as_json)


@_command("list", "list")
def list_(
    archived: Annotated[bool, typer.Option("--archived", help="List the archived trays.")] = False,
    as_json: Json = False,
) -> None:
    """List the trays of this workspace, the last changed first."""
    found = _library().trays.all(archived)
    if as_json:
        print_json([tray.to_json() for tray in found])
        return
    if not found:
        say("There is no archived tray." if archived else "There is no tray yet: create one.")
        return
    rows = [(t.name, len(t.items), t.to_json()["changed"], t.owner, t.note) for t in found]
    table(["name", "works", "changed", "whose", "note"], rows, right=["works"])


@_command("show 'Winter 2027'")
def show(tray: TrayName, as_json: Json = False) -> None:
    """Show the works of a tray."""
    library = _library()
    found = library.trays.get(tray)
    if as_json:
        print_json(found.to_json())
        return
    told = found.to_json()
    facts([("tray", found.name), ("note", found.note), ("changed", told["changed"])])
    facts([("archived", "yes" if found.archived else ""), ("link", _link(found))])
    table(
        ["order", "collection", "id", "title", "artist", "note"],
        [
            (e.item.order, *e.item.key, e.trouble or e.title, e.artist, e.item.note)
            for e in library.tray_entries(found)
        ],
        right=["order"],
    )


@_command("export 'Winter 2027' --out winter.pdf --layout plates --credit 'City Museum'")
def export(
    tray: TrayName,
    out: Annotated[
        Path, typer.Option(metavar="FILE", help="Ending in .pdf .xlsx .html .zip .csv or .json.")
    ],
    layout: Annotated[LayoutName, option(ExportOptions, "layout")] = LayoutName.SHEET,
    page: Annotated[PageName, option(ExportOptions, "page")] = PageName.A4,
    landscape: Annotated[bool, option(ExportOptions, "landscape", "--landscape")] = False,
    columns: Annotated[int, option(ExportOptions, "columns", min=1, max=MAX_COLUMNS)] = 3,
    caption: Annotated[
        list[str] | None,
        option(ExportOptions, "caption", "--caption", metavar="COLUMN"),
    ] = None,
    credit: Annotated[str, option(ExportOptions, "credit", metavar="TEXT")] = "",
    as_json: Json = False,
) -> None:
    """Write a tray as PDF, workbook, page, archive of pictures, table or document."""
    library = _library()
    kind = formats.format_named(out.suffix)
    chosen: dict[str, Any] = {"layout": layout.value, "page": page.value, "landscape": landscape}
    chosen |= {"columns": columns, "credit": credit}
    if caption:
        chosen["caption"] = tuple(caption)
    options = build(ExportOptions, **chosen)
    found = library.trays.get(tray)
    data = library.export_tray(found, kind.name, options)
    try:
        atomic.write(out.absolute(), data)
    except OSError as error:
        raise InvalidInput(f"{out} cannot be written: {error.strerror or error}.") from error
    if as_json:
        print_json({"tray": found.name, "file": str(out), "works": len(found.items)})
        return
    say(f"{out}: {count(len(found.items), 'work')}, {len(data) / 1e6:,.1f} MB.")


@_command("copy 'Winter 2027' 'Winter 2027, second choice'")
def copy(
    tray: TrayName,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Name of the copy.")],
    as_json: Json = False,
) -> None:
    """Make another tray of the same works, notes and order."""
    _tell(_library().trays.copy(tray, new), as_json)


@_command("rename 'Winter 2027' 'Snow'")
def rename(
    tray: TrayName,
    new: Annotated[str, typer.Argument(metavar="NEW", help="The new name.")],
    as_json: Json = False,
) -> None:
    """Give a tray another name."""
    _tell(_library().trays.rename(tray, new), as_json)


@_command("archive 'Winter 2027'")
def archive(
    tray: TrayName,
    back: Annotated[bool, typer.Option("--back", help="Take it back into use.")] = False,
    as_json: Json = False,
) -> None:
    """Archive a tray; nothing in it changes."""
    _tell(_library().trays.archive(tray, not back), as_json)


@_command("share 'Winter 2027'")
def share(
    tray: TrayName,
    stop: Annotated[bool, typer.Option("--stop", help="Withdraw the link.")] = False,
    as_json: Json = False,
) -> None:
    """Give a tray a link that nobody can guess, or withdraw it."""
    found = _library().trays.share(tray, not stop)
    if as_json:
        print_json({**found.to_json(), "token": found.token})
        return
    say(f"The app shows it at {_link(found)}." if found.token else "Its link no longer works.")


@_command("label 'Winter 2027' prints --column theme")
def label(
    tray: TrayName,
    name: Name,
    column: Annotated[str, typer.Option(metavar="COLUMN", help="Column, added if it is missing.")],
    as_json: Json = False,
) -> None:
    """Write a tray's name into a column of its works: a label to train on or to evaluate by."""
    library = _library()
    found = library.trays.get(tray)
    step = library.label_tray(found, name, column, user_name())
    if as_json:
        print_json(None if step is None else step.to_json())
    else:
        works = count(len(found.ids(name)), "work")
        say(f"{column} is now {found.name!r} for {works} of {name!r}.")


@_command("delete 'Winter 2027' --yes")
def delete(
    tray: TrayName,
    yes: Annotated[bool, typer.Option("--yes", help="Delete it without asking.")] = False,
    as_json: Json = False,
) -> None:
    """Delete a tray for good; no work is touched."""
    trays = _library().trays
    found = trays.get(tray)
    if not yes:
        raise typer.BadParameter(f"this deletes {found.name!r} and its notes: add --yes")
    trays.delete(tray)
    if as_json:
        print_json({"deleted": found.name})
    else:
        say(f"The tray {found.name!r} is deleted.")


def _tell(tray: "Tray", as_json: bool) -> None:
    if as_json:
        print_json(tray.to_json())
    else:
        say(f"{tray.name}: {count(len(tray.items), 'work')}.")


def _link(tray: "Tray") -> str:
    return f"/tray?shared={tray.token}" if tray.token else ""


def _library() -> "Library":
    return libraries.open_library(Workspace.open())
