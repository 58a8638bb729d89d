"""The tree of commands."""

import typer

from artsim import __version__
from artsim.cli import (
    backbones,
    collection,
    concept,
    demo,
    evaluate,
    index,
    jobs,
    map,
    plugins,
    prepare,
    quality,
    search,
    serve,
    train,
    why,
)
from artsim.cli.output import say

app = typer.Typer(
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


demo.register(app)
app.add_typer(collection.app, name="collection")
quality.register(app)
app.add_typer(prepare.app, name="prepare")
backbones.register(app)
plugins.register(app)
index.register(app)
search.register(app)
concept.register(app)
why.register(app)
evaluate.register(app)
map.register(app)
train.register(app)
app.add_typer(jobs.app, name="jobs")
serve.register(app)
