"""Joining NGA's tables: which objects to bring, each with its primary image."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from artsim.collection.sources.nga.config import NgaConfig
from artsim.collection.sources.nga.records import Row, whole
from artsim.core.counts import count

OBJECT_COLUMNS = ("objectid",)
IMAGE_COLUMNS = ("iiifurl", "depictstmsobjectid")
_CLOSED = frozenset({"0", "false", "f", "no", "n"})
_OPEN = frozenset({"1", "true", "t", "yes", "y"})
_HEAVY = frozenset({"provenancetext", "inscription", "markings", "watermarks"})


@dataclass(frozen=True)
class Picture:
    """An image of an object: where it is, and whether it is open access ("" unknown)."""

    iiif: str
    openaccess: str
    order: tuple[bool, int, str]

    @property
    def primary(self) -> bool:
        return not self.order[0]

    @property
    def closed(self) -> bool:
        return self.openaccess in _CLOSED

    @property
    def open(self) -> bool:
        return self.openaccess in _OPEN


@dataclass(frozen=True)
class Objects:
    """The wanted rows of objects.csv by objectid, and all ids that it has."""

    wanted: dict[int, Row]
    all_ids: set[int]


def read_objects(rows: Iterable[Row], classification: str, notes: list[str]) -> Objects:
    """Keep the objects of a classification, the first row of each id."""
    wanted: dict[int, Row] = {}
    all_ids: set[int] = set()
    nameless = repeated = 0
    needle = classification.strip().casefold()
    for row in rows:
        objectid = whole(row["objectid"])
        if objectid is None or objectid < 0:
            nameless += 1
            continue
        if objectid in all_ids:
            repeated += 1
            continue
        all_ids.add(objectid)
        kind = row.get("classification") or row.get("visualbrowserclassification") or ""
        if needle in kind.casefold():
            wanted[objectid] = {k: v for k, v in row.items() if k not in _HEAVY}
    if nameless:
        notes.append(f"objects: {count(nameless, 'row')} without a numeric objectid skipped.")
    if repeated:
        notes.append(
            f"objects: {count(repeated, 'row')} skipped, because an earlier row has the same "
            "objectid."
        )
    return Objects(wanted, all_ids)


def read_pictures(
    rows: Iterable[Row], objects: Objects, include_restricted: bool, notes: list[str]
) -> dict[int, list[Picture]]:
    """The images of each wanted object that may be used, its primary one of lowest sequence first.

    An object without a primary image has none.
    """
    found: dict[int, list[Picture]] = {}
    orphans: set[int] = set()
    closed: set[int] = set()
    nameless = 0
    for row in rows:
        objectid = whole(row["depictstmsobjectid"])
        if objectid is None or not row["iiifurl"]:
            nameless += 1
            continue
        if objectid not in objects.all_ids:
            orphans.add(objectid)
            continue
        if objectid not in objects.wanted:
            continue
        sequence = whole(row.get("sequence", ""))
        primary = row.get("viewtype", "primary").casefold() == "primary"
        place = 10**9 if sequence is None else sequence
        order = (not primary, place, row.get("uuid", "") or row["iiifurl"])
        picture = Picture(row["iiifurl"], row.get("openaccess", "").casefold(), order)
        if not picture.closed or include_restricted:
            found.setdefault(objectid, []).append(picture)
        elif primary:
            closed.add(objectid)
    pictures = {
        objectid: _each_once(sorted(views, key=lambda view: view.order))
        for objectid, views in found.items()
        if any(view.primary for view in views)
    }
    if nameless:
        notes.append(
            f"published_images: {count(nameless, 'row')} without an object or an image skipped."
        )
    if orphans:
        notes.append(
            f"published_images: {count(len(orphans), 'object id')} not in the objects table "
            "(orphans)."
        )
    if left := len(closed - pictures.keys()):
        notes.append(
            f"{count(left, 'work')} left out because the image is not open access "
            "(--include-restricted brings them)."
        )
    return pictures


def _each_once(views: list[Picture]) -> list[Picture]:
    kept: dict[str, Picture] = {}
    for view in views:
        kept.setdefault(view.iiif, view)
    return list(kept.values())


def chosen(pictures: Iterable[int], config: NgaConfig) -> list[int]:
    """The ids to bring, sorted; a limit picks by a seeded order of the ids, so that it is varied.

    The order hashes (seed, objectid): the same limit gives the same works, a larger one adds to
    them, and neighbours by donor or accession number do not come as a block.
    """
    ids = list(pictures)
    if config.limit is not None:
        ids.sort(key=lambda i: hashlib.sha256(f"{config.seed}:{i}".encode()).digest())
        ids = ids[: config.limit]
    return sorted(ids)
