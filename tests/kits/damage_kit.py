"""Damage of every kind to what is stored: each function returns the names of what it damaged."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import lance

from artsim.collection.store import Collection
from artsim.core.workspace import Workspace


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _binary(file: Path) -> None:
    file.write_bytes(bytes(range(256)) * 4)


def _newer(file: Path) -> None:
    document = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**document, "format": 99}), encoding="utf-8")


def _list(file: Path) -> None:
    file.write_text("[1, 2]", encoding="utf-8")


def _wrong_types(file: Path) -> None:
    """Every value of the document becomes one of another type."""
    document = json.loads(file.read_text(encoding="utf-8"))
    wrong = {name: 5 if isinstance(v, str | list | dict) else ["x"] for name, v in document.items()}
    file.write_text(json.dumps({**wrong, **_kept(document)}), encoding="utf-8")


def _kept(document: dict[str, object]) -> dict[str, object]:
    return {name: document[name] for name in ("format", "kind") if name in document}


OF_A_DOCUMENT: dict[str, Callable[[Path], None]] = {
    "cut": _cut,
    "binary": _binary,
    "newer": _newer,
    "list": _list,
    "missing": Path.unlink,
}


def _copies(folder: Path, names: list[str]) -> dict[str, Path]:
    made = {name: folder.with_name(f"{name}-damage") for name in names}
    for copy in made.values():
        shutil.copytree(folder, copy)
    return made


def damage_runs(workspace: Workspace) -> list[str]:
    """Copies of the evaluation that cannot be read."""
    folder = next(iter(workspace.runs.glob("eval-*")))
    documents = OF_A_DOCUMENT | {"types": _wrong_types}
    copies = _copies(folder, [*documents, "torn", "tableless"])
    for name, damage in documents.items():
        damage(copies[name] / "run.json")
    _cut(copies["torn"] / "per_query.parquet")
    (copies["tableless"] / "per_query.parquet").unlink()
    return [copy.name for copy in copies.values()]


def damage_maps(workspace: Workspace) -> list[str]:
    """Copies of the map of 'demo' that cannot be read."""
    folder = next(iter(workspace.collections.glob("demo/maps/[!.]*")))
    documents = OF_A_DOCUMENT | {"types": _wrong_types}
    copies = _copies(folder, [*documents, "points", "mosaic", "ids", "clusters", "prints"])
    for name, damage in documents.items():
        damage(copies[name] / "map.json")
    _cut(copies["points"] / "points.npy")
    (copies["mosaic"] / "mosaic.npy").unlink()
    _cut(copies["ids"] / "ids.txt")
    (copies["clusters"] / "clusters.json").write_text('{"clusters": {"a": 1}, "outliers": 3}')
    (copies["prints"] / "fingerprints.npy").write_bytes(b"")
    return [copy.name for copy in copies.values()]


def damage_trainings(workspace: Workspace) -> list[str]:
    """Copies of the unfinished training and of the published one that cannot be read."""
    documents = OF_A_DOCUMENT | {"types": _wrong_types}
    copies = _copies(workspace.checkpoints / ".training" / "stopped", list(documents))
    for name, damage in documents.items():
        damage(copies[name] / "config.json")
    published = _copies(workspace.checkpoints / "tiny-attic", ["published"])["published"]
    _cut(published / "run" / "config.json")
    return [copy.name for copy in [*copies.values(), published]]


def damage_collections(workspace: Workspace) -> list[str]:
    """Copies of 'attic' that cannot be read."""
    lances = ["manifest", "versions", "table", "tableless", "files", "junk"]
    copies = _copies(workspace.collections / "attic", [*OF_A_DOCUMENT, *lances])
    for name, damage in OF_A_DOCUMENT.items():
        damage(copies[name] / "collection.json")
    for manifest in (copies["manifest"] / "artworks.lance" / "_versions").iterdir():
        _cut(manifest)
    shutil.rmtree(copies["versions"] / "artworks.lance" / "_versions")
    uri = Collection.open(workspace, copies["table"].name).uri
    lance.dataset(uri).update_schema_metadata({"artsim.format": "99"})
    shutil.rmtree(copies["tableless"] / "artworks.lance")
    shutil.rmtree(copies["files"] / "artworks.lance" / "data")
    for manifest in (copies["junk"] / "artworks.lance" / "_versions").iterdir():
        manifest.write_bytes(b"junk")
    return [copy.name for copy in copies.values()]


ROWS = {
    "cut": ("config", '{"name": '),
    "list": ("config", "[1]"),
    "null": ("config", "null"),
    "blob": ("config", b"\xff\xfe"),
    "step": ("step", "many"),
    "state": ("state", "resting"),
    "created": ("created", "yesterday"),
    "pid": ("pid", "none"),
}


def damage_jobs(workspace: Workspace) -> list[str]:
    """Copies of a row of the jobs that cannot be read."""
    with sqlite3.connect(workspace.jobs_db) as db:
        columns = [row[1] for row in db.execute("PRAGMA table_info(jobs)")]
        names = [name for name in columns if name not in ("sequence", "id")]
        for name, (column, value) in ROWS.items():
            db.execute(
                f"INSERT INTO jobs (id, {', '.join(names)}) SELECT ?, {', '.join(names)} FROM jobs"
                " WHERE kind = 'import_folder' LIMIT 1",
                (f"{name}-damage",),
            )
            db.execute(f"UPDATE jobs SET {column} = ? WHERE id = ?", (value, f"{name}-damage"))
    return [f"{name}-damage" for name in ROWS]


def damage_votes(workspace: Workspace) -> list[str]:
    """Rows of the votes on 'attic' that cannot be read."""
    values = {"cut": '[{"backbone":', "few": "[]", "types": '[{"a": 1}, 5]', "null": "null"}
    with sqlite3.connect(workspace.root / "votes.sqlite") as db:
        for name, lists in values.items():
            db.execute(
                "INSERT INTO votes (id, collection, query, upload, k, lists, choice, created)"
                " VALUES (?, 'attic', 'harbour', '', 2, ?, 0, 1.0)",
                (f"{name}-damage", lists),
            )
    return [f"{name}-damage" for name in values]


def damage_databases(workspace: Workspace) -> None:
    """Both databases are no databases any more."""
    for path in (workspace.jobs_db, workspace.root / "votes.sqlite"):
        path.write_bytes(b"this is no database, " * 500)
