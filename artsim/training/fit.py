"""Second stage, from data to fitted network: going on from a checkpoint, and how it can fail."""

import json
import signal
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field

import lightning as L
import torch
from lightning.pytorch.strategies.launchers import _SubprocessScriptLauncher
from lightning.pytorch.utilities.exceptions import SIGTERMException
from safetensors.torch import load_file

from artsim.backbones.network import EmbeddingNetwork
from artsim.core.errors import Cancelled, InvalidInput
from artsim.training import record
from artsim.training.affine import AffineMap
from artsim.training.batches import PlainBatches, TrainBatches
from artsim.training.callbacks import BEST, Recorder
from artsim.training.checkpoints import epochs_of
from artsim.training.data import TrainingData
from artsim.training.files import keep_rows, write_json
from artsim.training.folder import FITTED, LAST
from artsim.training.lora import merge_adapters
from artsim.training.memory import is_out_of_memory, too_little_memory
from artsim.training.module import DivergedError, FineTuning, Schedule, Student
from artsim.training.recipes import Recipe
from artsim.training.trainer import Session

_FEWEST = 2  # pictures a step on each device: means and deviations need two


@dataclass(frozen=True)
class Outcome:
    """How fitting ended: ``stopped`` is finished, early or nan; ``best_epoch`` is 0 for none."""

    stopped: str
    best_epoch: int
    epochs: int


@dataclass(frozen=True)
class FittedNetwork:
    """A network with the weights of its best epoch, on the device that trained it.

    ``projections`` are its heads', one for each label; ``workers`` threads prepare its pictures.
    """

    network: EmbeddingNetwork = field(repr=False)
    projections: Mapping[str, AffineMap] = field(repr=False)
    outcome: Outcome
    workers: int

    @property
    def device(self) -> torch.device:
        """Where the network's weights are."""
        return next(self.network.parameters()).device


def train_batches(data: TrainingData, recipe: Recipe, seed: int, session: Session) -> TrainBatches:
    """Crops of the works that are trained on; raises InvalidInput where a step has too few."""
    batches = TrainBatches(
        data.training_pictures(),
        recipe.sampling(seed),
        recipe.augmentation,
        lambda: session.trainer.current_epoch,
        session.loading,
    )
    if batches.per_process < _FEWEST:
        raise InvalidInput(
            f"Each device would work on {batches.per_process} picture a step, and needs "
            f"{_FEWEST}: use fewer --devices, a larger --batch-size, or more pictures."
        )
    return batches


def fit(
    student: Student, data: TrainingData, batches: TrainBatches, recipe: Recipe, session: Session
) -> FittedNetwork | None:
    """Fit ``student``, from the last checkpoint where there is one; not again where it was fitted.

    None from every process but the first. Raises Cancelled with everything kept up to the last
    whole epoch, InvalidInput for a damaged checkpoint and where the first epoch's loss is no
    number, Unavailable where memory does not suffice.
    """
    evaluation = data.evaluation_set(recipe.gallery_sample)
    schedule = Schedule(recipe, len(batches) * recipe.epochs, batches.sampling.seed)
    module = FineTuning(student, data.labels, evaluation, schedule)
    outcome = _earlier_outcome(session)
    if outcome is None:
        validation = data.whole_pictures(evaluation.rows, recipe.embed_size, session.loading)
        outcome = _run(module, batches, validation, session)
        if session.trainer.is_global_zero:
            write_json(session.folder / FITTED, asdict(outcome))
    if not session.trainer.is_global_zero:
        return None
    module.to(session.trainer.strategy.root_device)
    module.load_state_dict(load_file(session.folder / BEST))
    merge_adapters(module.network.trunk)
    return FittedNetwork(module.network, module.heads.affine(), outcome, session.loading.workers)


def _run(
    module: FineTuning, batches: TrainBatches, validation: PlainBatches, session: Session
) -> Outcome:
    trainer, recorder, last = session.trainer, session.recorder, session.folder / LAST
    if last.is_file() and trainer.is_global_zero:
        keep_rows(session.folder / record.METRICS, epochs_of(last, Recorder.__qualname__))
    stopped = "finished"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            trainer.fit(
                module,
                batches,
                validation,
                ckpt_path=last if last.is_file() else None,
                weights_only=True,
            )
        if trainer.should_stop and recorder.epochs < (trainer.max_epochs or 0):
            stopped = "early"
    except BaseException as error:
        _end_helpers(trainer)
        stopped = _meaning(error, recorder, module.recipe)
    return Outcome(stopped, recorder.best_epoch, recorder.epochs)


def _earlier_outcome(session: Session) -> Outcome | None:
    """How fitting ended, where it did and only publishing is left."""
    with suppress(OSError, ValueError, TypeError):
        return Outcome(**json.loads((session.folder / FITTED).read_text(encoding="utf-8")))
    return None


def _meaning(error: BaseException, recorder: Recorder, recipe: Recipe) -> str:
    """How fitting ended where a good epoch came before; else raises what the error means."""
    if isinstance(error, DivergedError):
        if recorder.best_epoch:
            return "nan"
        raise InvalidInput(
            "The loss was not a number in the first epoch, and nothing was learnt: use a lower "
            "learning rate ('More' on the Train page, or --learning-rate)."
        ) from error
    if isinstance(error, SIGTERMException):
        raise Cancelled("The training was stopped; what was finished is kept.") from error
    if isinstance(error, SystemExit):  # lightning's answer to an interrupt from the keyboard
        raise KeyboardInterrupt from error
    if isinstance(error, RuntimeError | MemoryError) and is_out_of_memory(error):
        raise too_little_memory(recipe.batch_size, recipe.image_size) from error
    raise error


def _end_helpers(trainer: L.Trainer) -> None:
    """End the other processes of this machine: they would wait for this one."""
    launcher = trainer.strategy.launcher
    if isinstance(launcher, _SubprocessScriptLauncher):
        launcher.kill(signal.SIGTERM)
