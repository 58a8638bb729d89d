"""``artsim backbones``: list all, recommend some, and delete, rename or share trained ones."""

from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import Json
from artsim.cli.output import facts, print_json, say, table
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace

if TYPE_CHECKING:
    from artsim import library
    from artsim.backbones import recommended, registry
    from artsim.training import published
else:
    library = lazy("artsim.library")
    published = lazy("artsim.training.published")
    recommended = lazy("artsim.backbones.recommended")
    registry = lazy("artsim.backbones.registry")


class Action(StrEnum):
    """What is done with a backbone that was trained or imported here."""

    DELETE = "delete"
    RENAME = "rename"
    EXPORT = "export"
    IMPORT = "import"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="Example: artsim backbones --recommended; artsim backbones rename mine ours; "
        "artsim backbones export ours --out ours.zip; artsim backbones import ours.zip"
    )(backbones)


def backbones(
    action: Annotated[
        Action | None, typer.Argument(metavar="[ACTION]", help="delete, rename, export or import.")
    ] = None,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="The backbone; a file or folder for import.")
    ] = "",
    new: Annotated[str, typer.Argument(metavar="[NEW]", help="Its new name, for rename.")] = "",
    recommend: Annotated[
        bool, typer.Option("--recommended", help="A dozen to begin with, and what they cost.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="For export: a new .zip, or a new folder.")
    ] = None,
    as_name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="For import: another name than its own.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Delete without asking.")] = False,
    as_json: Json = False,
) -> None:
    """List every backbone: family, origin, whether it is available offline, dimension, licence.

    Or delete, rename, export or import one that was trained here.
    """
    workspace = Workspace.open()
    if action is None:
        (_recommended if recommend else _list)(workspace, as_json)
        return
    if not name:
        raise typer.BadParameter(f"{action.value} needs the name of a backbone")
    if action is Action.DELETE:
        _delete(workspace, name, yes, as_json)
    elif action is Action.RENAME:
        _rename(workspace, name, new, as_json)
    elif action is Action.EXPORT:
        _export(workspace, name, out, as_json)
    else:
        spec = published.import_backbone(workspace, Path(name).expanduser(), as_name)
        if as_json:
            print_json({"name": spec.name, "digest": spec.digest})
        else:
            say(f"Imported {spec.name!r}: artsim embed COLLECTION --backbone {spec.name}")


def _list(workspace: Workspace, as_json: bool) -> None:
    found = registry.list_backbones(workspace)
    if as_json:
        print_json([asdict(info) for info in found])
        return
    table(
        ["name", "family", "offline", "dimension", "input", "licence", "origin"],
        [
            (b.name, b.family, b.offline, b.dimension, b.input_size, b.licence, b.origin)
            for b in found
        ],
        right=["dimension", "input"],
    )
    for text in dict.fromkeys(info.note for info in found if info.note):
        say(text)
    say("Any other timm name works too, when there is a network: see --recommended.")


def _recommended(workspace: Workspace, as_json: bool) -> None:
    found = recommended.recommended(workspace)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    table(
        ["name", "dimension", "input", "MB", "cost", "here", "licence"],
        [
            (b.name, b.dimension, b.input_size, b.megabytes, b.cost, b.available, b.licence)
            for b in found
        ],
        right=["dimension", "input", "MB"],
    )
    facts([(one.name, one.art) for one in found])
    say(recommended.COST)


def _delete(workspace: Workspace, name: str, yes: bool, as_json: bool) -> None:
    if not yes:
        typer.confirm(f"Delete the backbone {name!r} and the record of its training?", abort=True)
    left = published.delete_backbone(workspace, name)
    if as_json:
        print_json({"name": name, "deleted": True, "embedded": list(left.embedded)})
        return
    say(f"Deleted the backbone {name!r}.")
    if left.embedded:
        say(
            f"Works of {', '.join(left.embedded)} keep their embeddings; new pictures "
            "cannot be embedded."
        )


def _rename(workspace: Workspace, name: str, new: str, as_json: bool) -> None:
    if not new:
        raise typer.BadParameter("rename needs the new name too")
    renamed = library.open_library(workspace).rename_backbone(name, new)
    if as_json:
        print_json({"name": new, "former": name, "collections": list(renamed.collections)})
        return
    followed = f", in {', '.join(renamed.collections)} too" if renamed.collections else ""
    say(f"{name!r} is {new!r} now{followed}.")


def _export(workspace: Workspace, name: str, out: Path | None, as_json: bool) -> None:
    if out is None:
        raise typer.BadParameter("export needs --out, a new .zip or a new folder")
    published.export_backbone(workspace, name, out.expanduser())
    if as_json:
        print_json({"name": name, "out": str(out)})
    else:
        say(f"Wrote the backbone {name!r} to {out}.")
