"""Last stage, from fitted backbone to a folder: weights, description and record, in one step."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from artsim.backbones import fitted_record
from artsim.backbones.checkpoint import save_checkpoint
from artsim.backbones.network import EmbeddingNetwork, tensors
from artsim.backbones.spec import BackboneSpec
from artsim.core.errors import Conflict
from artsim.training import record
from artsim.training.description import Description
from artsim.training.files import write_json

_ASIDE = "publish"


@dataclass(frozen=True)
class Destination:
    """``running`` is the folder of the training under way, ``published`` that of its backbone."""

    running: Path
    published: Path


@dataclass(frozen=True)
class Result:
    """A trained backbone: where it is, how it is described, and what the training reached."""

    name: str
    folder: Path
    spec: BackboneSpec
    summary: Mapping[str, Any] = field(repr=False)


def publish(
    network: EmbeddingNetwork, description: Description, destination: Destination
) -> Result:
    """Publish ``network`` with its description and the record of its training.

    Raises Conflict where there is a backbone of that name already.
    """
    spec, running = description.spec, destination.running
    write_json(running / fitted_record.SUMMARY, description.summary)
    aside = running / _ASIDE / spec.name
    shutil.rmtree(aside, ignore_errors=True)  # what a kill left
    save_checkpoint(aside, spec, tensors(network), half=True, readme=description.card)
    run = aside / fitted_record.RUN
    run.mkdir(exist_ok=True)
    for name in record.KEPT:
        if (running / name).is_file():
            shutil.copy2(running / name, run / name)
    _forget_where(run)
    try:
        os.rename(aside, destination.published)
    except OSError as error:
        if destination.published.exists():
            raise Conflict(f"There is a backbone {spec.name!r} already.") from error
        raise
    shutil.rmtree(running, ignore_errors=True)
    return Result(spec.name, destination.published, spec, description.summary)


def _forget_where(run: Path) -> None:
    """Shorten a folder's path to its name: where it lies on this machine tells others nothing."""
    config = record.read_config(run)
    source = Path(str(config.get("source", "")))
    if source.is_absolute():
        told = record.FORMAT.stamped(config | {"source": source.name})
        write_json(run / fitted_record.CONFIG, told)
