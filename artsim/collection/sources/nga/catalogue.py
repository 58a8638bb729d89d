"""Joining NGA's tables: which objects to bring, each with its primary image."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from artsim.collection.sources.nga.config import NgaConfig
from artsim.collection.sources.nga.records import Row, whole

OBJECT_COLUMNS = ("objectid",)
IMAGE_COLUMNS = ("iiifurl", "depictstmsobjectid")
_CLOSED = frozenset({"0", "false", "f", "no", "n"})
_OPEN = frozenset({"1", "true", "t", "yes", "y"})
_HEAVY = frozenset({"provenancetext", "inscription", "markings", "watermarks"})


@dataclass(frozen=True)
class Picture:
    """The primary image of an object: where it is, and whether it is open access ("" unknown)."""

    iiif: str
    openaccess: str
    order: tuple[int, str]

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
        notes.append(f"objects: {nameless:,} rows without a numeric objectid were skipped.")
    if repeated:
        notes.append(f"objects: {repeated:,} rows repeat an objectid and were skipped.")
    return Objects(wanted, all_ids)


def read_pictures(
    rows: Iterable[Row], objects: Objects, include_restricted: bool, notes: list[str]
) -> dict[int, Picture]:
    """The primary image of each wanted object: the one of lowest sequence that may be used."""
    pictures: dict[int, Picture] = {}
    orphans: set[int] = set()
    closed: set[int] = set()
    views: Counter[int] = Counter()
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
        views[objectid] += 1
        if row.get("viewtype", "primary").casefold() != "primary":
            continue
        sequence = whole(row.get("sequence", ""))
        order = (10**9 if sequence is None else sequence, row.get("uuid", "") or row["iiifurl"])
        picture = Picture(row["iiifurl"], row.get("openaccess", "").casefold(), order)
        if picture.closed and not include_restricted:
            closed.add(objectid)
        elif objectid not in pictures or order < pictures[objectid].order:
            pictures[objectid] = picture
    if nameless:
        notes.append(f"published_images: {nameless:,} rows name no object or no image: skipped.")
    if orphans:
        notes.append(
            f"published_images: {len(orphans):,} object ids are not in the objects table (orphans)."
        )
    further = [views[objectid] - 1 for objectid in pictures if views[objectid] > 1]
    if further:
        notes.append(
            f"published_images: {len(further):,} works have {sum(further):,} further views, which "
            "were not brought: the first primary one was."
        )
    if left := len(closed - pictures.keys()):
        notes.append(
            f"{left:,} works were left out because their image is not open access "
            "(--include-restricted brings them)."
        )
    return pictures


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
