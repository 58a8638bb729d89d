"""What a training leaves while it runs and afterwards, read without torch.

While it runs everything lies in ``checkpoints/.training/<name>``; publishing makes
``checkpoints/<name>`` of it in one step, whose folder ``run`` keeps the same files.
"""

import csv
import json
import math
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from artsim.backbones import fitted_record
from artsim.backbones.fitted_record import CONFIG, RECORD, RUN, SPLIT, SUMMARY
from artsim.core import atomic
from artsim.core.errors import NotFound, Unreadable
from artsim.core.formats import Format, text_of
from artsim.core.workspace import Workspace, checked_name
from artsim.people import policy
from artsim.people.roles import Action

METRICS = "metrics.csv"
CONFUSION = "confusion.json"
ENVIRONMENT = "environment.json"
LOG = "log.txt"
KEPT = (CONFIG, METRICS, CONFUSION, ENVIRONMENT, LOG, SUMMARY, SPLIT, RECORD)
_RUNNING = ".training"
# Figures of metrics.csv, each after "map10_": see ``retrieval.EvaluationSet.figures``.
UNSEEN, MEAN, CHOICE = "unseen_artist", "mean", "choice"
KEPT_ASIDE = "_unseen_artists"  # after a label whose queries are works of artists kept aside
FORMAT = Format("training", "delete it, and train again")


@dataclass(frozen=True)
class TrainingRun:
    """A training as its files tell it; whether it runs at this moment only its job knows.

    ``rows`` are the lines of metrics.csv, None for an empty cell. ``confusion`` and ``summary``
    are {} and None while there is none. ``unreadable`` is one sentence where its config cannot be
    read: then nothing else is known of it.
    """

    name: str
    config: dict[str, Any]
    epochs_planned: int | None
    rows: list[dict[str, float | None]]
    confusion: dict[str, Any] = field(repr=False)
    summary: dict[str, Any] | None
    published: bool
    folder: Path
    unreadable: str = ""

    @property
    def best(self) -> dict[str, float | None] | None:
        """The line of the best epoch so far."""
        marked = [row for row in self.rows if row.get("best")]
        return marked[-1] if marked else None


def columns(labels: tuple[str, ...]) -> list[str]:
    """The columns of metrics.csv for a training of ``labels``."""
    each = [
        f"{figure}_{label}"
        for label in labels
        for figure in ("train_accuracy", "accuracy", "macro_f1", "map10")
    ]
    first = ["epoch", "seconds", "learning_rate", "images_per_second", "train_loss", "val_loss"]
    aside = [f"map10_{label}{KEPT_ASIDE}" for label in labels if label != "artist"]
    told = [f"map10_{name}" for name in (UNSEEN, MEAN, CHOICE)]
    return [*first, *each, *aside, *told, "best"]


def running_folder(workspace: Workspace, name: str) -> Path:
    """Where the training ``name`` writes until it is published."""
    return workspace.checkpoints / _RUNNING / checked_name(name, "backbone")


def published_folder(workspace: Workspace, name: str) -> Path:
    """The backbone that comes of the training ``name``."""
    return workspace.checkpoints / checked_name(name, "backbone")


def load_training(workspace: Workspace, name: str) -> TrainingRun:
    """The training ``name``, published or under way; raises NotFound."""
    policy.ask(Action.REPORTS)
    found = [
        (published_folder(workspace, name) / RUN, True),
        (running_folder(workspace, name), False),
    ]
    for folder, published in found:
        if is_training(folder):
            run = _read(name, folder, published)
            if _may_see(run):
                return run
    raise NotFound(f"There is no training {name!r}: 'artsim train' begins one.")


def list_trainings(workspace: Workspace) -> list[TrainingRun]:
    """Every training that whoever asks may see, the one written last first.

    One that learns from a collection is seen by whoever may see that.
    """
    policy.ask(Action.REPORTS)
    return [run for run in _every(workspace) if _may_see(run)]


def _may_see(run: TrainingRun) -> bool:
    return policy.allows(Action.SEE, str(run.config.get("source", "")))


