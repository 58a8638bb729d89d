"""Shared by every import: options for the quality checks, and the words for its result."""

from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import BaseModel

from artsim.cli.options import do, option
from artsim.cli.output import print_json, say
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace
from artsim.tasks.configs import ImportOptions, SyncConfig

if TYPE_CHECKING:
    from artsim import library
    from artsim.collection import reconcile, store
    from artsim.search import dials
else:
    library = lazy("artsim.library")
    reconcile = lazy("artsim.collection.reconcile")
    store = lazy("artsim.collection.store")
    dials = lazy("artsim.search.dials")

Threshold = Annotated[
    list[str] | None,
    typer.Option("--threshold", metavar="NAME=VALUE", help="Change a quality threshold; repeat."),
]
Yes = Annotated[bool, option(SyncConfig, "yes", "--yes")]
Embed = Annotated[str | None, option(ImportOptions, "embed", "--embed", metavar="B")]
NO_QUALITY = "Keep every picture that decodes, merge no copies."


def do_import(kind: str, config: BaseModel, name: str, detach: bool, as_json: bool) -> None:
    """Import or sync, and print the result."""
    embedded = getattr(config, "embed", None)
    done = do(kind, config, detach, as_json)
    if done is None:
        return
    collection = store.Collection.open(Workspace.open(), name)
    report = reconcile.quality_report(collection)
    if as_json:
        print_json(report.to_json())
        return
    say(done)
    for text in report.notes:
        say(f"  {text}")
    if report.rejected or report.duplicates or report.missing:
        say(f"'artsim quality {name}' shows what was left out or is missing, and why.")
    if (report.changes.new or report.changes.changed) and not embedded:
        used = dict.fromkeys(column.backbone for column in collection.info().embeddings)
        best = library.open_library(Workspace.open()).best_offline()
        for backbone in [b for b in used if b not in dials.EXTRAS] or [best]:
            say(f"Next: artsim embed {name} --backbone {backbone}")
