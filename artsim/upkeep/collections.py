"""Faults of collections: their descriptions, their tables, and changes that were cut off."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from artsim.collection import manifest
from artsim.collection.edits.desk import Desk
from artsim.collection.edits.history import History
from artsim.collection.folders import ABOUT, ARTWORKS, local_names
from artsim.collection.seen import list_collections
from artsim.collection.store import Collection
from artsim.core import atomic
from artsim.core.counts import count
from artsim.core.errors import ArtsimError, NewerFormat
from artsim.core.formats import text_of
from artsim.core.workspace import Workspace
from artsim.upkeep import tables
from artsim.upkeep.finding import ASIDE, Finding, set_aside

_RESTORE = "Restore it from a backup, or delete it and import it again."


def findings(workspace: Workspace, deep: bool = False) -> Iterator[Finding]:
    """What is wrong with collections, one after the other; each table once."""
    if workspace.first_collection not in ("", *list_collections(workspace)):
        yield Finding(
            "collections/.first",
            f"The collection that is shown first, {workspace.first_collection!r}, is not there.",
            "No collection is shown first any more.",
            partial(workspace.show_first, ""),
        )
    if workspace.tables:
        yield from _distant(workspace)
        return
    for name in sorted(local_names(workspace.collections)):
        found = list(_of_tables(workspace, workspace.collections / name, deep))
        yield from found
        if not found:
            found = list(_of_manifest(workspace, workspace.collections / name))
            yield from found
        if not found:
            yield from _of_works(workspace, name)


def _distant(workspace: Workspace) -> Iterator[Finding]:
    for name in list_collections(workspace):
        try:
            Collection.open(workspace, name).info()
        except ArtsimError as error:
            yield Finding(f"{workspace.tables}/{name}", str(error), _RESTORE)


def _of_tables(workspace: Workspace, folder: Path, deep: bool) -> Iterator[Finding]:
    named = f"The collection {folder.name!r}"
    where = f"collections/{folder.name}"
    if not (folder / f"{ARTWORKS}.lance").is_dir():
        yield Finding(where, f"{named} has no table of artworks.", _RESTORE)
        return
    for table in sorted(folder.glob("*.lance")):
        try:
            said = tables.fault(table, deep)
        except NewerFormat as error:
            yield Finding(f"{where}/{table.name}", str(error), "Update artsim.")
            continue
        if not said:
            continue
        if not tables.manifests(table) and table.stem != ARTWORKS:
            yield Finding(
                f"{where}/{table.name}",
                f"The making of {table.name} of {folder.name!r} was interrupted.",
                "It is moved to the folder 'aside'; it is made anew when it is needed.",
                partial(set_aside, workspace, table),
            )
            continue
        back = tables.whole_version(table)
        latest = next((tables.version_of(m) for m in tables.manifests(table)), None)
        problem = f"{named} is damaged: {table.name} cannot be read ({said})."
        if back is None or back == latest:
            yield Finding(f"{where}/{table.name}", problem, _RESTORE)
            continue
        yield Finding(
            f"{where}/{table.name}",
            problem,
            "It goes back to the state before its last change; what describes the damaged state "
            "is kept in the folder 'aside'.",
            partial(tables.go_back, table, back, _aside(workspace, table)),
        )


def _aside(workspace: Workspace, table: Path) -> Path:
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    return workspace.root / ASIDE / stamp / table.relative_to(workspace.root)


def _of_manifest(workspace: Workspace, folder: Path) -> Iterator[Finding]:
    try:
        manifest.MANIFEST.parsed(text_of(folder / ABOUT), folder.name)
    except NewerFormat as error:
        yield Finding(f"collections/{folder.name}/{ABOUT}", str(error), "Update artsim.")
    except ArtsimError as error:
        barred = "cannot be read now" in str(error)
        yield Finding(
            f"collections/{folder.name}/{ABOUT}",
            str(error),
            "Let the user that artsim runs as read the file."
            if barred
            else "It is written anew; its works, pictures and embeddings are whole.",
            None if barred else partial(_write_manifest, workspace, folder),
        )


def _write_manifest(workspace: Workspace, folder: Path) -> None:
    if (folder / ABOUT).exists():
        set_aside(workspace, folder / ABOUT)
    values = {
        "name": folder.name,
        "source": "folder",
        "description": "",
        "generated": False,
        "created": datetime.now(UTC).isoformat(timespec="microseconds"),
    }
    atomic.write(folder / ABOUT, manifest.written(values))


def _of_works(workspace: Workspace, name: str) -> Iterator[Finding]:
    where = f"collections/{name}"
    collection = Collection.open(workspace, name)
    ids = collection.dataset().to_table(columns=["id"]).column("id")
    doubled = len(ids) - len(ids.unique())
    if doubled:
        yield Finding(where, f"{name!r} holds {count(doubled, 'work')} twice.", _RESTORE)
    cut_off = History(collection).unsettled()
    if cut_off:
        yield Finding(
            where,
            f"{count(len(cut_off), 'correction')} of {name!r} stopped before the end.",
            "They are finished.",
            partial(_finish, workspace, collection),
        )


def _finish(workspace: Workspace, collection: Collection) -> None:
    with collection.lock("import"):
        Desk(workspace, collection, "").recover()
