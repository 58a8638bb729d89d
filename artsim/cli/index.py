"""``artsim index``: the index of a large collection, on this machine or in Milvus."""

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import Detach, Json, Name, Uri, build, do, option
from artsim.cli.output import facts, print_json
from artsim.cli.search import MetricName
from artsim.core.counts import count
from artsim.core.lazy import lazy
from artsim.core.plugins import plugin
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.search.config import IndexConfig

if TYPE_CHECKING:
    from artsim import library
    from artsim.search import approximate, build_index
else:
    approximate = lazy("artsim.search.approximate")
    build_index = lazy("artsim.search.build_index")
    library = lazy("artsim.library")


class BuiltIndex(StrEnum):
    """What is built."""

    APPROXIMATE = "approximate"
    MILVUS = "milvus"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: artsim index paintings --backbone efficientnet_lite0")(index)


def index(
    name: Name,
    backbone: Annotated[str, option(IndexConfig, "backbone")],
    metric: Annotated[MetricName, option(IndexConfig, "metric")] = MetricName.COSINE,
    index: Annotated[
        BuiltIndex, typer.Option(help="An index beside the collection, or one in Milvus.")
    ] = BuiltIndex.APPROXIMATE,
    anew: Annotated[bool, option(IndexConfig, "anew", "--anew")] = False,
    uri: Uri = None,
    drop: Annotated[bool, typer.Option("--drop", help="Remove it from Milvus.")] = False,
    detach: Detach = False,
    as_json: Json = False,
) -> None:
    """Build the index of a large collection, or bring it up to date."""
    if index is BuiltIndex.MILVUS:
        if anew or detach:
            raise typer.BadParameter("--anew and --detach go with --index approximate")
        plugin("artsim.commands", "milvus")(name, backbone, metric.value, uri, drop, as_json)
        return
    if uri is not None or drop:
        raise typer.BadParameter("--uri and --drop go with --index milvus")
    config = build(IndexConfig, collection=name, backbone=backbone, metric=metric.value, anew=anew)
    if detach:
        do("index", config, detach, as_json)
        return
    _approximate(config, as_json)


def _approximate(config: IndexConfig, as_json: bool) -> None:
    here, name = library.open_library(Workspace.open()), config.collection
    gallery = here.gallery(name, config.backbone)
    progress = TerminalProgress()
    info = build_index.build_index(
        here.collection(name), gallery, config.metric, progress, config.anew
    )
    if as_json:
        print_json(asdict(info) | {"collection": name, "trusted": info.trusted})
        return
    facts(
        [
            ("collection", f"{name}, {count(info.works, 'work')}"),
            ("backbone", f"{info.backbone} {info.digest[:12]}, {info.metric}"),
            (
                "recall@10",
                f"{info.recall_at_10:.4f}, measured with {count(info.queries, 'query', 'queries')}",
            ),
            ("recall@100", info.recall_at_100),
            ("used", "yes" if info.trusted else "no: its recall is too low, searches stay exact"),
            (
                "effort",
                f"{info.effort} candidates, {info.effort_above} for K > {approximate.SMALL_K}",
            ),
            ("memory", f"{info.megabytes:,.1f} MB, and as much on disk"),
            ("took", f"{info.seconds:.1f} s"),
        ]
    )