def _every(workspace: Workspace) -> list[TrainingRun]:
    running = (workspace.checkpoints / _RUNNING).glob("[!.]*")
    found = [(folder, False) for folder in running if is_training(folder)]
    published = workspace.checkpoints.glob(f"[!.]*/{RUN}")
    found += [(folder, True) for folder in published if is_training(folder)]
    timed = sorted(((_written(folder), folder, done) for folder, done in found), reverse=True)
    runs: dict[str, TrainingRun] = {}
    for _, folder, done in timed:
        name = folder.parent.name if done else folder.name
        if name not in runs or done:
            runs[name] = _read(name, folder, done)
    return list(runs.values())


def is_training(folder: Path) -> bool:
    """Whether a folder holds the record of a training."""
    return any((folder / name).is_file() for name in (CONFIG, METRICS, SUMMARY))


def delete_training(workspace: Workspace, name: str) -> None:
    """Forget a training that was not published, and its checkpoints; raises NotFound."""
    policy.ask(Action.TRAIN)
    folder = running_folder(workspace, name)
    if not folder.is_dir():
        raise NotFound(f"There is no unfinished training {name!r}.")
    shutil.rmtree(folder, ignore_errors=True)


def rename_collection(workspace: Workspace, old: str, new: str) -> None:
    """Let trainings on a collection name it as it is called now: what saw its works stays known."""
    for run in _every(workspace):
        fitted_record.rename_collection(run.folder, old, new)
        summary = _json(run.folder / SUMMARY)
        learnt_from = str((summary or {}).get("source", f"collection {old!r}"))
        if run.config.get("source") != old or learnt_from != f"collection {old!r}":
            continue
        if summary is not None:
            told = json.dumps(summary | {"source": f"collection {new!r}"}, indent=1)
            atomic.write(run.folder / SUMMARY, told)
        config = json.dumps((_json(run.folder / CONFIG) or {}) | {"source": new}, indent=1)
        atomic.write(run.folder / CONFIG, config)


def change_config(folder: Path, values: dict[str, Any], where: dict[str, Any]) -> None:
    """Write ``values`` into the config of a run's folder where it holds those of ``where``."""
    config = _json(folder / CONFIG)
    if config is not None and all(config.get(key) == value for key, value in where.items()):
        atomic.write(folder / CONFIG, json.dumps(config | values, indent=1))


def _read(name: str, folder: Path, published: bool) -> TrainingRun:
    try:
        config = _checked(FORMAT.parsed(text_of(folder / CONFIG), name), name)
        confusion, summary = _json(folder / CONFUSION) or {}, _json(folder / SUMMARY)
    except Unreadable as error:
        return TrainingRun(name, {}, None, [], {}, None, published, folder, str(error))
    planned = config.get("epochs_planned")
    return TrainingRun(
        name=name,
        config=config,
        epochs_planned=int(planned) if isinstance(planned, int) else None,
        rows=read_rows(folder / METRICS),
        confusion=confusion,
        summary=summary,
        published=published,
        folder=folder,
    )


def _checked(config: dict[str, Any], name: str) -> dict[str, Any]:
    """``config`` where what everybody reads of it has its type; raises Unreadable."""
    labels = config.get("labels", [])
    texts = [config.get("source", ""), config.get("backbone", "")]
    if not isinstance(labels, list) or not all(isinstance(t, str) for t in [*texts, *labels]):
        raise FORMAT.unreadable(name, "fields are missing or of a wrong type")
    return config


def read_config(folder: Path) -> dict[str, Any]:
    """The config that a run's folder was made with, {} where there is none or it is damaged.

    Raises Unreadable where a newer artsim made it.
    """
    text = text_of(folder / CONFIG)
    if _json(folder / CONFIG) is None:
        return {}
    return FORMAT.parsed(text, folder.name)


def read_rows(path: Path) -> list[dict[str, float | None]]:
    """The lines of a metrics.csv; a line that is half written is left out."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = list(csv.DictReader(file))
    except OSError:
        return []
    rows = []
    for line in lines:
        try:
            row = {key: _number(text) for key, text in line.items()}
        except (ValueError, TypeError):
            continue
        if row.get("epoch") is not None:
            rows.append(row)
    return rows


def _number(text: str) -> float | None:
    value = float(text) if text else None
    return None if value is None or not math.isfinite(value) else value


def _json(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(text_of(path) or "")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _written(folder: Path) -> float:
    times = [0.0]
    for name in (METRICS, CONFIG, SUMMARY):
        try:
            times.append((folder / name).stat().st_mtime)
        except OSError:
            continue
    return max(times)
