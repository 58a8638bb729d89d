"""lightning's Trainer for the hardware that is asked for: devices, precision, callbacks."""

import logging
from dataclasses import dataclass
from pathlib import Path

import lightning as L
import torch
from lightning.fabric.utilities.exceptions import MisconfigurationException
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint
from lightning.pytorch.strategies import DDPStrategy

from artsim.core.errors import Unavailable
from artsim.core.progress import Progress
from artsim.training.batches import Loading
from artsim.training.callbacks import AveragedWeights, EpochProgress, Recorder
from artsim.training.checkpoints import WholeCheckpoints
from artsim.training.config import Hardware
from artsim.training.folder import LAST
from artsim.training.rank import rank
from artsim.training.recipes import Recipe
from artsim.training.retrieval import CHOICE

_CUDA_WORKERS = 8


@dataclass(frozen=True)
class Session:
    """What runs a training and records it in ``folder``; this process's share is ``loading``."""

    trainer: L.Trainer
    recorder: Recorder
    folder: Path
    loading: Loading


def open_session(hardware: Hardware, recipe: Recipe, folder: Path, progress: Progress) -> Session:
    """A trainer on ``hardware`` with all callbacks; raises Unavailable."""
    _quiet()
    recorder = Recorder(folder, progress)
    callbacks: list[L.Callback] = [recorder] if rank() else [EpochProgress(progress), recorder]
    if recipe.ema:
        callbacks.append(AveragedWeights(recipe.ema))
    callbacks += [
        EarlyStopping(CHOICE, mode="max", patience=recipe.patience, check_finite=False),
        ModelCheckpoint(
            folder,
            Path(LAST).stem,
            every_n_epochs=1,
            save_on_train_epoch_end=True,
            enable_version_counter=False,
        ),
    ]
    several = hardware.devices * hardware.nodes > 1
    try:
        trainer = L.Trainer(
            accelerator=hardware.accelerator,
            devices=hardware.devices,
            num_nodes=hardware.nodes,
            strategy=_ddp(hardware, recipe) if several else "auto",
            precision="bf16-mixed" if hardware.precision == "bf16" else "32-true",
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
            f"There are no {hardware.devices} devices of kind {hardware.accelerator!r} here: use "
            "--accelerator cpu, or fewer devices."
        ) from error
    return Session(trainer, recorder, folder, _loading(trainer, hardware.workers))


def _loading(trainer: L.Trainer, workers: int | None) -> Loading:
    """One thread prepares pictures beside a CPU that is busy, some beside another device."""
    on_cpu = trainer.strategy.root_device.type == "cpu"
    workers = workers or (1 if on_cpu else _CUDA_WORKERS)
    return Loading(trainer.global_rank, trainer.world_size, workers)


def _ddp(hardware: Hardware, recipe: Recipe) -> DDPStrategy:
    backend = "gloo" if hardware.accelerator == "cpu" or not torch.cuda.is_available() else None
    resting = recipe.frozen_epochs > 0  # then some weights have no gradient for some epochs
    return DDPStrategy(process_group_backend=backend, find_unused_parameters=resting)


def _quiet() -> None:
    """What lightning says goes nowhere: progress says it in our words."""
    for name in ("lightning", "lightning.pytorch", "lightning.fabric", "pytorch_lightning"):
        logging.getLogger(name).setLevel(logging.ERROR)
