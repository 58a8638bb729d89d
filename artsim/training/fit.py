"""Fitting with lightning: devices, checkpoints, early stopping, going on, and how it can fail."""

import logging
import signal
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightning as L
import torch
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint
from lightning.pytorch.strategies import DDPStrategy
from lightning.pytorch.strategies.launchers import _SubprocessScriptLauncher
from lightning.pytorch.utilities.exceptions import MisconfigurationException, SIGTERMException

from artsim.core.errors import Cancelled, Unavailable
from artsim.core.progress import Progress
from artsim.training import record
from artsim.training.batches import PlainBatches, Share, TrainBatches
from artsim.training.callbacks import AveragedWeights, Recorder, Told
from artsim.training.checkpoints import WholeCheckpoints, epochs_of
from artsim.training.config import TrainConfig
from artsim.training.files import keep_rows
from artsim.training.folder import LAST
from artsim.training.memory import is_out_of_memory, too_little_memory
from artsim.training.module import DivergedError, FineTuning
from artsim.training.rank import rank
from artsim.training.recipes import Recipe
from artsim.training.split import Classes, Rows

EMBED_BATCH = 32
_CUDA_WORKERS = 8


@dataclass(frozen=True)
class Ended:
    """How fitting ended: ``stopped`` is finished, early or nan; ``best_epoch`` is 0 for none."""

    stopped: str
    best_epoch: int
    epochs: int


def make_trainer(
    config: TrainConfig, recipe: Recipe, folder: Path, progress: Progress
) -> tuple[L.Trainer, Recorder]:
    """lightning's Trainer as ``config`` says, with all callbacks; raises Unavailable."""
    _quiet()
    recorder = Recorder(folder, progress)
    callbacks: list[L.Callback] = [recorder] if rank() else [Told(progress), recorder]
    if recipe.ema:
        callbacks.append(AveragedWeights(recipe.ema))
    callbacks += [
        EarlyStopping("map10_mean", mode="max", patience=recipe.patience, check_finite=False),
        ModelCheckpoint(
            folder,
            Path(LAST).stem,
            every_n_epochs=1,
            save_on_train_epoch_end=True,
            enable_version_counter=False,
        ),
    ]
    several = config.devices * config.nodes > 1
    try:
        trainer = L.Trainer(
            accelerator=config.accelerator,
            devices=config.devices,
            num_nodes=config.nodes,
            strategy=_ddp(config, recipe) if several else "auto",
            precision="bf16-mixed" if config.precision == "bf16" else "32-true",
            max_epochs=recipe.epochs,
            callbacks=callbacks,
            plugins=[WholeCheckpoints()],
            default_root_dir=folder,
            gradient_clip_val=recipe.clip or None,
            num_sanity_val_steps=0,
            use_distributed_sampler=False,
            logger=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            deterministic="warn",
        )
    except (MisconfigurationException, RuntimeError, ValueError) as error:
        raise Unavailable(
            f"There are no {config.devices} devices of kind {config.accelerator!r} here: use "
            "--accelerator cpu, or fewer devices."
        ) from error
    return trainer, recorder


def share_of(trainer: L.Trainer) -> Share:
    """This process's share of every batch."""
    return Share(trainer.global_rank, trainer.world_size)


def workers_of(trainer: L.Trainer, config: TrainConfig) -> int:
    """Threads that prepare pictures: one beside a CPU that is busy, some beside another device."""
    on_cpu = trainer.strategy.root_device.type == "cpu"
    return config.workers or (1 if on_cpu else _CUDA_WORKERS)


def fit(
    trainer: L.Trainer,
    recorder: Recorder,
    module: FineTuning,
    train: TrainBatches,
    validation: PlainBatches,
    folder: Path,
) -> Ended:
    """Fit, from the last checkpoint where there is one.

    Raises Cancelled with everything kept up to the last whole epoch, DivergedError where the
    first epoch's loss is no number, Unavailable where memory does not suffice, InvalidInput for a
    damaged checkpoint.
    """
    last = folder / LAST
    if last.is_file() and trainer.is_global_zero:
        keep_rows(folder / record.METRICS, epochs_of(last, Recorder.__qualname__))
    stopped = "finished"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            trainer.fit(
                module,
                train,
                validation,
                ckpt_path=last if last.is_file() else None,
                weights_only=True,
            )
        if trainer.should_stop and recorder.epochs < (trainer.max_epochs or 0):
            stopped = "early"
    except BaseException as error:
        _end_helpers(trainer)
        stopped = _meaning(error, recorder, module)
    return Ended(stopped, recorder.best_epoch, recorder.epochs)


def material_batches(
    images: Any, rows: Rows, recipe: Recipe, share: Share, workers: int
) -> PlainBatches:
    """Whole pictures at the size that the result embeds them."""
    return PlainBatches(images, rows, recipe.embed_size, EMBED_BATCH, share, workers)


def train_batches(
    images: Any,
    rows: Rows,
    labels: Mapping[str, Classes],
    recipe: Recipe,
    config: TrainConfig,
    trainer: L.Trainer,
) -> TrainBatches:
    """Crops of the pictures that are trained on."""
    share, workers = share_of(trainer), workers_of(trainer, config)
    return TrainBatches(
        images, rows, labels, recipe, config.seed, lambda: trainer.current_epoch, share, workers
    )


def _meaning(error: BaseException, recorder: Recorder, module: FineTuning) -> str:
    """How fitting ended where a good epoch came before; else raises what the error means."""
    if isinstance(error, DivergedError) and recorder.best_epoch:
        return "nan"
    if isinstance(error, SIGTERMException):
        raise Cancelled("The training was stopped; what was finished is kept.") from error
    if isinstance(error, SystemExit):  # lightning's answer to an interrupt from the keyboard
        raise KeyboardInterrupt from error
    if isinstance(error, RuntimeError | MemoryError) and is_out_of_memory(error):
        raise too_little_memory(module.recipe.batch_size, module.recipe.image_size) from error
    raise error


def _end_helpers(trainer: L.Trainer) -> None:
    """End the other processes of this machine: they would wait for this one."""
    launcher = trainer.strategy.launcher
    if isinstance(launcher, _SubprocessScriptLauncher):
        launcher.kill(signal.SIGTERM)


def _ddp(config: TrainConfig, recipe: Recipe) -> DDPStrategy:
    backend = "gloo" if config.accelerator == "cpu" or not torch.cuda.is_available() else None
    resting = recipe.frozen_epochs > 0  # then some weights have no gradient for some epochs
    return DDPStrategy(process_group_backend=backend, find_unused_parameters=resting)


def _quiet() -> None:
    """What lightning says goes nowhere: progress says it in our words."""
    for name in ("lightning", "lightning.pytorch", "lightning.fabric", "pytorch_lightning"):
        logging.getLogger(name).setLevel(logging.ERROR)
