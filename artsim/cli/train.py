"""``artsim train``: fine-tune a backbone."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import Detach, Json, argument, build, do, option
from artsim.cli.output import facts, print_json, say
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace
from artsim.training.config import LABELS, TrainConfig

if TYPE_CHECKING:
    from artsim.training import record
else:
    record = lazy("artsim.training.record")


class RecipeName(StrEnum):
    """How a backbone is trained."""

    ARTSIM = "artsim"
    SEED = "seed"


class AcceleratorName(StrEnum):
    """What computes."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    MPS = "mps"


class PrecisionName(StrEnum):
    """The arithmetic."""

    FLOAT32 = "32"
    BF16 = "bf16"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        epilog="Examples: artsim train paintings --backbone efficientnet_lite0 --name mine; "
        "artsim train wikiart/ --backbone resnet50 --name earlier --recipe seed --labels style; "
        "artsim train paintings --backbone resnet18 --from-scratch --teacher mine --name small; "
        "artsim train paintings --backbone efficientnet_lite0 --name mine --resume"
    )(train)


def train(
    source: Annotated[str, argument(TrainConfig, "source", "DIR_OR_COLLECTION")],
    backbone: Annotated[str, option(TrainConfig, "backbone")],
    name: Annotated[str, option(TrainConfig, "name")],
    recipe: Annotated[RecipeName, option(TrainConfig, "recipe")] = RecipeName.ARTSIM,
    labels: Annotated[str, option(TrainConfig, "labels")] = ",".join(LABELS),
    epochs: Annotated[int | None, option(TrainConfig, "epochs")] = None,
    image_size: Annotated[int | None, option(TrainConfig, "image_size")] = None,
    batch_size: Annotated[int | None, option(TrainConfig, "batch_size")] = None,
    learning_rate: Annotated[float | None, option(TrainConfig, "learning_rate")] = None,
    patience: Annotated[int | None, option(TrainConfig, "patience")] = None,
    seed: Annotated[int, option(TrainConfig, "seed")] = 7,
    unseen_artists: Annotated[float, option(TrainConfig, "unseen_artists")] = 0.1,
    validation: Annotated[float, option(TrainConfig, "validation")] = 0.12,
    from_scratch: Annotated[
        bool, typer.Option("--from-scratch", help="Start from no weights, of any timm name.")
    ] = False,
    teacher: Annotated[str | None, option(TrainConfig, "teacher", metavar="BACKBONE")] = None,
    devices: Annotated[int, option(TrainConfig, "devices")] = 1,
    nodes: Annotated[int, option(TrainConfig, "nodes")] = 1,
    accelerator: Annotated[
        AcceleratorName, option(TrainConfig, "accelerator")
    ] = AcceleratorName.AUTO,
    precision: Annotated[PrecisionName, option(TrainConfig, "precision")] = PrecisionName.FLOAT32,
    workers: Annotated[int | None, option(TrainConfig, "workers")] = None,
    loss: Annotated[str | None, option(TrainConfig, "loss", metavar="NAME")] = None,
    number: Annotated[
        list[str] | None,
        typer.Option(
            "--option", metavar="NAME=VALUE", help="Change a number of the recipe; repeat."
        ),
    ] = None,
    resume: Annotated[bool, option(TrainConfig, "resume", "--resume")] = False,
    detach: Detach = False,
    as_json: Json = False,
) -> None:
    """Train a backbone on works with labels and publish it under a name.

    Killed at any moment, the same command goes on from the last whole epoch.
    """
    config = build(
        TrainConfig,
        source=_located(source),
        backbone=backbone,
        name=name,
        recipe=recipe.value,
        labels=tuple(label.strip() for label in labels.split(",") if label.strip()),
        epochs=epochs,
        image_size=image_size,
        batch_size=batch_size,
        learning_rate=learning_rate,
        patience=patience,
        seed=seed,
        unseen_artists=unseen_artists,
        validation=validation,
        pretrained=not from_scratch,
        teacher=teacher,
        devices=devices,
        nodes=nodes,
        accelerator=accelerator.value,
        precision=precision.value,
        workers=workers,
        loss=loss,
        options=_numbers(number),
        resume=resume,
    )
    done = do("train", config, detach, as_json)
    if not done:  # in the background, or another process prints it
        return
    _print(name, done, as_json)


def _located(source: str) -> str:
    """A folder's path made absolute, so that a background job finds it too; a name as it is."""
    path = Path(source).expanduser()
    return str(path.absolute()) if len(path.parts) > 1 or source.endswith(("/", "\\")) else source


def _numbers(pairs: list[str] | None) -> dict[str, float]:
    found = {}
    for pair in pairs or []:
        name, _, value = pair.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            raise typer.BadParameter(f"{pair!r} is no number: write name=number") from None
    return found


def _print(name: str, done: str, as_json: bool) -> None:
    run = record.load_training(Workspace.open(), name)
    summary = run.summary or {}
    if as_json:
        print_json({"name": name, "folder": str(run.folder.parent), **summary})
        return
    say(done)
    base = summary.get("base", {})
    figures = [
        (figure.removeprefix("map10_").replace("_", " "), _figure(value, base.get(figure)))
        for figure, value in summary.get("metrics", {}).items()
        if figure.startswith("map10_")
    ]
    facts([*figures, *(("note", note) for note in summary.get("notes", []))])
    say(f"Next: artsim embed COLLECTION --backbone {name}")


def _figure(value: float, before: float | None) -> str:
    return f"mAP@10 {value:.4f}" + ("" if before is None else f" ({before:.4f} before training)")
