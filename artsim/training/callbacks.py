"""What happens around the steps: averaged weights, the record, the best epoch, progress."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import lightning as L
import numpy as np
import torch
from safetensors.torch import save_file
from torch import Tensor

from artsim.core import atomic
from artsim.core.progress import Progress
from artsim.training import record
from artsim.training.files import append_row, write_json
from artsim.training.module import FineTuning
from artsim.training.retrieval import CHOICE

BEST = "best.safetensors"
_SHOWN_CLASSES = 40


class AveragedWeights(L.Callback):
    """Exponential moving average of all weights and statistics; validation sees the average.

    The average is short at first, and as long as ``decay`` says later.
    """

    def __init__(self, decay: float) -> None:
        self._decay = decay
        self._average: dict[str, Tensor] = {}
        self._current: dict[str, Tensor] = {}
        self._steps = 0

    def on_train_batch_end(self, trainer: L.Trainer, pl_module: L.LightningModule, *_: Any) -> None:
        if trainer.global_step <= self._steps:
            return
        self._steps = trainer.global_step
        decay = min(self._decay, (1 + self._steps) / (10 + self._steps))
        state = pl_module.state_dict()
        if not self._average:
            self._average = {k: v.clone() for k, v in state.items()}
            return
        smooth = [name for name, value in state.items() if value.is_floating_point()]
        with torch.no_grad():
            torch._foreach_lerp_(
                [self._average[name] for name in smooth],
                [state[name] for name in smooth],
                1 - decay,
            )
            for name in state.keys() - set(smooth):
                self._average[name].copy_(state[name])

    def on_validation_start(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:  # noqa: ARG002
        if self._average:
            self._current = {k: v.clone() for k, v in pl_module.state_dict().items()}
            _write_state(pl_module, self._average)

    def on_validation_end(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:  # noqa: ARG002
        if self._current:
            _write_state(pl_module, self._current)
            self._current = {}

    def state_dict(self) -> dict[str, Any]:
        return {"average": self._average, "steps": self._steps}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self._average, self._steps = dict(state_dict["average"]), state_dict["steps"]

    def on_fit_start(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:  # noqa: ARG002
        self._average = {k: v.to(pl_module.device) for k, v in self._average.items()}


class Recorder(L.Callback):
    """Writes metrics.csv, confusion.json and the best weights; stands before AveragedWeights."""

    def __init__(self, folder: Path, progress: Progress) -> None:
        self._folder, self._progress = folder, progress
        self._best = -1.0
        self._epoch_best = self._epochs = 0
        self._began = self._trained = 0.0
        self._is_best = False

    @property
    def best_epoch(self) -> int:
        """The best epoch so far, 0 where there is none."""
        return self._epoch_best

    @property
    def epochs(self) -> int:
        """Epochs that are done."""
        return self._epochs

    def state_dict(self) -> dict[str, Any]:
        return {"best": self._best, "best_epoch": self._epoch_best, "epochs": self._epochs}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self._best, self._epoch_best = state_dict["best"], state_dict["best_epoch"]
        self._epochs = state_dict["epochs"]

    def on_train_epoch_start(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:  # noqa: ARG002
        self._began = time.monotonic()

    def on_validation_start(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:  # noqa: ARG002
        self._trained = time.monotonic() - self._began

    def on_validation_end(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        module = _ours(pl_module)
        assert module.validated is not None  # noqa: S101
        value = module.validated.figures[CHOICE]
        self._is_best = value > self._best
        if not self._is_best:
            return
        self._best, self._epoch_best = value, trainer.current_epoch + 1
        if trainer.is_global_zero:
            with atomic.placed(self._folder / BEST) as aside:
                save_file({k: v.contiguous() for k, v in module.state_dict().items()}, aside)
            write_json(self._folder / record.CONFUSION, _confusions(module))

    def on_train_epoch_end(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:
        module = _ours(pl_module)
        trained = module.trained()
        self._epochs = trainer.current_epoch + 1
        if not trainer.is_global_zero:
            return
        assert module.validated is not None  # noqa: S101
        images = int(trainer.num_training_batches) * self._batch(trainer)
        found: dict[str, float] = trained | module.validated.figures
        found |= {
            "epoch": trainer.current_epoch + 1,
            "seconds": time.monotonic() - self._began,
            "learning_rate": module.learning_rate(),
            "images_per_second": images / max(self._trained, 1e-9),
            "best": float(self._is_best),
        }
        append_row(self._folder / record.METRICS, record.columns(tuple(module.labels)), found)
        shown = ", ".join(
            f"{name.removeprefix('map10_').replace('_', ' ')} {found[name]:.3f}"
            for name in found
            if name.startswith("map10_")
        )
        self._progress.say(
            f"Epoch {trainer.current_epoch + 1} of {trainer.max_epochs}: loss "
            f"{found['train_loss']:.3f}, mAP@10 {shown}, {found['images_per_second']:.0f} images/s"
            f"{', best so far' if self._is_best else ''}."
        )

    @staticmethod
    def _batch(trainer: L.Trainer) -> int:
        loader: Any = trainer.train_dataloader
        return int(loader.per_process) * trainer.world_size


class EpochProgress(L.Callback):
    """Reports each epoch, and so notices cancellation; of several processes one reports."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def on_train_epoch_start(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:  # noqa: ARG002
        self._begin(trainer, "", trainer.train_dataloader)

    def on_train_batch_end(
        self,
        trainer: L.Trainer,
        pl_module: L.LightningModule,  # noqa: ARG002
        outputs: Any,  # noqa: ARG002
        batch: Mapping[str, Tensor],
        batch_idx: int,  # noqa: ARG002
    ) -> None:
        self._progress.advance(len(batch["rows"]) * trainer.world_size)

    def on_validation_epoch_start(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:  # noqa: ARG002
        self._progress.finish()
        loader: Any = trainer.val_dataloaders
        self._progress.start(loader.pictures, f"{self._epoch(trainer)}: validation")

    def on_validation_batch_end(
        self,
        trainer: L.Trainer,
        pl_module: L.LightningModule,  # noqa: ARG002
        outputs: Any,  # noqa: ARG002
        batch: Mapping[str, Tensor],
        batch_idx: int,  # noqa: ARG002
        dataloader_idx: int = 0,  # noqa: ARG002
    ) -> None:
        self._progress.advance(len(batch["rows"]) * trainer.world_size)

    def on_validation_epoch_end(self, trainer: L.Trainer, pl_module: L.LightningModule) -> None:  # noqa: ARG002
        self._progress.finish()

    def _begin(self, trainer: L.Trainer, what: str, loader: Any) -> None:
        count = len(loader) * loader.per_process * trainer.world_size
        self._progress.start(count, f"{self._epoch(trainer)}{what}")

    @staticmethod
    def _epoch(trainer: L.Trainer) -> str:
        return f"Epoch {trainer.current_epoch + 1} of {trainer.max_epochs}"


def _confusions(module: FineTuning) -> dict[str, Any]:
    assert module.validated is not None  # noqa: S101
    return {
        label: _confusion(module.labels[label].names, counts)
        for label, counts in module.validated.confusion.items()
    }


def _confusion(names: tuple[str, ...], counts: np.ndarray) -> dict[str, Any]:
    """The counts of the most frequent classes, all others as one."""
    if len(names) <= _SHOWN_CLASSES:
        return {"names": list(names), "counts": counts.tolist()}
    order = np.argsort(-counts.sum(axis=1), kind="stable")
    kept, rest = np.sort(order[: _SHOWN_CLASSES - 1]), np.sort(order[_SHOWN_CLASSES - 1 :])
    place = np.empty(len(names), np.int64)
    place[kept], place[rest] = np.arange(len(kept)), len(kept)
    merged = np.zeros((len(kept) + 1, len(kept) + 1), np.int64)
    np.add.at(merged, (place[:, None], place[None, :]), counts)
    return {"names": [*(names[i] for i in kept), "other"], "counts": merged.tolist()}


def _ours(module: L.LightningModule) -> FineTuning:
    assert isinstance(module, FineTuning)  # noqa: S101
    return module


@torch.no_grad()
def _write_state(module: L.LightningModule, state: Mapping[str, Tensor]) -> None:
    for name, value in module.state_dict().items():
        value.copy_(state[name])
