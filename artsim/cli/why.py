"""``artsim why``: why two pictures are alike."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import Json, Name
from artsim.cli.output import facts, print_json, say
from artsim.cli.search import MetricName
from artsim.core import atomic
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace
from artsim.images.query_pictures import query_picture, read_file

if TYPE_CHECKING:
    from artsim import library
    from artsim.search import query_item
else:
    library = lazy("artsim.library")
    query_item = lazy("artsim.search.query_item")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="Example: artsim why paintings --backbone artsim-lite0 --id p00002 --other p00003"
    )(why)


def why(
    name: Name,
    backbone: Annotated[str, typer.Option(help="Name of the backbone.")],
    artwork_id: Annotated[str, typer.Option("--id", help="Id of an artwork.")],
    other: Annotated[str | None, typer.Option(help="Id of the artwork to compare it with.")] = None,
    image: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, metavar="FILE", help="Or a picture."),
    ] = None,
    metric: Annotated[MetricName, typer.Option(help="How works are compared.")] = MetricName.COSINE,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", help="Picture of both, with heat and lines."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say why two pictures are alike: parts of the embedding, places, colours, composition."""
    if (other is None) == (image is None):
        raise typer.BadParameter("name the second picture with --other or --image, one of the two")
    if out is not None and out.suffix.lower() != ".png":
        raise typer.BadParameter("--out takes the name of a .png file")
    here = library.open_library(Workspace.open())
    first = query_item.Item(id=artwork_id)
    if image is not None:
        second = query_item.Item(picture=query_picture(read_file(image), image.name))
    else:
        second = query_item.Item(id=other)
    found = here.why(name, backbone, first, second, metric.value)
    if out is not None:
        atomic.write(out, here.why_picture(name, found, first, second))
    if as_json:
        print_json(found.to_json())
        return
    say(found.sentence)
    facts([(one.name, f"{one.share:+.4f}") for one in found.parts])
    facts([("colours", f"{found.appearance.colours:.0%}: {' '.join(found.appearance.shared)}")])
