"""Maps kept with their collection: ``collections/<name>/maps/<id>/``, whole or not at all.

Where the collection is in an object store, its maps are too, and this machine has a copy.
"""

import json
from contextlib import suppress
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, ValidationError

from artsim.collection.edits.removal import removed_ids
from artsim.core import atomic
from artsim.core.errors import NotFound, Unreadable
from artsim.core.formats import text_of
from artsim.core.workspace import checked_id
from artsim.maps.clusters import Cluster, Clusters
from artsim.maps.config import MapConfig
from artsim.maps.model import FORMAT, Map, MapInfo
from artsim.maps.staleness import staleness
from artsim.maps.taken_down import without
from artsim.people import policy
from artsim.people.roles import Action
from artsim.search.galleries import Galleries

_MAPS = "maps"
_INFO, _CLUSTERS, _IDS = "map.json", "clusters.json", "ids.txt"
_ARRAYS = ("points", "mosaic", "neighbours", "labels", "outlier_scores", "fingerprints")


def list_maps(galleries: Galleries, collection: str) -> list[MapInfo]:
    """The kept maps of a collection, newest first; ``unreadable_maps`` names the others.

    Raises NotFound for an unknown collection.
    """
    found = []
    for folder in _folders(_fetched(galleries, collection)):
        with suppress(Unreadable):
            info = _named(_opened(folder).info, collection)
            found.append(replace(info, stale=staleness(galleries, folder, info)))
    return sorted(found, key=lambda info: (info.created, info.id), reverse=True)


def unreadable_maps(galleries: Galleries, collection: str) -> dict[str, str]:
    """The kept maps of a collection that cannot be read, by id, each with one sentence why."""
    found = {}
    for folder in _folders(_fetched(galleries, collection)):
        try:
            _opened(folder)
        except Unreadable as error:
            found[folder.name] = str(error)
    return found


def find_map(galleries: Galleries, config: MapConfig) -> MapInfo | None:
    """The newest kept map of this very config, also a stale one."""
    maps = list_maps(galleries, config.collection)
    same = [info for info in maps if info.config == config]
    return next((info for info in same if not info.stale), same[0] if same else None)


def load_map(galleries: Galleries, collection: str, map_id: str) -> Map:
    """A kept map, its arrays memory-mapped; raises NotFound and Unreadable."""
    folder = _folder(galleries, collection) / checked_id(map_id, "a map")
    if not folder.is_dir():
        _fetched(galleries, collection)
    if not folder.is_dir():
        raise NotFound(
            f"There is no map {map_id[:40]!r} of {collection!r} (any more): make it again with "
            f"'artsim map {collection}'."
        )
    found = _opened(folder)
    info = _named(found.info, collection)
    found = replace(found, info=replace(info, stale=staleness(galleries, folder, info)))
    return without(found, removed_ids(galleries.collection(collection)))


def delete_map(galleries: Galleries, collection: str, map_id: str) -> None:
    """Forget a kept map, one that cannot be read too; raises NotFound."""
    policy.ask(Action.DELETE, collection)
    folder = _folder(galleries, collection) / checked_id(map_id, "a map")
    if not folder.is_dir():
        raise NotFound(f"There is no map {map_id[:40]!r} of {collection!r}.")
    galleries.collection(collection).folder.forget(f"{_MAPS}/{map_id}", _INFO)
    atomic.remove(folder)


def rename_backbone(galleries: Galleries, old: str, new: str, collection: str, digest: str) -> None:
    """Let the maps of a backbone's weights ``digest`` name it as it is called now.

    So do the maps that lie beside one of it. Killed on the way, the same call does the rest.
    """
    galleries.refresh(collection)
    shared = galleries.collection(collection).folder
    for folder in _folders(_fetched(galleries, collection)):
        try:
            info = _info(folder)
        except Unreadable:
            continue
        config = info.config
        names = {"backbone": config.backbone, "beside": config.beside}
        if config.backbone == old and info.digest == digest:
            names["backbone"] = new
        if config.beside == old:
            names["beside"] = new
        if names["backbone"] == names["beside"]:
            continue
        changed = config.model_copy(update=names)
        if changed != config:
            document = replace(info, config=changed, stale="").to_json()
            atomic.write(folder / _INFO, json.dumps(FORMAT.stamped(document), indent=1))
            shared.send(folder, f"{_MAPS}/{folder.name}", _INFO)


