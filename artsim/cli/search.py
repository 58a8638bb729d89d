"""``artsim search``: the works nearest to a picture or to a work."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from artsim.cli.options import Json, Name, Uri
from artsim.cli.output import note, print_json, say, table
from artsim.core.counts import count
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace
from artsim.images.query_pictures import query_picture, read_file

if TYPE_CHECKING:
    from artsim import library
    from artsim.search import dials, filters, query, query_item
else:
    dials = lazy("artsim.search.dials")
    filters = lazy("artsim.search.filters")
    library = lazy("artsim.library")
    query = lazy("artsim.search.query")
    query_item = lazy("artsim.search.query_item")


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


class OrderName(StrEnum):
    """How the works that were found are listed."""

    LIKENESS = "likeness"
    DATE = "date"
    ARTIST = "artist"
    ACCESSION = "accession"


if TYPE_CHECKING:

    class Shared(StrEnum):
        """What works can have in common."""

else:
    Shared = StrEnum("Shared", {name.upper(): name for name in dials.SHARED})


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
        list[Path] | None,
        typer.Option(
            exists=True, dir_okay=False, metavar="FILE", help="Picture to search with; repeatable."
        ),
    ] = None,
    artwork_id: Annotated[
        list[str] | None,
        typer.Option("--id", help="Id of an artwork to search with; repeatable."),
    ] = None,
    concept: Annotated[
        list[str] | None,
        typer.Option(metavar="C", help="Concept to search with: see 'artsim concept'; repeatable."),
    ] = None,
    region: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID|FILE@X,Y,W,H",
            help="Part of a picture to find elsewhere, in fractions of it; repeatable.",
        ),
    ] = None,
    words: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WORDS",
            help="What pictures show, for backbones that know words (siglip2_base); repeatable.",
        ),
    ] = None,
    tray: Annotated[
        str, typer.Option(metavar="T", help="Tray whose works of this collection to search with.")
    ] = "",
    not_image: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True, dir_okay=False, metavar="FILE", help="Picture to keep away from."
        ),
    ] = None,
    not_id: Annotated[
        list[str] | None, typer.Option(help="Id of an artwork to keep away from; repeatable.")
    ] = None,
    not_concept: Annotated[
        list[str] | None, typer.Option(metavar="C", help="Concept to keep away from; repeatable.")
    ] = None,
    not_words: Annotated[
        list[str] | None,
        typer.Option(metavar="WORDS", help="What pictures should not show; repeatable."),
    ] = None,
    parts: Annotated[
        str,
        typer.Option(
            metavar="PART=WEIGHT,...",
            help="Weights of the embedding's parts, 1 where not named; colour and composition are "
            "parts for every backbone, 0 where not named.",
        ),
    ] = "",
    preset: Annotated[
        str,
        typer.Option(
            metavar="WORDS",
            help="Weights by their name: 'the same hand', 'the same subject', 'the same style', "
            "'the same colours', 'the same composition'.",
        ),
    ] = "",
    apart: Annotated[
        list[Shared] | None,
        typer.Option(help="No result that shares it with a liked work; repeatable."),
    ] = None,
    distinct: Annotated[Shared | None, typer.Option(help="At most one result of each.")] = None,
    surprise: Annotated[
        float, typer.Option(min=0, max=1, help="Results that differ from one another, 0 to 1.")
    ] = 0,
    rerank: Annotated[
        bool, typer.Option("--rerank", help="Rank the best again by their neighbours; cosine only.")
    ] = False,
    metric: Annotated[MetricName, typer.Option(help="How works are compared.")] = MetricName.COSINE,
    k: Annotated[int, typer.Option("-k", min=1, help="How many works to find.")] = 12,
    where: Annotated[
        str | None, typer.Option(metavar="EXPR", help="SQL expression over metadata columns.")
    ] = None,
    text: Annotated[
        str, typer.Option(metavar="WORDS", help="Words that the metadata of every result has.")
    ] = "",
    order: Annotated[
        OrderName, typer.Option(help="How the works that were found are listed.")
    ] = OrderName.LIKENESS,
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
    """Find the works nearest to pictures and works, and far from others."""
    if preset and parts:
        raise typer.BadParameter("say --preset or --parts, not both")
    if preset and preset.strip().lower() not in dials.PRESETS:
        raise typer.BadParameter(f"--preset is one of {', '.join(dials.PRESETS)}")
    if uri is not None and index is not IndexName.MILVUS:
        raise typer.BadParameter("--uri goes with --index milvus")
    here = library.open_library(Workspace.open())
    liked = [*(artwork_id or []), *(here.trays.get(tray).ids(name) if tray else ())]
    if tray and not liked:
        raise typer.BadParameter(f"the tray {tray!r} holds no work of {name!r}")
    if not (image or liked or concept or region or words):
        raise typer.BadParameter(
            "search with --id, --image, --region, --concept, --words or --tray"
        )
    result = here.search(
        name,
        query.Query(
            backbone=backbone,
            like=(
                *_items(liked, image, concept, words),
                *(_region(here, name, r) for r in region or []),
            ),
            unlike=_items(not_id, not_image, not_concept, not_words),
            dials=dials.Dials(
                preset or parts, [one.value for one in apart or []], distinct, surprise, rerank
            ),
            metric=metric.value,
            k=k,
            filters=filters.Filters(text=text, where=where or ""),
            order=order.value,
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
        ["rank", "score", "id", "title", "artist", "year", "picture", "where", "same picture"],
        [
            (
                *(h.rank, h.score, h.id, h.title, h.artist, h.year, h.image),
                "" if h.box is None else ", ".join(f"{n:.2f}" for n in h.box),
                ", ".join(h.copies),
            )
            for h in result.hits
        ],
        right=["rank", "score", "year"],
    )
    say(
        f"{result.metric}, {result.index}, {result.backbone} {result.digest[:12]}, "
        f"{count(result.candidates, 'work')} compared, {result.took_ms:.0f} ms"
    )


def _items(
    ids: list[str] | None,
    files: list[Path] | None,
    concepts: list[str] | None,
    words: list[str] | None,
) -> tuple[Any, ...]:
    """The marks of a query for works, files of pictures, concepts and words."""
    pictures = [query_picture(read_file(file), file.name) for file in files or []]
    return (
        *(query_item.Item(id=one) for one in ids or []),
        *(query_item.Item(picture=picture) for picture in pictures),
        *(query_item.Item(concept=name) for name in concepts or []),
        *(query_item.Item(words=text) for text in words or []),
    )


def _region(here: Any, name: str, text: str) -> Any:
    """The mark of a query for a part of a work, or of a file where no work has that id."""
    source, box = query_item.region_of_text(text)
    if here.catalog(name).position(source) is not None:
        return query_item.Item(id=source, box=box)
    file = Path(source)
    return query_item.Item(picture=query_picture(read_file(file), file.name), box=box)
