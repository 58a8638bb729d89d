"""The ``artsim`` command itself; its commands are listed in ``artsim.cli.commands``."""

import typer

from artsim import __version__
from artsim.cli.commands import Commands
from artsim.cli.output import say

app = typer.Typer(
    cls=Commands,
    help="Visual search for art collections.",
    epilog="Example: artsim demo, then artsim serve. ARTSIM_HOME sets the workspace.",
    no_args_is_help=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: bool = typer.Option(False, "--version", help="Print the version."),
) -> None:
    """Visual search for art collections."""
    if version:
        say(f"artsim {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        say(context.get_help())
