"""``artsim quality``: what became of every file, and why."""

from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.do_import import Threshold
from artsim.cli.options import Json, Name, build, thresholds
from artsim.cli.output import print_json, say, table
from artsim.core.counts import count
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace

if TYPE_CHECKING:
    from artsim.collection import quality as checks
    from artsim.collection import reconcile, store
else:
    checks = lazy("artsim.collection.quality")
    reconcile = lazy("artsim.collection.reconcile")
    store = lazy("artsim.collection.store")


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
    collection = store.Collection.open(Workspace.open(), name)
    if threshold:
        report = reconcile.reapply(collection, build(checks.Thresholds, **thresholds(threshold)))
    else:
        report = reconcile.quality_report(collection)
    if as_json:
        print_json(report.to_json())
        return
    files = [f for f in report.files if all_files or f.action != "keep" or f.missing or f.review]
    if files:
        table(
            ["file", "action", "review", "reason", "of", "score"],
            [
                (f.file, f.action, "yes" if f.review else "", f.reason, f.of, f"{f.score:.2f}")
                for f in files
            ],
            right=["score"],
        )
    say(
        f"{count(report.read, 'file')} read: {report.kept:,} kept as they are, "
        f"{report.converted:,} converted, {report.rejected:,} rejected, "
        f"{report.duplicates:,} merged as copies"
        + (f", {report.missing:,} missing." if report.missing else ".")
    )
    if report.review:
        say(
            f"  {count(report.review, 'file')} to review, because of the measurements: "
            f"'artsim collection keep {name} --file F' keeps one that is good."
        )
    for text in report.notes:
        say(f"  {text}")
