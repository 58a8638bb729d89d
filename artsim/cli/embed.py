"""``artsim embed`` and ``artsim patches``."""

from dataclasses import asdict
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import Detach, Json, build, do, option
from artsim.cli.output import print_json, say
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace
from artsim.tasks.configs import EmbedConfig, PatchesConfig

if TYPE_CHECKING:
    from artsim.collection import patch_store, store
else:
    patch_store = lazy("artsim.collection.patch_store")
    store = lazy("artsim.collection.store")


class EngineName(StrEnum):
    """Where embedding runs."""

    LOCAL = "local"
    RAY = "ray"


class InferenceName(StrEnum):
    """What runs the network."""

    AUTO = "auto"
    TORCH = "torch"
    OPENVINO = "openvino"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="Example: artsim embed paintings --backbone efficientnet_lite0")(embed)
    app.command(epilog="Example: artsim patches paintings --backbone artsim-lite0")(patches)


def embed(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the collection.")],
    backbone: Annotated[str, option(EmbedConfig, "backbone")],
    engine: Annotated[EngineName, option(EmbedConfig, "engine")] = EngineName.LOCAL,
    address: Annotated[str | None, option(EmbedConfig, "address")] = None,
    inference: Annotated[InferenceName | None, option(EmbedConfig, "inference")] = None,
    batch_size: Annotated[int | None, option(EmbedConfig, "batch_size")] = None,
    detach: Detach = False,
    as_json: Json = False,
) -> None:
    """Embed whatever of a collection is not embedded with a backbone yet.

    Killed at any moment, the same command goes on from what was finished.
    """
    config = build(
        EmbedConfig,
        collection=name,
        backbone=backbone,
        engine=engine.value,
        address=address,
        inference=inference.value if inference else None,
        batch_size=batch_size,
    )
    done = do("embed", config, detach, as_json)
    if done is None:
        return
    if as_json:
        print_json(asdict(store.Collection.open(Workspace.open(), name).info()))
        return
    say(done)


def patches(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the collection.")],
    backbone: Annotated[str, option(PatchesConfig, "backbone")],
    anew: Annotated[bool, option(PatchesConfig, "anew", "--anew")] = False,
    detach: Detach = False,
    as_json: Json = False,
) -> None:
    """Make what a search by a region needs, for pictures that have none yet.

    Killed at any moment, the same command goes on from what was finished.
    """
    config = build(PatchesConfig, collection=name, backbone=backbone, anew=anew)
    done = do("patches", config, detach, as_json)
    if done is None:
        return
    if as_json:
        found = patch_store.patch_columns(store.Collection.open(Workspace.open(), name))
        print_json({"collection": name, "patches": [asdict(column) for column in found]})
        return
    say(done)
