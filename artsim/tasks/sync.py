"""Reading again what a collection came from."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from artsim.collection import sync, uploads
from artsim.collection.changes import Changes
from artsim.collection.import_log import ImportLog
from artsim.collection.importer import import_collection
from artsim.collection.quality import Thresholds
from artsim.collection.sources.base import Source
from artsim.collection.sources.uploaded import UploadedSource
from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput
from artsim.core.limits import IMPORT_LIMITS
from artsim.core.progress import Progress
from artsim.core.workspace import Workspace
from artsim.tasks.configs import SyncConfig
from artsim.tasks.sources import source_again

UPLOAD = UploadedSource.kind


def sync_collection(workspace: Workspace, config: SyncConfig, progress: Progress) -> str:
    """Read every source of a collection again; one sentence on what has changed.

    All of them are compared before anything is changed. Raises InvalidInput where it is not known
    what the collection came from, and NeedsConsent where too much would be lost.
    """
    collection = Collection.open(workspace, config.collection)
    log = ImportLog(collection)
    known = {o: told for o, told in log.sources().items() if told.get("options") is not None}
    uploaded = uploads.folder_of(workspace, collection.name)
    if uploaded.is_dir() and not any(told["kind"] == UPLOAD for told in known.values()):
        known[UPLOAD] = {"kind": UPLOAD, "options": {}}  # of a version that did not note it
    if not known:
        raise InvalidInput(
            f"It is not known where {collection.name!r} came from: import it once more with "
            f"'artsim collection import ... --name {collection.name}'; what is there stays."
        )
    thresholds = log.thresholds() or Thresholds()
    sources = {o: _opened(workspace, collection.name, told) for o, told in known.items()}
    if not config.yes:
        surveys = [
            sync.survey(
                collection, log, s, known[o]["options"], thresholds, IMPORT_LIMITS, progress
            )
            for o, s in sources.items()
        ]
        sync.check(collection, surveys, "the source again")
    found = Changes()
    for origin, source in sources.items():
        report = import_collection(
            workspace,
            collection.name,
            source,
            thresholds=thresholds,
            progress=progress,
            options=known[origin]["options"],
            yes=True,
        )
        found += report.changes
    ImportLog(collection).note_changes(asdict(found))
    return f"{collection.name!r}: {found}, {report.rejected:,} rejected."


def _opened(workspace: Workspace, collection: str, told: Mapping[str, Any]) -> Source:
    if told["kind"] == UPLOAD:
        return UploadedSource(uploads.folder_of(workspace, collection))
    place = told.get("place")
    if place and not Path(place).is_dir():
        raise InvalidInput(
            f"The folder {place} that {collection!r} came from is not there: bring it back, or say "
            f"where it is now with 'artsim collection import folder DIR --name {collection}'; "
            "its pictures are recognised by their content."
        )
    return source_again(workspace, told["kind"], told["options"])
