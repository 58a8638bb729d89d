"""Fine-tuning from config to published backbone."""

import json
import os
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

# Threads that spin while they wait slow each other where cores are shared; OpenMP reads this
# when torch is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "30000")

import torch

from artsim.core.errors import Cancelled, InvalidInput
from artsim.core.progress import NULL, Progress
from artsim.core.workspace import Workspace
from artsim.training import record
from artsim.training.base import Base, find_base, find_teacher
from artsim.training.batches import TrainBatches
from artsim.training.config import TrainConfig
from artsim.training.data import Data, read_data
from artsim.training.files import write_json, write_rows
from artsim.training.fit import (
    Ended,
    fit,
    make_trainer,
    material_batches,
    share_of,
    train_batches,
    workers_of,
)
from artsim.training.folder import FITTED, LoggedProgress, claimed
from artsim.training.heads import Heads, SeedHeads
from artsim.training.memory import keep_freed_memory
from artsim.training.module import DivergedError, FineTuning, Teacher
from artsim.training.publish import Result, publish
from artsim.training.rank import rank
from artsim.training.recipes import Recipe, recipe_of

_FEWEST = 2  # pictures a step on each device: means and deviations need two


def finetune(workspace: Workspace, config: TrainConfig, progress: Progress = NULL) -> Result | None:
    """Train as ``config`` says and publish ``checkpoints/<name>``; an interrupted one goes on.

    Of several processes the first publishes, the others return None. Raises ArtsimError with one
    sentence for whatever cannot be used, Conflict where the name is taken, Cancelled where
    ``progress`` says so: all whole epochs are kept then.
    """
    keep_freed_memory()
    base = find_base(workspace, config)
    recipe = recipe_of(config, base.spec.input_size if config.pretrained else None)
    with claimed(workspace, config, recipe) as folder:
        told = LoggedProgress(progress, folder / record.LOG) if not rank() else NULL
        try:
            return _train(workspace, config, recipe, base, folder, told)
        except (Cancelled, KeyboardInterrupt):
            _interrupted(folder)
            raise


def _train(
    workspace: Workspace,
    config: TrainConfig,
    recipe: Recipe,
    base: Base,
    folder: Path,
    progress: Progress,
) -> Result | None:
    trainer, recorder = make_trainer(config, recipe, folder, progress)
    data = read_data(workspace, config, recipe, base, progress)
    if not rank():
        write_rows(folder / record.SPLIT, ["id", "split"], data.parts())
    for note in data.notes:
        progress.say(note)
    workers = workers_of(trainer, config)
    images = data.pixels.images
    train = train_batches(images, data.split.train, data.labels, recipe, config, trainer)
    if train.per_process < _FEWEST:
        raise InvalidInput(
            f"Each device would work on {train.per_process} picture a step, and needs "
            f"{_FEWEST}: use fewer --devices, a larger --batch-size, or more pictures."
        )
    module = _module(workspace, config, recipe, base, data, train)
    progress.say(
        f"Training {config.name!r} on {data.source}: {len(data.split.train):,} works, "
        f"{len(data.split.validation):,} to choose by, {len(data.split.unseen):,} of artists "
        f"kept aside; {recipe.epochs} epochs at {recipe.image_size} px."
    )
    ended = _ended(folder)
    if ended is None:
        validation = material_batches(
            images, module.material.rows, recipe, share_of(trainer), workers
        )
        try:
            ended = fit(trainer, recorder, module, train, validation, folder)
        except DivergedError as error:
            raise InvalidInput(
                "The loss became no number in the first epoch: try a lower --learning-rate."
            ) from error
        if not trainer.is_global_zero:
            return None
        write_json(folder / FITTED, asdict(ended))
    module.to(trainer.strategy.root_device)
    return publish(workspace, folder, config, recipe, base, data, module, ended, workers, progress)


def _module(
    workspace: Workspace,
    config: TrainConfig,
    recipe: Recipe,
    base: Base,
    data: Data,
    train: TrainBatches,
) -> FineTuning:
    torch.manual_seed(config.seed)
    network = base.student(recipe).to(memory_format=torch.channels_last)
    counts = {label: len(one.names) for label, one in data.labels.items()}
    teacher = None
    heads: Heads | SeedHeads
    if recipe.name == "seed":
        first = next(iter(counts))
        heads = SeedHeads(network.pooled_dimension, {first: counts[first]}, recipe)
    else:
        if config.teacher:
            found = find_teacher(workspace, config.teacher)
            teacher = Teacher(
                found.network().to(memory_format=torch.channels_last),
                found.spec.mean,
                found.spec.std,
            )
        length = found.spec.dimension if teacher else 0
        heads = Heads(network.pooled_dimension, counts, recipe, length)
    return FineTuning(
        network,
        heads,
        recipe,
        data.labels,
        data.material(recipe.gallery_sample, config.seed),
        (base.spec.mean, base.spec.std),
        steps=len(train) * recipe.epochs,
        seed=config.seed,
        teacher=teacher,
    )


def _ended(folder: Path) -> Ended | None:
    """How fitting ended, where it did and only publishing is left."""
    with suppress(OSError, ValueError, TypeError):
        return Ended(**json.loads((folder / FITTED).read_text(encoding="utf-8")))
    return None


def _interrupted(folder: Path) -> None:
    if rank() or not folder.is_dir():
        return
    rows = record.read_rows(folder / record.METRICS)
    best = [row["epoch"] for row in rows if row.get("best")]
    summary = {
        "best_epoch": int(best[-1] or 0) if best else 0,
        "epochs": len(rows),
        "stopped": "cancelled",
        "seconds": round(sum(row["seconds"] or 0.0 for row in rows), 1),
        "images": {},
        "classes": {},
        "metrics": {},
        "notes": ["Stopped before its end: the same training goes on from its last whole epoch."],
    }
    write_json(folder / record.SUMMARY, summary)
