"""``artsim identify``: which work a photograph shows."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import Json, Name
from artsim.cli.output import facts, print_json, say, table
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace
from artsim.images.query_pictures import query_picture, read_file

if TYPE_CHECKING:
    from artsim import library
else:
    library = lazy("artsim.library")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: artsim identify paintings --image photograph.jpg")(identify)


def identify(
    name: Name,
    image: Annotated[
        Path,
        typer.Option(
            exists=True, dir_okay=False, metavar="FILE", help="Photograph, print or postcard."
        ),
    ],
    backbone: Annotated[
        str | None, typer.Option(help="Backbone that finds likely works; else any there is.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say which work a photograph shows, or that it is none of the collection's."""
    photo = query_picture(read_file(image), image.name)
    found = library.open_library(Workspace.open()).identify(name, photo, backbone)
    if as_json:
        print_json(found.to_json())
        return
    say(found.in_words)
    if found.found:
        outline = "; ".join(f"{x:.3f}, {y:.3f}" for x, y in found.outline or ())
        facts(
            [
                ("id", found.id),
                ("title", found.title),
                ("artist", found.artist),
                ("picture", found.image),
                ("outline", outline),
            ]
        )
        return
    table(
        ["nearest", "score", "matching places"],
        [(one.id, one.score, one.inliers) for one in found.candidates],
        right=["score", "matching places"],
    )
