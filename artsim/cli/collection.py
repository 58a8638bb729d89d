"""``artsim collection``: bring collections in, look at them, take them out."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli import desk, imports
from artsim.cli.do_import import Yes, do_import
from artsim.cli.options import Detach, Json, Name, build
from artsim.cli.output import facts, note, print_json, say, table
from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace
from artsim.tasks.configs import SyncConfig

if TYPE_CHECKING:
    from artsim import library
    from artsim.collection import export as exports
    from artsim.collection import reconcile, store
    from artsim.collection.store import CollectionInfo
    from artsim.exchange import vectors
    from artsim.search import index_store
else:
    exports = lazy("artsim.collection.export")
    index_store = lazy("artsim.search.index_store")
    library = lazy("artsim.library")
    reconcile = lazy("artsim.collection.reconcile")
    store = lazy("artsim.collection.store")
    vectors = lazy("artsim.exchange.vectors")

app = typer.Typer(
    help="Bring collections in, look at them, correct, export and delete them.",
    epilog="Example: artsim collection import folder ~/paintings --name paintings",
    rich_markup_mode=None,
)
app.add_typer(imports.app, name="import")
desk.register(app)


@app.command("list", epilog="Example: artsim collection list")
def list_(as_json: Json = False) -> None:
    """List the collections of this workspace."""
    here = library.open_library(Workspace.open())
    infos, broken = here.collections(), here.broken()
    if as_json:
        damaged = [{"name": name, "error": why} for name, why in broken.items()]
        print_json([*(asdict(info) for info in infos), *damaged])
        return
    for why in broken.values():
        note(why)
    if not infos:
        say("There is no collection yet: 'artsim demo' builds one to try.")
        return
    titled = ["title"] if any(i.title for i in infos) else []
    table(
        ["name", *titled, "works", "with picture", "embedded with", "source", "updated"],
        [
            (
                *(i.name, i.title)[: 1 + len(titled)],
                *(f"{i.artworks:,}", f"{i.with_image:,}", _embedded(i), i.source, i.updated),
            )
            for i in infos
        ],
        right=["works", "with picture"],
    )


@app.command(epilog="Example: artsim collection show paintings")
def show(name: Name, as_json: Json = False) -> None:
    """Show what a collection holds."""
    workspace = Workspace.open()
    collection = store.Collection.open(workspace, name)
    info, report = collection.info(), reconcile.quality_report(collection)
    indexes = index_store.list_indexes(collection)
    if as_json:
        more = {"columns": collection.columns(), "uri": collection.uri}
        print_json(asdict(info) | more | {"indexes": [asdict(index) for index in indexes]})
        return
    facts(
        [
            ("collection", info.name),
            ("title", info.title),
            ("description", info.description),
            ("source", info.source + (" (generated)" if info.generated else "")),
            ("artworks", f"{info.artworks:,}, {info.with_image:,} with a picture"),
            ("embedded with", _embedded(info) or "nothing yet: 'artsim embed' does it"),
            *(("index", str(index)) for index in indexes),
            (
                "files",
                f"{report.read:,} read, {report.kept:,} kept, {report.converted:,} converted, "
                f"{report.rejected:,} rejected, {report.duplicates:,} merged as copies"
                + (f", {report.missing:,} missing" if report.missing else ""),
            ),
            ("metadata", ", ".join(collection.columns())),
            ("created", f"{info.created[:19]}+00:00"),
            ("updated", info.updated),
            ("shown first", "yes" if workspace.first_collection == info.name else ""),
            ("stored at", collection.uri),
            *(("note", text) for text in report.notes),
        ]
    )


@app.command(epilog="Example: artsim collection sync paintings")
def sync(
    name: Name,
    yes: Yes = False,
    detach: Detach = False,
    as_json: Json = False,
) -> None:
    """Read the source of a collection again and report what has changed; nothing is removed.

    Files are recognised by their content: moved, renamed or restored elsewhere they are the same
    works. Works whose file is missing stay, and are marked, until somebody decides.
    """
    do_import("sync", build(SyncConfig, collection=name, yes=yes), name, detach, as_json)


@app.command(epilog="Example: artsim collection delete paintings --yes")
def delete(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Really delete it, for good.")] = False,
) -> None:
    """Delete a collection, its embeddings and uploads; a folder that it came from stays."""
    workspace = Workspace.open()
    if not yes:
        works = count(store.Collection.open(workspace, name).info().artworks, "work")
        raise typer.BadParameter(
            f"{name!r} holds {works} and would be gone for good: add --yes to delete it"
        )
    library.open_library(workspace).delete_collection(name)
    say(f"{name!r} is deleted.")


@app.command(epilog="Example: artsim collection export paintings --out paintings.csv")
def export(
    name: Name,
    out: Annotated[
        Path,
        typer.Option(metavar="FILE", help="A .csv or .parquet file to write, or a plug-in's kind."),
    ],
) -> None:
    """Write the metadata of every artwork to a table."""
    try:
        exports.writer_for(out)
    except InvalidInput as error:
        raise typer.BadParameter(f"--out: {str(error).rstrip('.')}") from error
    if not out.absolute().parent.is_dir():
        raise InvalidInput(f"There is no folder {out.absolute().parent}: make it first.")
    works = exports.export_metadata(store.Collection.open(Workspace.open(), name), out)
    say(f"{count(works, 'work')} written to {out}.")


@app.command("add-embeddings", epilog="Example: artsim collection add-embeddings paintings vectors")
def add_embeddings(
    name: Name,
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder written by 'artsim export embeddings'.")
    ],
    skip_unknown: Annotated[
        bool,
        typer.Option("--skip-unknown", help="Leave out works that the collection does not have."),
    ] = False,
) -> None:
    """Add embeddings that were made elsewhere, after their digests are checked."""
    shared = library.open_library(Workspace.open())
    made = vectors.import_embeddings(shared, name, directory, skip_unknown)
    left = f"; {count(made.left_out, 'other work')} left out" if made.left_out else ""
    has = f"{count(made.works, 'embedding')} of {made.backbone} ({made.digest[:12]})"
    say(f"{name!r} has {has}{left}.")


def _embedded(info: "CollectionInfo") -> str:
    return ", ".join(f"{e.backbone} ({e.count:,})" for e in info.embeddings)
