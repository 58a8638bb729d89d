"""The training step and the validation step, as lightning runs them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import lightning as L
import numpy as np
import torch
from torch import Tensor, nn
from torchmetrics.functional.classification import multiclass_accuracy, multiclass_f1_score

from artsim.backbones.network import EmbeddingNetwork
from artsim.core.errors import ArtsimError
from artsim.training.batches import Colours, normalised
from artsim.training.heads import Heads, SeedHeads
from artsim.training.layers import before_last_blocks, layers_of
from artsim.training.lora import is_adapter
from artsim.training.losses import distance_to, joined, label_loss
from artsim.training.recipes import LOSSES, Recipe
from artsim.training.retrieval import CHOICE, EvaluationSet
from artsim.training.split import Classes

_MIX = 1_000_003


class DivergedError(ArtsimError):
    """The loss is no number any more."""


@dataclass(frozen=True)
class Teacher:
    """A network whose embeddings are learnt too, and the colours that it expects."""

    network: EmbeddingNetwork
    colours: Colours


@dataclass(frozen=True)
class Student:
    """What learns: a network in the colours that it expects, with heads on its pooled layer."""

    network: EmbeddingNetwork
    heads: Heads | SeedHeads
    colours: Colours
    teacher: Teacher | None = None


@dataclass(frozen=True)
class Schedule:
    """The numbers of a training, how many ``steps`` it has, and the seed of its dropout."""

    recipe: Recipe
    steps: int
    seed: int


@dataclass
class Validated:
    """What validation found: figures by the names of metrics.csv, and confusion counts [C, C]."""

    figures: dict[str, float]
    confusion: dict[str, np.ndarray]


class FineTuning(L.LightningModule):
    """A network and its heads, trained as a recipe says; ``validated`` is the last validation."""

    def __init__(
        self,
        student: Student,
        labels: Mapping[str, Classes],
        evaluation: EvaluationSet,
        schedule: Schedule,
    ) -> None:
        super().__init__()
        self.network, self.heads = student.network, student.heads
        self.labels, self.evaluation = labels, evaluation
        self.recipe = recipe = schedule.recipe
        self._schedule, self._colours = schedule, student.colours
        # In a list, so that torch does not count the teacher's weights as ours.
        self._teacher = [student.teacher] if student.teacher else []
        counts = recipe.metric_weight and recipe.name == "artsim"
        self._metric = LOSSES.get(recipe.loss)() if counts else None
        self.validated: Validated | None = None
        self._seen: dict[str, list[Tensor]] = {}
        self._frozen = self._frozen_names()
        for name, parameter in self.network.trunk.named_parameters():
            parameter.requires_grad_(name not in self._frozen)

    # --- what is trained -------------------------------------------------------------------

    def _frozen_names(self) -> set[str]:
        layers = layers_of(self.network.trunk)
        if self.recipe.name == "seed":  # its lower half never moves
            half = max(layers.values(), default=0) / 2
            return {name for name, layer in layers.items() if layer < half}
        if self.recipe.lora:
            return {name for name in layers if not is_adapter(name)}
        if self.recipe.last_blocks:
            return before_last_blocks(layers, self.recipe.last_blocks)
        frozen = self.recipe.frozen_stages
        return {name for name, layer in layers.items() if layer <= frozen} if frozen else set()

    @property
    def _resting(self) -> bool:
        """Whether the whole backbone is frozen in this epoch."""
        return self.current_epoch < self.recipe.frozen_epochs

    def configure_optimizers(self) -> Any:
        recipe, layers = self.recipe, layers_of(self.network.trunk)
        last = max(layers.values(), default=0)
        rates: dict[tuple[float, float], list[nn.Parameter]] = {}
        for name, parameter in self.network.trunk.named_parameters():
            if name not in self._frozen:
                rate = recipe.learning_rate * recipe.layer_decay ** (last - layers[name])
                decay = recipe.weight_decay if parameter.ndim > 1 else 0.0
                rates.setdefault((rate, decay), []).append(parameter)
        for parameter in self.heads.parameters():
            decay = recipe.weight_decay if parameter.ndim > 1 else 0.0
            rates.setdefault((recipe.head_learning_rate, decay), []).append(parameter)
        groups = [{"params": p, "lr": r, "weight_decay": d} for (r, d), p in rates.items()]
        if recipe.name == "seed":
            adam = torch.optim.Adam(groups)
            plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
                adam, factor=recipe.plateau_factor, patience=recipe.plateau_patience
            )
            return {
                "optimizer": adam,
                "lr_scheduler": {"scheduler": plateau, "monitor": "val_loss"},
            }
        optimizer = torch.optim.AdamW(groups)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, self._rate)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }

    def _rate(self, step: int) -> float:
        """Share of the highest learning rate at a step: a linear warm-up, then half a cosine."""
        recipe, steps = self.recipe, self._schedule.steps
        rising = min(1.0, (step + 1) / max(1.0, steps * recipe.warmup))
        falling = 0.5 * (1 + math.cos(math.pi * min(1.0, step / max(1, steps))))
        return rising * (recipe.final_rate + (1 - recipe.final_rate) * falling)

    def learning_rate(self) -> float:
        """The highest learning rate at this moment."""
        optimizers = self.trainer.optimizers
        return max((float(g["lr"]) for o in optimizers for g in o.param_groups), default=0.0)

    # --- training --------------------------------------------------------------------------

    def on_fit_start(self) -> None:
        for teacher in self._teacher:
            teacher.network.eval().requires_grad_(False).to(self.device)

    def on_train_epoch_start(self) -> None:
        self.train()
        if self._resting:
            self.network.eval()
        names = {name.rpartition(".")[0] for name in self._frozen}
        for name, module in self.network.trunk.named_modules():
            if name in names:
                module.eval()  # its running statistics stay as they are
        if self.recipe.name == "seed" and self.current_epoch == self.recipe.frozen_epochs:
            for group in self.trainer.optimizers[0].param_groups:
                group["lr"] = self.recipe.unfrozen_rate
        self._seen = {}

    def training_step(self, batch: dict[str, Tensor], batch_idx: int) -> Tensor:
        # Drawn anew each step: a training that goes on draws what an uninterrupted one would.
        key = (self._schedule.seed * _MIX + self.current_epoch) * _MIX + batch_idx
        torch.manual_seed((key * _MIX + self.global_rank) % 2**63)
        with torch.set_grad_enabled(not self._resting):
            pooled = self.network.pooled(normalised(batch, self._colours))
        standard = self.heads.standard(pooled)
        dropped = torch.nn.functional.dropout(standard, self.recipe.dropout)
        projections = self.heads.projections(dropped)
        cosines = self.heads.cosines(projections)
        total = torch.zeros((), device=self.device)
        for label, found in cosines.items():
            weight = float(getattr(self.recipe, label))
            if self.recipe.name == "seed":
                weight = 1.0
            total = total + weight * label_loss(found, batch[label], self.recipe)
            self._note(f"train_{label}", found.detach().argmax(1), batch[label])
        if self._metric is not None:
            label = "artist" if "artist" in self.labels else next(iter(self.labels))
            metric = self._metric(joined(projections), batch[label])
            total = total + self.recipe.metric_weight * metric
        total = total + self._distilled(batch, standard)
        if not torch.isfinite(total):
            raise _diverged()
        self._seen.setdefault("loss", []).append(total.detach())
        return total

    def _distilled(self, batch: Mapping[str, Tensor], standard: Tensor) -> Tensor:
        if not self._teacher or not isinstance(self.heads, Heads) or self.heads.teacher is None:
            return torch.zeros((), device=self.device)
        teacher = self._teacher[0]
        with torch.no_grad():
            wanted = teacher.network(normalised(batch, teacher.colours))
        learnt = self.heads.teacher(standard)
        return self.recipe.distillation * distance_to(wanted, learnt)

    def _note(self, name: str, found: Tensor, codes: Tensor) -> None:
        known = codes >= 0
        self._seen.setdefault(name, []).append((found == codes)[known].float())

    def trained(self) -> dict[str, float]:
        """Mean loss of the epoch, and each label's accuracy on the crops it was trained on."""
        losses = torch.stack(self._seen["loss"])
        found = {"train_loss": float(self._mean(losses))}
        for label in self.labels:
            right = self._seen.get(f"train_{label}")
            if right:
                found[f"train_accuracy_{label}"] = float(self._mean(torch.cat(right)))
        return found

    def _mean(self, values: Tensor) -> Tensor:
        """Mean over the values of all processes; NaN where there is none."""
        sums = torch.stack([values.double().sum(), torch.tensor(float(len(values))).to(values)])
        sums = self._everywhere(sums.double()[None]).sum(0)
        return sums[0] / sums[1]

    # --- validation ------------------------------------------------------------------------

    def on_validation_epoch_start(self) -> None:
        self._embedded: dict[str, list[Tensor]] = {}

    def validation_step(self, batch: dict[str, Tensor], batch_idx: int) -> None:  # noqa: ARG002
        pooled = self.network.pooled(normalised(batch, self._colours))
        standard = self.heads.standard(pooled)
        projections = self.heads.projections(standard)
        cosines = self.heads.cosines(projections)
        found = {"rows": batch["rows"], "standard": standard, "seen": joined(projections)}
        found |= {f"cosines_{label}": values for label, values in cosines.items()}
        for name, values in found.items():
            self._embedded.setdefault(name, []).append(values.detach())

    def on_validation_epoch_end(self) -> None:
        rows = self._gathered("rows").long().numpy()
        order = np.zeros(int(rows.max()) + 1, np.int64)
        order[rows] = np.arange(len(rows))  # a row that fills up two batches counts once
        places = order[self.evaluation.rows]
        seen = self._gathered("seen").float().numpy()[places]
        standard = self._gathered("standard").float().numpy()[places]
        # The last step of an epoch may spoil the weights without spoiling its own loss.
        if not (np.isfinite(seen).all() and np.isfinite(standard).all()):
            raise _diverged()
        figures = self.evaluation.figures(seen, standard)
        queries = places[: len(self.evaluation.queries)]
        losses, confusion = [], {}
        for label, one in self.labels.items():
            if f"cosines_{label}" not in self._embedded:
                continue
            cosines = self._gathered(f"cosines_{label}").float()[queries]
            codes = torch.from_numpy(one.codes[self.evaluation.queries])
            weight = float(getattr(self.recipe, label)) if self.recipe.name == "artsim" else 1.0
            losses.append(weight * float(label_loss(cosines, codes, self.recipe)))
            if (codes >= 0).any():
                found = _classified(cosines, codes, len(one.names))
                figures |= {f"{k}_{label}": v for k, v in found[0].items()}
                confusion[label] = found[1]
        figures["val_loss"] = float(np.sum(losses))
        self._embedded = {}
        self.validated = Validated(figures, confusion)
        self.log(CHOICE, figures[CHOICE], rank_zero_only=False)
        self.log("val_loss", figures["val_loss"], rank_zero_only=False)

    def _gathered(self, name: str) -> Tensor:
        return self._everywhere(torch.cat(self._embedded[name])).cpu()

    def _everywhere(self, values: Tensor) -> Tensor:
        """The values [N, ...] of all processes, one after the other."""
        if self.trainer.world_size == 1:
            return values
        whole: Any = self.all_gather(values)
        return torch.cat(list(whole))


def _diverged() -> DivergedError:
    return DivergedError("The loss is not a number any more: try a lower learning rate.")


def _classified(
    cosines: Tensor, codes: Tensor, classes: int
) -> tuple[dict[str, float], np.ndarray]:
    """Accuracy and macro-F1 of the works that have a class, and confusion counts [C, C]."""
    known = codes >= 0
    found, right = cosines[known].argmax(1), codes[known]
    figures = {
        "accuracy": float(multiclass_accuracy(found, right, classes, average="micro")),
        "macro_f1": float(multiclass_f1_score(found, right, classes, average="macro")),
    }
    counts = torch.zeros(classes, classes, dtype=torch.long)
    counts.index_put_((right, found), torch.ones_like(right), accumulate=True)
    return figures, counts.numpy()
