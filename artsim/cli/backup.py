"""``artsim backup`` and ``artsim restore``: the workspace as a folder of files with digests."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import Json
from artsim.cli.output import note, print_json, say
from artsim.core.counts import count
from artsim.core.lazy import lazy
from artsim.core.progress import TerminalProgress
from artsim.core.settings import setting
from artsim.core.workspace import Workspace

if TYPE_CHECKING:
    from artsim.upkeep import backup as backups
    from artsim.upkeep import doctor
else:
    backups = lazy("artsim.upkeep.backup")
    doctor = lazy("artsim.upkeep.doctor")

_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the backup.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command(epilog="Example: artsim backup /mnt/backups/2026-11-29")(backup)
    app.command(epilog="Example: artsim restore /mnt/backups/2026-11-29 --to /srv/artsim")(restore)


def backup(
    folder: _Folder,
    check: Annotated[
        bool, typer.Option("--check", help="Check an existing backup instead of making one.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Copy the workspace to a new folder, also while it is in use, and read the copy again."""
    if not check:
        backups.backup(Workspace.open(), folder, TerminalProgress())
    made = backups.check(folder, TerminalProgress())
    if as_json:
        print_json(made.to_json())
        return
    size = f"{count(made.files, 'file')}, {made.bytes / 1e6:,.1f} MB"
    say(f"The backup {made.path} is whole: {size}.")
    for name in made.damaged:
        note(f"{name} was damaged when it was copied: 'artsim doctor' says more.")
    if made.tables:
        note(f"The collections are in {made.tables}, and not in the backup: copy them there.")


def restore(
    folder: _Folder,
    to: Annotated[
        Path | None,
        typer.Option(help="Folder of the new workspace, by default ARTSIM_HOME."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Restore a backup as a workspace: each file is checked, no existing file is replaced."""
    workspace = backups.restore(folder, to or Path(setting("home")), TerminalProgress())
    report = doctor.examine(workspace)
    if as_json:
        print_json({"workspace": str(workspace.root), **report.to_json()})
        return
    say(f"The workspace is at {workspace.root}: set ARTSIM_HOME to it.")
    for one in report.found:
        note(f"{one.where}: {one.problem} {one.remedy}")
