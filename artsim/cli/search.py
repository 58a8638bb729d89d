"""``artsim search``: the works nearest to a picture or to a work."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import Json, Name, Uri
from artsim.cli.output import note, print_json, say, table
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace
from artsim.images.query_pictures import query_picture, read_file

if TYPE_CHECKING:
    from artsim import library
    from artsim.search import filters, query
else:
    filters = lazy("artsim.search.filters")
    library = lazy("artsim.library")
    query = lazy("artsim.search.query")


class MetricName(StrEnum):
    """How two embeddings are compared."""

    COSINE = "cosine"
    EUCLIDEAN = "euclidean"


class IndexName(StrEnum):
    """How the neighbours are found."""

    AUTO = "auto"
    EXACT = "exact"
    APPROXIMATE = "approximate"
    MILVUS = "milvus"


class CopiesName(StrEnum):
    """What becomes of works that show the same picture."""

    COLLAPSED = "collapsed"
    ALL = "all"
    NONE = "none"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="Example: artsim search paintings --backbone efficientnet_lite0 --image query.jpg"
        " -k 12 --where \"artist = 'Claude Monet' AND year < 1880\""
    )(search)


def search(
    name: Name,
    backbone: Annotated[str, typer.Option(help="Name of the backbone.")],
    image: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, metavar="FILE", help="Picture to search with."),
    ] = None,
    artwork_id: Annotated[
        str | None, typer.Option("--id", help="Id of the artwork to search with.")
    ] = None,
    metric: Annotated[MetricName, typer.Option(help="How works are compared.")] = MetricName.COSINE,
    k: Annotated[int, typer.Option("-k", min=1, help="How many works to find.")] = 12,
    where: Annotated[
        str | None, typer.Option(metavar="EXPR", help="SQL expression over metadata columns.")
    ] = None,
    index: Annotated[IndexName, typer.Option(help="How neighbours are found.")] = IndexName.AUTO,
    copies: Annotated[
        CopiesName,
        typer.Option(
            help="Works that show the same picture: one result that names the others (collapsed), "
            "a result each (all), or one result alone (none)."
        ),
    ] = CopiesName.COLLAPSED,
    uri: Uri = None,
    as_json: Json = False,
) -> None:
    """Find the works nearest to a picture or to a work of the collection."""
    if (image is None) == (artwork_id is None):
        raise typer.BadParameter("search with either --image or --id, one of the two")
    if uri is not None and index is not IndexName.MILVUS:
        raise typer.BadParameter("--uri goes with --index milvus")
    result = library.open_library(Workspace.open()).search(
        name,
        query.Query(
            backbone=backbone,
            id=artwork_id,
            picture=query_picture(read_file(image), image.name) if image else None,
            metric=metric.value,
            k=k,
            filters=filters.Filters(where=where or ""),
            index=index.value,
            copies=copies.value,
        ),
        uri,
    )
    if as_json:
        print_json(result.to_json())
        return
    if result.note:
        note(result.note)
    if not result.hits:
        say("No work passes the filter.")
        return
    table(
        ["rank", "score", "id", "title", "artist", "year", "picture", "same picture"],
        [
            (h.rank, h.score, h.id, h.title, h.artist, h.year, h.image, ", ".join(h.copies))
            for h in result.hits
        ],
        right=["rank", "score", "year"],
    )
    say(
        f"{result.metric}, {result.index}, {result.backbone} {result.digest[:12]}, "
        f"{result.candidates:,} works compared, {result.took_ms:.0f} ms"
    )