def keep(galleries: Galleries, found: Map) -> None:
    """Write a map in one step; it takes the place of older ones of the same config."""
    info = found.info
    shared = galleries.collection(info.config.collection).folder
    folder = _folder(galleries, info.config.collection)
    folder.mkdir(exist_ok=True)
    with atomic.folder(folder / info.id) as aside:
        for name in ("points", "mosaic", "neighbours", "fingerprints"):
            np.save(aside / f"{name}.npy", getattr(found, name), allow_pickle=False)
        for name in ("labels", "outlier_scores"):
            np.save(aside / f"{name}.npy", getattr(found.clusters, name), allow_pickle=False)
        (aside / _IDS).write_text("\n".join(found.ids), encoding="utf-8")
        document = {
            "clusters": [asdict(cluster) for cluster in found.clusters.clusters],
            "outliers": found.clusters.outliers,
        }
        (aside / _CLUSTERS).write_text(json.dumps(document), encoding="utf-8")
        kept = FORMAT.stamped(replace(info, stale="").to_json())
        (aside / _INFO).write_text(json.dumps(kept, indent=1), encoding="utf-8")
        shared.send(aside, f"{_MAPS}/{info.id}", _INFO)
    for older in _folders(folder):
        with suppress(Unreadable):  # a person may want it back: only a person deletes it
            other = _info(older)
            if _named(other, info.config.collection).config == info.config and other.id != info.id:
                shared.forget(f"{_MAPS}/{older.name}", _INFO)
                atomic.remove(older)


def _named(info: MapInfo, collection: str) -> MapInfo:
    """What is said of a map, of the name that its collection has now."""
    config = info.config.model_copy(update={"collection": collection})
    return replace(info, config=config)


def _folders(maps: Path) -> list[Path]:
    return sorted(path for path in maps.glob("[!.]*") if path.is_dir())


def _folder(galleries: Galleries, collection: str) -> Path:
    return galleries.collection(collection).path / _MAPS


def _fetched(galleries: Galleries, collection: str) -> Path:
    """The folder of maps, with those that other machines have made."""
    kept = galleries.collection(collection)
    kept.folder.fetch(kept.path / _MAPS, _MAPS, _INFO)
    return kept.path / _MAPS


def _info(folder: Path) -> MapInfo:
    """What is said of the map in a folder; raises Unreadable."""
    document = FORMAT.parsed(text_of(folder / _INFO), folder.name)
    try:
        return _infos().validate_python(document)
    except ValidationError as error:
        raise FORMAT.unreadable(folder.name, "fields are missing or of a wrong type") from error


@cache
def _infos() -> TypeAdapter[MapInfo]:
    return TypeAdapter(MapInfo)


def _opened(folder: Path) -> Map:
    """The map in a folder, whose files fit each other; raises Unreadable."""
    info = _info(folder)
    try:
        arrays = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in _ARRAYS
        }
        document = json.loads((folder / _CLUSTERS).read_text(encoding="utf-8"))
        clusters = [Cluster.from_json(cluster) for cluster in document["clusters"]]
        outliers = document["outliers"]
        ids = (folder / _IDS).read_text(encoding="utf-8").split()
    except (OSError, ValueError, EOFError, KeyError, TypeError, AttributeError) as error:
        reason = "files of it are missing or damaged"
        raise FORMAT.unreadable(folder.name, reason, error) from error
    if any(len(values) != info.works for values in (ids, *arrays.values())):
        raise FORMAT.unreadable(folder.name, "its files do not fit together")
    return Map(
        info=info,
        ids=ids,
        points=arrays["points"],
        clusters=Clusters(
            labels=arrays["labels"],
            clusters=clusters,
            outliers=outliers,
            outlier_scores=arrays["outlier_scores"],
        ),
        mosaic=arrays["mosaic"],
        neighbours=arrays["neighbours"],
        fingerprints=arrays["fingerprints"],
    )
