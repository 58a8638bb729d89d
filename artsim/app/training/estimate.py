"""How long a training is likely to take, estimated from earlier similar ones."""

from typing import TYPE_CHECKING

from artsim.app.shell import resources
from artsim.app.training import facts as train_facts
from artsim.core.counts import count
from artsim.core.progress import duration
from artsim.training.config import TrainConfig
from artsim.training.record import TrainingRun, list_trainings

if TYPE_CHECKING:
    from artsim.app.training.labels import Source


def sentence(config: TrainConfig, found: "Source | None") -> str:
    """How many works it learns from, how long that takes, and whether it has to wait."""
    works = count(found.works, "work") if found else "Its works"
    text = f"{works}, as a job: you may leave this page."
    seconds = likely_seconds(config, found.works) if found else None
    if seconds is None:
        text += " No earlier training tells how long it takes; the first epoch will."
    else:
        text += f" About {duration(seconds)}, as fast as earlier trainings were here."
    if resources.jobs().active():
        text += " It starts after the jobs under way."
    return text


def likely_seconds(config: TrainConfig, works: int) -> float | None:
    """Seconds for ``works`` pictures, from the latest training of the same kind; else None."""
    for run in list_trainings(resources.workspace()):
        if _alike(run, config):
            epochs = config.epochs or run.epochs_planned
            before = _works(run)
            seconds = _epoch_seconds(run)
            if epochs and before and seconds:
                return epochs * seconds * works / before
    return None


def _alike(run: TrainingRun, config: TrainConfig) -> bool:
    return all(
        run.config.get(name) == getattr(config, name)
        for name in ("backbone", "recipe", "image_size", "accelerator")
    )


def _works(run: TrainingRun) -> int:
    images = (run.summary or {}).get("images")
    return sum(int(n or 0) for n in images.values()) if isinstance(images, dict) else 0


def _epoch_seconds(run: TrainingRun) -> float | None:
    times = [t for row in run.rows if (t := train_facts.value(row, "seconds"))]
    return sum(times) / len(times) if times else None
