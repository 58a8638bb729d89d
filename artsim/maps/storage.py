"""Maps kept with their collection: ``collections/<name>/maps/<id>/``, whole or not at all.

Where the collection is in an object store, its maps are too, and this machine has a copy.
"""

import json
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from artsim.core import atomic
from artsim.core.errors import NotFound
from artsim.core.workspace import checked_id
from artsim.maps.clusters import Cluster, Clusters
from artsim.maps.config import MapConfig
from artsim.maps.model import FORMAT, Map, MapInfo
from artsim.maps.staleness import staleness
from artsim.search.galleries import Galleries

_MAPS = "maps"
_INFO, _CLUSTERS, _IDS = "map.json", "clusters.json", "ids.txt"
_ARRAYS = ("points", "mosaic", "neighbours", "labels", "outlier_scores", "fingerprints")


def list_maps(galleries: Galleries, collection: str) -> list[MapInfo]:
    """The kept maps of a collection, newest first; raises NotFound for an unknown collection."""
    found = []
    for file in _fetched(galleries, collection).glob(f"[!.]*/{_INFO}"):
        info = _read(file)
        if info is not None and info.config.collection == collection:
            found.append(replace(info, stale=staleness(galleries, file.parent, info)))
    return sorted(found, key=lambda info: (info.created, info.id), reverse=True)


def find_map(galleries: Galleries, config: MapConfig) -> MapInfo | None:
    """The newest kept map of this very config, also a stale one."""
    maps = list_maps(galleries, config.collection)
    same = [info for info in maps if info.config == config]
    return next((info for info in same if not info.stale), same[0] if same else None)


def load_map(galleries: Galleries, collection: str, map_id: str) -> Map:
    """A kept map, its arrays memory-mapped; raises NotFound."""
    folder = _folder(galleries, collection) / checked_id(map_id)
    if not folder.is_dir():
        _fetched(galleries, collection)
    info = _read(folder / _INFO)
    try:
        if info is None:
            raise FileNotFoundError(folder)
        arrays = {
            name: np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
            for name in _ARRAYS
        }
        document = json.loads((folder / _CLUSTERS).read_text(encoding="utf-8"))
        ids = (folder / _IDS).read_text(encoding="utf-8").split()
    except (OSError, ValueError, EOFError) as error:
        raise NotFound(
            f"There is no map {map_id[:40]!r} of {collection!r} (any more): make it again with "
            f"'artsim map {collection}'."
        ) from error
    clusters = Clusters(
        labels=arrays["labels"],
        clusters=[Cluster.from_json(cluster) for cluster in document["clusters"]],
        outliers=document["outliers"],
        outlier_scores=arrays["outlier_scores"],
    )
    return Map(
        info=replace(info, stale=staleness(galleries, folder, info)),
        ids=ids,
        points=arrays["points"],
        clusters=clusters,
        mosaic=arrays["mosaic"],
        neighbours=arrays["neighbours"],
        fingerprints=arrays["fingerprints"],
    )


def delete_map(galleries: Galleries, collection: str, map_id: str) -> None:
    """Forget a kept map; raises NotFound."""
    folder = _folder(galleries, collection) / checked_id(map_id)
    if not (folder / _INFO).is_file():
        raise NotFound(f"There is no map {map_id[:40]!r} of {collection!r}.")
    galleries.collection(collection).folder.forget(f"{_MAPS}/{map_id}", _INFO)
    atomic.remove(folder)


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
        kept = {"format": FORMAT, **replace(info, stale="").to_json()}
        (aside / _INFO).write_text(json.dumps(kept, indent=1), encoding="utf-8")
        shared.send(aside, f"{_MAPS}/{info.id}", _INFO)
    for file in folder.glob(f"[!.]*/{_INFO}"):
        other = _read(file)
        # What cannot be read now may be another version's, or readable again tomorrow.
        if other is not None and other.config == info.config and other.id != info.id:
            shared.forget(f"{_MAPS}/{file.parent.name}", _INFO)
            atomic.remove(file.parent)


def _folder(galleries: Galleries, collection: str) -> Path:
    return galleries.collection(collection).path / _MAPS


def _fetched(galleries: Galleries, collection: str) -> Path:
    """The folder of maps, with those that other machines have made."""
    kept = galleries.collection(collection)
    kept.folder.fetch(kept.path / _MAPS, _MAPS, _INFO)
    return kept.path / _MAPS


def _read(file: Path) -> MapInfo | None:
    """The info in a file; None where it is of another format, damaged or not there."""
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if document.pop("format") != FORMAT:
            return None
        config = MapConfig.model_validate(document.pop("config"))
        return MapInfo(**{**document, "config": config, "notes": tuple(document["notes"])})
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ValidationError):
        return None
