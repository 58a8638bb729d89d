"""``artsim export``: a collection or a tray as IIIF, LIDO or Linked Art, embeddings for others."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import Name
from artsim.cli.output import say
from artsim.core.counts import count
from artsim.core.lazy import lazy
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace

if TYPE_CHECKING:
    from artsim import library as libraries
    from artsim.desk import trays
    from artsim.exchange import vectors
    from artsim.exchange.iiif import static
    from artsim.exchange.records import write
else:
    libraries = lazy("artsim.library")
    static = lazy("artsim.exchange.iiif.static")
    trays = lazy("artsim.desk.trays")
    vectors = lazy("artsim.exchange.vectors")
    write = lazy("artsim.exchange.records.write")

app = typer.Typer(
    help="Take a collection, a tray or embeddings to other programs and museums.",
    epilog="Example: artsim export iiif paintings --out site --base https://art.museum.example",
    rich_markup_mode=None,
)
Out = Annotated[Path, typer.Option(metavar="DIR", help="Folder to write; it must not exist yet.")]


@app.command(
    epilog="Example: artsim export iiif --tray Proposal --out site --base https://a.example"
)
def iiif(
    out: Out,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Name of the collection.")
    ] = None,
    tray: Annotated[
        str | None, typer.Option(metavar="T", help="Tray to export instead of a collection.")
    ] = None,
    base: Annotated[
        str, typer.Option(metavar="URL", help="Address at which the folder will be on the web.")
    ] = "http://localhost:8000",
) -> None:
    """Write IIIF manifests and pictures: a folder that any web server can give out."""
    if (name is None) == (tray is None):
        raise typer.BadParameter("name either a collection or, with --tray, a tray")
    library = libraries.open_library(Workspace.open())
    gone = 0
    if tray is not None:
        kept = trays.Trays(library.workspace).get(tray)
        items = [(item.collection, item.id, item.note) for item in kept.items]
        works, gone = static.export_works(library, kept.name, items, out, base, TerminalProgress())
        first = "manifest.json"
    else:
        works = static.export_collection(library, str(name), out, base, TerminalProgress())
        first = f"{name}/manifest.json"
    say(
        f"{count(works, 'work')} written to {out}"
        + (f"; {gone:,} no longer here" if gone else "")
        + "."
    )
    say(f"Viewers open {base.rstrip('/')}/{first}")


@app.command(
    epilog="Example: artsim export embeddings paintings --backbone artsim-lite0 --out vectors"
)
def embeddings(
    name: Name,
    out: Out,
    backbone: Annotated[str, typer.Option(metavar="B", help="Backbone that made them.")],
) -> None:
    """Write embeddings with the digest of their model, for 'artsim collection add-embeddings'."""
    library = libraries.open_library(Workspace.open())
    made = vectors.export_embeddings(library, name, backbone, out)
    say(f"{count(made.works, 'embedding')} of {backbone} ({made.digest[:12]}) written to {out}.")


Into = Annotated[Path, typer.Option("--out", metavar="FILE", help="File to write.")]
Tray = Annotated[str, typer.Option(metavar="T", help="Export only the works of this tray.")]
Base = Annotated[
    str, typer.Option(metavar="URL", help="Address at which artsim will be on the web.")
]
Alike = Annotated[
    str, typer.Option(metavar="B", help="Backbone whose nearest works are written as relations.")
]
Nearest = Annotated[int, typer.Option("-k", min=1, max=50, help="How many nearest works.")]


def _records(kind: str, sentence: str, example: str) -> None:
    """Add the command that writes one kind of records."""

    @app.command(kind, help=sentence, epilog=f"Example: artsim export {kind} {example}")
    def command(
        name: Name,
        out: Into,
        tray: Tray = "",
        base: Base = "http://localhost:8501",
        backbone: Alike = "",
        k: Nearest = 5,
    ) -> None:
        library = libraries.open_library(Workspace.open())
        works = write.records(library, kind, name, out, tray, base, backbone, k, TerminalProgress())
        say(f"{count(works, 'work')} written to {out}.")


_records(
    "lido",
    "Write works as LIDO 1.1, with the works that show the same picture or look alike.",
    "paintings --out paintings.xml --backbone artsim-lite0",
)
_records(
    "linkedart",
    "Write works as Linked Art, one a line, with those that show the same or look alike.",
    "paintings --tray Proposal --out proposal.jsonl",
)
