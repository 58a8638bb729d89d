"""Fine-tuning from config to published backbone: prepare, fit, compose, publish.

Beside the folder that records it, only this module has the whole config: each stage gets the
values that it needs.
"""

import os
from dataclasses import dataclass
from pathlib import Path

# Threads that spin while they wait slow each other where cores are shared; OpenMP reads this
# when torch is loaded.
os.environ.setdefault("GOMP_SPINCOUNT", "30000")

from artsim.backbones import fitted, fitted_record
from artsim.core.counts import count
from artsim.core.errors import Cancelled
from artsim.core.progress import NULL, Progress
from artsim.core.workspace import Workspace
from artsim.training import record
from artsim.training.base import Base, find_base, find_teacher
from artsim.training.card import Provenance
from artsim.training.compose import compose
from artsim.training.config import TrainConfig
from artsim.training.data import DataRequest, TrainingData, prepare, squashed
from artsim.training.description import describe
from artsim.training.files import write_rows
from artsim.training.fit import fit, train_batches
from artsim.training.folder import LoggedProgress, claimed, write_interrupted
from artsim.training.memory import keep_freed_memory
from artsim.training.possible import check_network, check_teacher, recipe_for
from artsim.training.publish import Destination, Result, publish
from artsim.training.rank import rank
from artsim.training.recipes import Recipe
from artsim.training.student import build_student
from artsim.training.trainer import open_session


@dataclass(frozen=True)
class _Plan:
    """What a config comes to: what it starts from, with which numbers, learning from whom."""

    config: TrainConfig
    recipe: Recipe
    base: Base
    teacher: Base | None


def finetune(workspace: Workspace, config: TrainConfig, progress: Progress = NULL) -> Result | None:
    """Train as ``config`` says and publish ``checkpoints/<name>``; an interrupted one goes on.

    Of several processes the first publishes, the others return None. Raises ArtsimError with one
    sentence for whatever cannot be used, Conflict where the name is taken, Cancelled where
    ``progress`` says so: all whole epochs are kept then.

    >>> finetune(workspace, TrainConfig(  # doctest: +SKIP
    ...     source="paintings", backbone="efficientnet_lite0", name="mine"
    ... )).folder.name
    'mine'
    """
    keep_freed_memory()
    plan = _plan(workspace, config)
    with claimed(workspace, config, plan.recipe) as folder:
        log = LoggedProgress(progress, folder / record.LOG) if not rank() else NULL
        try:
            return _run(workspace, plan, folder, log)
        except (Cancelled, KeyboardInterrupt):
            if not rank():
                write_interrupted(folder)
            raise


def _plan(workspace: Workspace, config: TrainConfig) -> _Plan:
    base = find_base(workspace, config.backbone, config.pretrained)
    recipe = recipe_for(config, base.spec)
    check_network(base.spec, recipe)
    teacher = find_teacher(workspace, config.teacher) if config.teacher else None
    if teacher is not None:
        check_teacher(teacher.spec, recipe)
    return _Plan(config, recipe, base, teacher)


def _run(workspace: Workspace, plan: _Plan, folder: Path, progress: Progress) -> Result | None:
    config, recipe, base = plan.config, plan.recipe, plan.base
    session = open_session(config.hardware, recipe, folder, progress)
    request = DataRequest(
        config.source, config.labels, config.division, unlabelled=plan.teacher is not None
    )
    spec = squashed(base.spec, max(recipe.embed_size, recipe.image_size))
    data = prepare(workspace, request, spec, progress)
    if not rank():
        write_rows(folder / fitted_record.SPLIT, ["id", "split"], data.split_rows())
    for note in data.notes:
        progress.say(note)
    batches = train_batches(data, recipe, config.seed, session)
    student = build_student(base, data.labels, recipe, config.seed, plan.teacher)
    progress.say(
        f"Training {config.name!r} on {data.source}: {count(len(data.split.train), 'work')}, "
        f"{len(data.split.validation):,} to choose by, {len(data.split.unseen):,} of artists "
        f"kept aside; {count(recipe.epochs, 'epoch')} at {recipe.image_size} px."
    )
    network = fit(student, data, batches, recipe, session)
    if network is None:
        return None
    measured = bool(recipe.base and config.pretrained)
    backbone = compose(network, data, recipe.design, base, measured, progress)
    epochs = record.read_rows(folder / record.METRICS)
    steps = _steps(workspace, plan, data)
    fitted_record.write(folder, steps)
    description = describe(backbone, data, _provenance(config, recipe, steps), epochs)
    destination = Destination(folder, record.published_folder(workspace, config.name))
    return publish(backbone.network, description, destination)


def _steps(workspace: Workspace, plan: _Plan, data: TrainingData) -> list[fitted_record.Step]:
    """All that the backbone will have seen, with what it starts from and learns of."""
    config = plan.config
    own = fitted_record.Step("training", config.name, data.seen_works(), bool(plan.recipe.refit))
    steps = [own]
    if config.pretrained:
        steps += fitted.inherited(workspace, "start", config.backbone)
    if config.teacher:
        steps += fitted.inherited(workspace, "teacher", config.teacher)
    return steps


def _provenance(config: TrainConfig, recipe: Recipe, steps: list[fitted_record.Step]) -> Provenance:
    return Provenance(
        name=config.name,
        backbone=config.backbone,
        pretrained=config.pretrained,
        teacher=config.teacher,
        recipe=recipe.name,
        image_size=recipe.image_size,
        seed=config.seed,
        refit=bool(recipe.refit),
        not_known=fitted_record.not_known(steps),
    )
