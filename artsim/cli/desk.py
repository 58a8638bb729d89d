"""``artsim collection edit``, ``remove``, ``merge``, ``undo`` ...: correct a collection."""

from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import Json, Name
from artsim.cli.output import note, print_json, say, table
from artsim.core.lazy import lazy
from artsim.core.progress import TerminalProgress
from artsim.core.user import user_name
from artsim.core.workspace import Workspace

if TYPE_CHECKING:
    from artsim import library as libraries
    from artsim.collection.edits import history as steps_of
    from artsim.collection.edits import removal, sentences
    from artsim.collection.edits.history import Step
    from artsim.library import Library
else:
    libraries = lazy("artsim.library")
    removal = lazy("artsim.collection.edits.removal")
    sentences = lazy("artsim.collection.edits.sentences")
    steps_of = lazy("artsim.collection.edits.history")

Ids = Annotated[list[str], typer.Option("--id", metavar="ID", help="Artwork id; repeat.")]
Id = Annotated[str, typer.Option("--id", metavar="ID", help="Artwork id.")]
Files = Annotated[
    list[str],
    typer.Option("--file", metavar="F", help="File as 'artsim quality' lists it; repeat."),
]
File = Annotated[
    str, typer.Option("--file", metavar="F", help="File as 'artsim quality' lists it.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to ``artsim collection``."""
    for work, example in (
        (edit, "edit prints --id w1 --id w2 --set 'artist=Claude Monet'"),
        (remove, "remove prints --id w7 --reason 'claimed by the estate'"),
        (restore, "restore prints --id w7"),
        (keep, "keep prints --file scroll.tif"),
        (reject, "reject prints --file test-chart.jpg"),
        (merge, "merge prints --id w1 --with w1-verso"),
        (split, "split prints --id w1 --file w1-second-state.jpg"),
        (best, "best prints --file w1-new-photograph.tif"),
        (rename, "rename prints prints-and-drawings"),
        (history, "history prints"),
        (undo, "undo prints --step 3"),
    ):
        app.command(epilog=f"Example: artsim collection {example}")(work)


def edit(
    name: Name,
    changes: Annotated[
        list[str],
        typer.Option("--set", metavar="COLUMN=VALUE", help="New value, none empties it; repeat."),
    ],
    ids: Annotated[
        list[str] | None, typer.Option("--id", metavar="ID", help="Artwork id; repeat.")
    ] = None,
    where: Annotated[
        str,
        typer.Option(metavar="SQL", help="All works that match this expression: artist = 'Moent'."),
    ] = "",
    add_column: Annotated[
        bool,
        typer.Option(
            "--add-column", help="Add the column if the collection has none of that name."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Correct the metadata of works; later imports and syncs keep what was corrected."""
    library = _library()
    pairs = dict(_pair(change) for change in changes)
    chosen = list(ids or [])
    if where:
        chosen += library.collection(name).ids_matching(where)
    if not chosen:
        what = "no work matches --where" if where else "name works with --id or --where"
        raise typer.BadParameter(f"there is nothing to edit: {what}")
    _tell(library.desk(name, user_name()).edit(chosen, pairs, add_column), name, as_json)


def remove(
    name: Name,
    ids: Ids,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, for the record.")] = "",
    as_json: Json = False,
) -> None:
    """Take works down for good: their pictures leave this workspace, and do not come back."""
    library = _library()
    step = library.desk(name, user_name()).remove(ids, reason)
    _tell(step, name, as_json)
    if step is None:
        return
    others = removal.also_shown_by(library.collection(name), step.after.values())
    if others:
        note(f"The same picture is shown by {', '.join(others)}: remove that too if it must go.")
    note("Files in a folder that was imported from are not touched: delete them there yourself.")


def restore(name: Name, ids: Ids, as_json: Json = False) -> None:
    """Let works that were taken down come back; the next import or sync brings them."""
    step = _library().desk(name, user_name()).restore(ids)
    _tell(step, name, as_json)
    if step is not None:
        note("Their pictures are gone from here: import or sync the source again.")


def keep(name: Name, files: Files, as_json: Json = False) -> None:
    """Keep files as works of their own, whatever was measured; no picture is read again."""
    _tell(_library().desk(name, user_name()).keep(files), name, as_json)


def reject(name: Name, files: Files, as_json: Json = False) -> None:
    """Leave files out of the collection; they can be kept again."""
    _tell(_library().desk(name, user_name()).reject(files), name, as_json)


def merge(
    name: Name,
    artwork_id: Id,
    others: Annotated[
        list[str], typer.Option("--with", metavar="ID", help="Work that is the same one; repeat.")
    ],
    as_json: Json = False,
) -> None:
    """Show the pictures of other works as pictures of one work."""
    _tell(_library().desk(name, user_name()).merge(artwork_id, others), name, as_json)


def split(name: Name, artwork_id: Id, file: File, as_json: Json = False) -> None:
    """Take a file out of a work, or out of a group of copies: it is a work of its own."""
    _tell(_library().desk(name, user_name()).split(artwork_id, file), name, as_json)


def best(name: Name, file: File, as_json: Json = False) -> None:
    """Show a work, or a group of copies, by this file."""
    _tell(_library().desk(name, user_name()).best(file), name, as_json)


def rename(
    name: Name,
    new: Annotated[str, typer.Argument(metavar="NEW", help="The new name.")],
    title: Annotated[
        str, typer.Option(help="A title for people, in any script.", show_default=False)
    ] = "",
    as_json: Json = False,
) -> None:
    """Rename a collection, with its uploads, maps, votes, evaluations and trainings."""
    _tell(_library().rename(name, new, user_name(), TerminalProgress(), title), new, as_json)


def history(name: Name, as_json: Json = False) -> None:
    """Show who changed what and when."""
    steps = steps_of.History(_library().collection(name)).steps
    if as_json:
        print_json([step.to_json() for step in steps])
        return
    if not steps:
        say(f"Nobody has changed {name!r} by hand yet.")
        return
    rows = [
        (s.step, s.when, s.who, s.what, sentences.sentence(s), "undone" if s.undone else "")
        for s in steps
    ]
    table(["step", "when", "who", "what", "change", ""], rows, right=["step"])


def undo(
    name: Name,
    step: Annotated[
        int | None, typer.Option(metavar="N", help="Which step; without it the latest one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Undo a step; undoing an undo does the step again."""
    library = _library()
    made = library.undo(name, step, user_name())
    if made.what == "rename":
        name = str(made.after["name"])
    _tell(made, name, as_json)


def _tell(step: "Step | None", name: str, as_json: bool) -> None:
    if as_json:
        print_json(None if step is None else step.to_json())
    elif step is None:
        say("Nothing changed: it is so already.")
    else:
        said = sentences.sentence(step)
        said = said[:1].upper() + said[1:]
        way_back = f"'artsim collection undo {name} --step {step.step}' takes it back"
        say(f"{said} (step {step.step}; {way_back}).")


def _library() -> "Library":
    return libraries.open_library(Workspace.open())


def _pair(change: str) -> tuple[str, str]:
    column, equals, value = change.partition("=")
    if not equals or not column.strip():
        raise typer.BadParameter(f"{change!r} is no change: write --set COLUMN=VALUE")
    return column.strip(), value
