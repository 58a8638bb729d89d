"""``artsim doctor``: what is wrong with the workspace, and what can be repaired."""

from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import Json
from artsim.cli.output import print_json, say
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace

if TYPE_CHECKING:
    from artsim.upkeep import doctor as doctors
else:
    doctors = lazy("artsim.upkeep.doctor")


def register(app: typer.Typer) -> None:
    """Add the command to the app."""
    app.command(epilog="Example: artsim doctor --repair")(doctor)


def doctor(
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Repair what can be repaired; damaged files are kept aside."),
    ] = False,
    deep: Annotated[
        bool,
        typer.Option("--deep", help="Read every value of every table: slow for large collections."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Say what is wrong with the workspace, and repair what can be repaired.

    The exit code is 1 if something is wrong.
    """
    workspace = Workspace.open(sweep=False)  # without --repair nothing is changed, not even swept
    examine = doctors.repair if repair else doctors.examine
    report = examine(workspace, deep)
    if as_json:
        print_json(report.to_json())
    else:
        for one in report.repaired:
            say(f"Repaired: {one.problem} {one.remedy}")
        for one in report.found:
            can = " ('artsim doctor --repair' does it)" if one.repair and not repair else ""
            failed = (
                f" That failed: {report.failed[one.where]}" if one.where in report.failed else ""
            )
            say(f"{one.where}: {one.problem} {one.remedy}{can}{failed}")
        if report.sound:
            say(f"The workspace {workspace.root} is sound.")
    if not report.sound:
        raise typer.Exit(1)
