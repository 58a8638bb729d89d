"""``artsim quality``: what became of every file, and why."""

from typing import Annotated

import typer

from artsim.cli.imports import Threshold
from artsim.cli.options import Json, Name, build, thresholds
from artsim.cli.output import print_json, say, table
from artsim.core.workspace import Workspace


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: artsim quality paintings --json")(quality)


def quality(
    name: Name,
    all_files: Annotated[
        bool, typer.Option("--all", help="List the files that were kept as they are, too.")
    ] = False,
    threshold: Threshold = None,
    as_json: Json = False,
) -> None:
    """Show what was kept, converted, rejected and merged, and why, per file.

    With --threshold all files are judged again first; no picture is read again.
    """
    from artsim.collection.quality import Thresholds
    from artsim.collection.reconcile import quality_report, reapply
    from artsim.collection.store import Collection

    collection = Collection.open(Workspace.open(), name)
    if threshold:
        report = reapply(collection, build(Thresholds, **thresholds(threshold)))
    else:
        report = quality_report(collection)
    if as_json:
        print_json(report.to_json())
        return
    files = [f for f in report.files if all_files or f.action != "keep"]
    if files:
        table(
            ["file", "action", "reason", "of", "score"],
            [(f.file, f.action, f.reason, f.of, f"{f.score:.2f}") for f in files],
            right=["score"],
        )
    say(
        f"{report.read:,} files read: {report.kept:,} kept as they are, {report.converted:,} "
        f"converted, {report.rejected:,} rejected, {report.duplicates:,} merged as copies."
    )
    for text in report.notes:
        say(f"  {text}")
