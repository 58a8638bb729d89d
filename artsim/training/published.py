"""Backbones that were published in this workspace: deleted, renamed, taken along, brought in."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from artsim.backbones.checkpoint import SPEC, read_checkpoint
from artsim.backbones.fitted_record import RECORD, RUN
from artsim.backbones.registry import comes_with_artsim, list_backbones
from artsim.backbones.spec import BackboneSpec
from artsim.collection.rename_embeddings import rename_embeddings
from artsim.collection.store import Collection, list_collections
from artsim.core import atomic
from artsim.core.errors import ArtsimError, Conflict, InvalidInput, NotFound
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace, checked_name
from artsim.desk import searches
from artsim.evaluation import runs, votes
from artsim.people import policy
from artsim.people.roles import Action
from artsim.search import concept_store
from artsim.training import record

if TYPE_CHECKING:
    from artsim.backbones import parcel
else:
    parcel = lazy("artsim.backbones.parcel")

_FORMER = "former_name.json"
Follow = Callable[[str, str], None]


@dataclass(frozen=True)
class Left:
    """What stays of a backbone that is gone: ``embedded`` are the collections it embedded."""

    name: str
    embedded: tuple[str, ...]


@dataclass(frozen=True)
class Renamed:
    """``collections`` are those whose embeddings go by the new name now."""

    name: str
    collections: tuple[str, ...]


def delete_backbone(workspace: Workspace, name: str) -> Left:
    """Remove a published backbone and the record of its training, in one step.

    Embeddings of it stay, as of a backbone that is gone: works are still found with them. Raises
    NotFound, Conflict where another training needs its record of the works that both saw.
    """
    policy.ask(Action.DELETE, detail=f"the backbone {name}")
    folder = _folder(workspace, name)
    # A published record names what it learnt from; trainings under way and old ones have none.
    heirs = [r.name for r in _trained_from(workspace, name) if not (r.folder / RECORD).is_file()]
    if heirs:
        raise Conflict(
            f"{heirs[0]!r} was trained from {name!r}, which alone records what both were fitted "
            f"on: delete {heirs[0]!r} first."
        )
    embedded = tuple(c.name for c in _collections(workspace) if _has_embeddings(c, name))
    try:
        atomic.remove(folder)
    except OSError as error:
        raise Conflict(f"The backbone {name!r} cannot be removed: {error.strerror}.") from error
    return Left(name, embedded)


def rename_backbone(workspace: Workspace, name: str, new: str, follow: Follow) -> Renamed:
    """Rename a published backbone, with its embeddings, patches, concepts and saved searches.

    Trainings that started from it or learnt from it, its evaluations and votes name it as it is
    called now; ``follow(collection, digest)`` does the same for what else a collection has. Killed
    on the way, the same call does the rest. Raises NotFound, InvalidInput and Conflict.
    """
    policy.ask(Action.TRAIN, detail=f"rename the backbone {name} to {new}")
    checked_name(new, "backbone")
    if name == new:
        raise InvalidInput(f"It is called {name!r} already: give another name.")
    spec = _begun(workspace, name, new) or _moved(workspace, name, new)
    renamed = []
    for collection in _collections(workspace):
        columns = rename_embeddings(collection, name, new, spec.digest)
        concept_store.rename_backbone(workspace, collection.name, name, new, spec.digest)
        follow(collection.name, spec.digest)
        if columns:
            renamed.append(collection.name)
    for run in _trained_from(workspace, name):
        record.change_config(run.folder, {"backbone": new}, {"backbone": name})
        record.change_config(run.folder, {"teacher": new}, {"teacher": name})
    searches.rename_backbone(workspace, name, new)
    for records in (runs, votes):
        records.rename_backbone(workspace, name, new, spec.digest)
    (_folder(workspace, new) / _FORMER).unlink(missing_ok=True)
    return Renamed(new, tuple(renamed))


def export_backbone(workspace: Workspace, name: str, out: Path | IO[bytes]) -> None:
    """Write a published backbone to a file .zip or to a new folder; see ``write_parcel``."""
    policy.ask(Action.REPORTS, detail=f"the backbone {name}")
    parcel.write_parcel(_folder(workspace, name), out)


def import_backbone(workspace: Workspace, source: Path | IO[bytes], name: str = "") -> BackboneSpec:
    """Bring in a backbone that was exported, under its own name or ``name``.

    ``source`` is a file, a folder or an open file. Raises NotFound and InvalidInput where it is
    refused, Conflict where the name is taken; nothing is left of it then.
    """
    policy.ask(Action.TRAIN, detail="import a backbone")
    with parcel.opened_parcel(source, workspace.checkpoints) as (folder, spec):
        wanted = checked_name(name or spec.name, "backbone")
        if any(info.name == wanted for info in list_backbones(workspace)):
            raise Conflict(f"There is a backbone {wanted!r} already: choose another name.")
        named = spec.model_copy(update={"name": wanted})
        (folder / SPEC).write_text(named.to_json(), encoding="utf-8")
        place = record.published_folder(workspace, wanted)
        try:
            os.rename(folder, place)
        except OSError as error:
            if place.exists():
                raise Conflict(f"There is a backbone {wanted!r} already.") from error
            raise
    return read_checkpoint(place)


def _folder(workspace: Workspace, name: str) -> Path:
    if comes_with_artsim(name):
        raise InvalidInput(f"{name!r} comes with artsim: only backbones of this workspace change.")
    folder = record.published_folder(workspace, name)
    known = (folder / SPEC).is_file() or record.is_training(folder / RUN)
    if folder.is_symlink() or not known:
        raise NotFound(f"There is no trained or imported backbone {name!r} in this workspace.")
    return folder


def _moved(workspace: Workspace, name: str, new: str) -> BackboneSpec:
    folder = _folder(workspace, name)
    if any(info.name == new for info in list_backbones(workspace)):
        raise Conflict(f"There is a backbone {new!r} already: choose another name.")
    if record.running_folder(workspace, new).exists():
        raise Conflict(f"There is an unfinished training {new!r}: choose another name.")
    spec = read_checkpoint(folder)
    renamed = spec.model_copy(update={"name": new}).to_json()
    atomic.write(folder / _FORMER, json.dumps({"name": name}))
    atomic.write(folder / SPEC, renamed)
    os.rename(folder, record.published_folder(workspace, new))
    return read_checkpoint(record.published_folder(workspace, new))


def _begun(workspace: Workspace, name: str, new: str) -> BackboneSpec | None:
    """The backbone ``new`` where it is what a rename of ``name`` that was killed has left."""
    folder = record.published_folder(workspace, new)
    try:
        former = json.loads((folder / _FORMER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return read_checkpoint(folder) if former == {"name": name} else None


def _collections(workspace: Workspace) -> list[Collection]:
    return [Collection.open(workspace, name) for name in list_collections(workspace)]


def _has_embeddings(collection: Collection, backbone: str) -> bool:
    try:
        return any(c.backbone == backbone and c.count for c in collection.info().embeddings)
    except ArtsimError:  # what cannot be read is said where it is opened
        return False


def _trained_from(workspace: Workspace, name: str) -> list[record.TrainingRun]:
    """The trainings that started from a backbone or learnt from it as their teacher."""
    return [
        run
        for run in record.list_trainings(workspace)
        if (run.config.get("backbone") == name and run.config.get("pretrained", True))
        or run.config.get("teacher") == name
    ]
