"""``artsim plugins``: what can be chosen by name, which package gives it, and what is broken."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from artsim.cli.options import Json
from artsim.cli.output import note, print_json, table
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from artsim.tasks import registries
else:
    registries = lazy("artsim.tasks.registries")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: artsim plugins --json")(plugins)


def plugins(as_json: Json = False) -> None:
    """List sources, backbones, relevances, metrics, exports and losses, of artsim and packages."""
    found = registries.entries()
    if as_json:
        print_json([asdict(entry) for entry in found])
        return
    table(
        ["kind", "name", "from", "usable"],
        [(e.group.removeprefix("artsim."), e.name, e.package, not e.trouble) for e in found],
    )
    for entry in found:
        if entry.trouble:
            note(entry.trouble)
