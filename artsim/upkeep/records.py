"""Documents of a workspace: evaluations, maps, trainings, backbones, concepts and uploads."""

import json
from collections.abc import Iterator
from pathlib import Path

from artsim.backbones.spec import BackboneSpec
from artsim.backbones.weights import tensors_digest
from artsim.collection import uploads
from artsim.collection.folders import local_names
from artsim.core.errors import ArtsimError, NewerFormat, Unreadable
from artsim.core.workspace import Workspace
from artsim.evaluation.runs import unreadable_runs
from artsim.maps.storage import unreadable_maps
from artsim.search.concept_store import unreadable_concepts
from artsim.search.galleries import Galleries
from artsim.training.record import list_trainings
from artsim.upkeep.finding import Finding, set_aside

_AGAIN = "It is moved to the folder 'aside' of the workspace, so that it is in no list: {}."
_NEWER = "Update artsim: this one is too old to read it."


def findings(workspace: Workspace) -> Iterator[Finding]:
    """Records that cannot be read, each with one sentence why."""
    for run, why in unreadable_runs(workspace).items():
        yield _aside(workspace, workspace.runs / run, why, "evaluate again")
    galleries = Galleries(workspace)
    for name in [] if workspace.tables else sorted(local_names(workspace.collections)):
        try:
            found = unreadable_maps(galleries, name)
        except ArtsimError:  # the collection itself is told of
            continue
        for map_id, why in found.items():
            place = workspace.collections / name / "maps" / map_id
            yield _aside(workspace, place, why, "draw it again")
    for training in list_trainings(workspace):
        if training.unreadable:
            place = training.folder.parent if training.published else training.folder
            yield _aside(workspace, place, training.unreadable, "train again")
    for path, why in unreadable_concepts(workspace).items():
        yield _aside(workspace, path, why, "teach it again")
    yield from _backbones(workspace)
    yield from _uploads(workspace)


def _backbones(workspace: Workspace) -> Iterator[Finding]:
    for folder in sorted(workspace.checkpoints.glob("[!.]*")):
        about = folder / "backbone.json"
        if not folder.is_dir() or not about.is_file():
            continue
        try:
            spec = BackboneSpec.from_json(about.read_bytes())
            files = list(folder.glob("*.safetensors"))
            if files and spec.weights not in {tensors_digest(file) for file in files}:
                raise Unreadable(
                    f"The backbone {folder.name!r} has other weights than its backbone.json says."
                )
        except (ArtsimError, OSError) as error:
            yield _aside(workspace, folder, str(error), "fetch it or train it again", error)


def _uploads(workspace: Workspace) -> Iterator[Finding]:
    for folder in sorted((workspace.root / "uploads").glob("[!.]*/[0-9]*")):
        try:
            uploads.uploads(folder.parent)
        except (ArtsimError, OSError, json.JSONDecodeError, AttributeError, TypeError) as error:
            yield Finding(
                str(folder.relative_to(workspace.root)),
                f"Uploads of {folder.parent.name!r} cannot be read ({error}).",
                "Their works stay in the collection; upload the pictures again to add to them.",
            )
            continue


def _aside(
    workspace: Workspace, path: Path, why: str, then: str, error: Exception | None = None
) -> Finding:
    """The finding for a record; its repair moves aside what is damaged, and nothing else."""
    where = str(path.relative_to(workspace.root))
    if isinstance(error, NewerFormat) or "by a newer artsim" in why:
        return Finding(where, why, _NEWER)
    if "cannot be read now" in why or isinstance(error, OSError):
        return Finding(where, why, "Let the user that artsim runs as read the file.")
    return Finding(where, why, _AGAIN.format(then), lambda: set_aside(workspace, path))
