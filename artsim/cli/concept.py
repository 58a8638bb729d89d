"""``artsim concept``: ideas, such as winter, that a collection is taught by examples."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import Json, Name
from artsim.cli.output import facts, print_json, say, table
from artsim.core import atomic
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace

if TYPE_CHECKING:
    from artsim import library
    from artsim.search.concept_store import Concept
else:
    library = lazy("artsim.library")


class Action(StrEnum):
    """What is done with concepts."""

    TEACH = "teach"
    LIST = "list"
    SHOW = "show"
    DELETE = "delete"
    EXPORT = "export"
    IMPORT = "import"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="Example: artsim concept paintings teach winter --backbone artsim-lite0 --like w1"
        " --like w2 --like w3, then artsim search paintings --backbone artsim-lite0"
        " --concept winter"
    )(concept)


def concept(
    name: Name,
    action: Annotated[Action, typer.Argument(help="What to do.")],
    called: Annotated[
        str, typer.Argument(metavar="[C]", help="Name of the concept; of a file for import.")
    ] = "",
    backbone: Annotated[str, typer.Option(help="Backbone whose embeddings learn it.")] = "",
    like: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="Work that shows it; repeat, or put commas between."),
    ] = None,
    unlike: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Work that does not show it; repeat.")
    ] = None,
    label: Annotated[
        str, typer.Option(metavar="COLUMN=VALUE", help="Take the examples from a label column.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="File to write, for export.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Teach a collection a concept by 3 to 20 examples, and see how well it is told."""
    here = library.open_library(Workspace.open())
    if action is Action.LIST:
        _list(here.concepts(name), as_json)
        return
    if not called:
        raise typer.BadParameter(f"{action.value} needs the name of a concept")
    if action is Action.TEACH:
        if not backbone:
            raise typer.BadParameter("teach needs --backbone")
        column, equals, value = label.partition("=")
        if label and not equals:
            raise typer.BadParameter("write --label column=value")
        pair = (column.strip(), value.strip()) if label else None
        taught = here.teach(name, called, backbone, _ids(like), _ids(unlike), pair)
        _show([taught], as_json)
    elif action is Action.IMPORT:
        file = Path(called)
        if not file.is_file():
            raise typer.BadParameter(f"there is no file {called!r}")
        _show([here.import_concept(name, file.read_bytes())], as_json)
    elif action is Action.DELETE:
        count = here.delete_concept(name, called, backbone)
        if as_json:
            print_json({"collection": name, "name": called, "deleted": count})
        else:
            say(f"Deleted the concept {called!r} of {name!r}.")
    else:
        found = here.concepts_named(name, called, backbone)
        if action is Action.SHOW:
            _show(found, as_json)
        elif out is None or len(found) > 1:
            raise typer.BadParameter("export needs --out, and --backbone where there are several")
        else:
            atomic.write(out, found[0].exported())
            say(f"Wrote the concept {called!r} to {out}.")


def _ids(given: list[str] | None) -> list[str]:
    """Ids of repeated options, commas between or not."""
    return [one.strip() for text in given or [] for one in text.split(",") if one.strip()]


def _list(found: "list[Concept]", as_json: bool) -> None:
    if as_json:
        print_json([one.to_json() for one in found])
        return
    if not found:
        say("No concept was taught yet: 'artsim concept NAME teach C' does.")
        return
    table(
        ["concept", "backbone", "examples", "AP", "chance"],
        [(c.name, c.backbone, len(c.like), c.ap.value if c.ap else None, c.chance) for c in found],
        right=["examples", "AP", "chance"],
    )


def _show(found: "list[Concept]", as_json: bool) -> None:
    if as_json:
        print_json(found[0].to_json() if len(found) == 1 else [one.to_json() for one in found])
        return
    for one in found:
        ap = one.ap
        measured = "not measured: 6 examples at least are needed"
        if ap is not None and one.chance is not None:
            low, high = ap.ci95
            measured = f"{ap.value:.3f} ({low:.3f} to {high:.3f}), by chance {one.chance:.3f}"
        facts(
            [
                ("concept", one.name),
                ("collection", one.collection),
                ("backbone", f"{one.backbone} {one.digest[:12]}"),
                ("taught from", one.label),
                ("like", ", ".join(one.like)),
                ("unlike", ", ".join(one.unlike)),
                ("AP", measured),
            ]
        )
