"""``artsim map``: draw the map of an embedding space; list and delete maps."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import Detach, Json, Name, build, do, option
from artsim.cli.output import facts, note, print_json, say, table
from artsim.cli.search import MetricName
from artsim.core.counts import count
from artsim.core.lazy import lazy
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.maps.config import MapConfig

if TYPE_CHECKING:
    from artsim import library
    from artsim.maps import make, storage
    from artsim.maps.model import MapInfo
else:
    library = lazy("artsim.library")
    make = lazy("artsim.maps.make")
    storage = lazy("artsim.maps.storage")


class Dimensions(StrEnum):
    """A flat map or one in space."""

    FLAT = "2"
    SPACE = "3"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "map",
        epilog="Example: artsim map paintings --backbone efficientnet_lite0 --neighbours 30",
    )(draw)


def draw(
    name: Name,
    backbone: Annotated[str | None, option(MapConfig, "backbone")] = None,
    metric: Annotated[MetricName, option(MapConfig, "metric")] = MetricName.COSINE,
    neighbours: Annotated[int, option(MapConfig, "neighbours")] = 15,
    min_distance: Annotated[float, option(MapConfig, "min_distance")] = 0.1,
    dimensions: Annotated[Dimensions, option(MapConfig, "dimensions")] = Dimensions.FLAT,
    seed: Annotated[int, option(MapConfig, "seed")] = 0,
    beside: Annotated[str | None, option(MapConfig, "beside")] = None,
    listed: Annotated[bool, typer.Option("--list", help="List the maps.")] = False,
    delete: Annotated[str | None, typer.Option(metavar="ID", help="Delete a map.")] = None,
    detach: Detach = False,
    as_json: Json = False,
) -> None:
    """Draw the map of a collection: works that are alike for a backbone lie together."""
    if listed or delete is not None:
        _list(name, delete, as_json)
        return
    if not backbone:
        raise typer.BadParameter("name a backbone with --backbone")
    config = build(
        MapConfig,
        collection=name,
        backbone=backbone,
        metric=metric.value,
        neighbours=neighbours,
        min_distance=min_distance,
        dimensions=int(dimensions.value),
        seed=seed,
        beside=beside,
    )
    if detach:
        do("map", config, detach, as_json)
        return
    here = library.open_library(Workspace.open())
    _print(make.make_map(here, config, TerminalProgress()), as_json)


def _list(name: str, delete: str | None, as_json: bool) -> None:
    here = library.open_library(Workspace.open())
    if delete is not None:
        storage.delete_map(here, name, delete)
    maps, unreadable = storage.list_maps(here, name), storage.unreadable_maps(here, name)
    if as_json:
        damaged = [{"id": map_id, "error": why} for map_id, why in unreadable.items()]
        print_json([*(info.to_json() for info in maps), *damaged])
        return
    if delete is not None:
        say(f"The map {delete} is deleted.")
        return
    for why in unreadable.values():
        note(why)
    if not maps:
        say(f"There is no map of {name!r} yet: 'artsim map {name} --backbone B' makes one.")
        return
    table(
        ["id", "made", "backbone", "metric", "works", "trust", "continuity", "up to date"],
        [
            (
                info.id,
                info.created[:16],
                info.config.backbone + (f", {b}" if (b := info.config.beside) else ""),
                info.config.metric,
                info.works,
                info.trustworthiness,
                info.continuity,
                info.stale or "yes",
            )
            for info in maps
        ],
        right=["works", "trust", "continuity"],
    )


def _print(info: "MapInfo", as_json: bool) -> None:
    if as_json:
        print_json(info.to_json())
        return
    config = info.config
    facts(
        [
            ("map", info.id),
            (
                "collection",
                f"{config.collection} (version {info.version}), {count(info.works, 'work')}",
            ),
            ("backbone", f"{config.backbone} {info.digest[:12]}, {config.metric}"),
            ("beside", config.beside),
            ("trustworthiness", info.trustworthiness),
            ("continuity", info.continuity),
            ("measured on", count(info.measured_on, "work")),
            ("took", f"{info.seconds:.1f} s"),
            ("made", f"{info.created[:19]}, artsim {info.code_version}"),
            *(("note", text) for text in info.notes),
        ]
    )
