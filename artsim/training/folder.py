"""The folder of a training under way: claimed by one process, continued, or refused."""

import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import filelock

from artsim.backbones import fitted_record
from artsim.backbones.registry import list_backbones
from artsim.core.errors import Conflict, NotFound
from artsim.core.lazy import lazy
from artsim.core.progress import Progress
from artsim.core.version import code_version
from artsim.core.workspace import Workspace
from artsim.training import record
from artsim.training.config import TrainConfig
from artsim.training.files import write_json
from artsim.training.rank import rank
from artsim.training.recipes import Recipe

if TYPE_CHECKING:
    import lightning
    import timm
    import torch
else:
    lightning = lazy("lightning")
    timm = lazy("timm")
    torch = lazy("torch")

LAST = "last.ckpt"
FITTED = "fitted.json"


@contextmanager
def claimed(workspace: Workspace, config: TrainConfig, recipe: Recipe) -> Iterator[Path]:
    """Hold the folder of a training; an interrupted one of the same config is continued.

    Raises Conflict where the name is taken or the training is under way, NotFound where there is
    nothing to resume. Processes after the first neither check nor write.
    """
    folder = record.running_folder(workspace, config.name)
    if rank():
        yield folder
        return
    if any(info.name == config.name for info in list_backbones(workspace)):
        raise Conflict(f"There is a backbone {config.name!r} already: choose another name.")
    exists = (folder / fitted_record.CONFIG).is_file()
    if config.resume and not exists:
        raise NotFound(
            f"There is no training {config.name!r} to resume: leave out --resume to begin one."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(folder.parent / f".{config.name}.lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise Conflict(
            f"The training {config.name!r} is under way: wait for it, or choose another name."
        ) from error
    try:
        if exists:
            _check_same(folder, config)
        folder.mkdir(exist_ok=True)
        _describe(folder, config, recipe)
        yield folder
    finally:
        lock.release()


class LoggedProgress:
    """Passes progress on and keeps every sentence in a file."""

    def __init__(self, progress: Progress, path: Path) -> None:
        self._progress, self._path = progress, path

    def start(self, total: int | None, what: str, unit: str = "images") -> None:
        self._progress.start(total, what, unit)

    def advance(self, n: int = 1) -> None:
        self._progress.advance(n)

    def say(self, text: str) -> None:
        with self._path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {text}\n")
        self._progress.say(text)

    def finish(self) -> None:
        self._progress.finish()


def write_interrupted(folder: Path) -> None:
    """The summary of a training that stopped before its end, where its folder is still there."""
    if not folder.is_dir():
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
    write_json(folder / fitted_record.SUMMARY, summary)


def _check_same(folder: Path, config: TrainConfig) -> None:
    before = record.read_config(folder)
    wanted = config.identity()
    differing = sorted(name for name, value in wanted.items() if before.get(name) != value)
    if differing:
        raise Conflict(
            f"There is an unfinished training {config.name!r} with another {differing[0]}: "
            "choose another name, or give it the same options to go on with it."
        )


def _describe(folder: Path, config: TrainConfig, recipe: Recipe) -> None:
    facts = config.model_dump(mode="json")
    facts |= {"epochs_planned": recipe.epochs, "recipe_numbers": recipe.model_dump(mode="json")}
    write_json(folder / fitted_record.CONFIG, record.FORMAT.stamped(facts))
    write_json(folder / record.ENVIRONMENT, _environment())


def _environment() -> dict[str, Any]:
    cuda = torch.cuda.is_available()
    return {
        "artsim": code_version(),
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "torch": torch.__version__,
        "timm": timm.__version__,
        "lightning": lightning.__version__,
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "device": torch.cuda.get_device_name() if cuda else platform.processor() or "cpu",
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
    }
