"""What is trained on: works with labels, from a collection or from a folder of pictures."""

import csv
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import lance
import numpy as np
import numpy.typing as npt

from artsim.collection.artists import artist_key
from artsim.collection.labels import label_key
from artsim.collection.sources.files import IMAGE_EXTENSIONS
from artsim.collection.store import Collection, list_collections
from artsim.core.errors import InvalidInput, NotFound, UnsupportedImage
from artsim.core.limits import IMPORT_LIMITS
from artsim.core.workspace import Workspace
from artsim.images.cage import Cage
from artsim.images.canonical import decode_canonical
from artsim.training.config import LABELS

Groups = npt.NDArray[np.int64]
SPLITS = {name: name for name in ("train", "validation", "test", "unseen")} | {"val": "validation"}
_BATCH = 256

# A folder's files come from anywhere, unlike the pictures of a collection.
_files = Cage("artsim.images.caged_file:pixels", IMPORT_LIMITS, lanes=min(8, os.cpu_count() or 1))


@dataclass(frozen=True)
class Examples:
    """N works in a fixed order; a label is "" where it is unknown.

    Works of one of ``groups`` [N] are never separated. ``preset`` is the part of a work where
    the source was split already (train, validation, test, unseen), else "". ``encoded`` gives each
    work's row and bytes in order, or the error of a file that cannot be read. ``decode`` makes
    uint8 [H, W, 3] of bytes, with the shortest side no smaller than asked where it is larger, or
    raises UnsupportedImage. ``collection`` is its name, None for a folder; ``work_groups`` are as
    the source writes them, () where it has none.
    """

    source: str
    ids: tuple[str, ...]
    labels: Mapping[str, tuple[str, ...]]
    groups: Groups = field(repr=False)
    preset: tuple[str, ...] = field(repr=False)
    encoded: Callable[[], Iterator[tuple[int, bytes | UnsupportedImage]]] = field(repr=False)
    decode: Callable[[bytes, int], npt.NDArray[np.uint8]] = field(repr=False)
    notes: tuple[str, ...] = ()
    collection: str | None = None
    work_groups: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)


def read_examples(workspace: Workspace, source: str) -> Examples:
    """The works of a collection, or of a folder: ``source`` names a collection unless it has a
    path separator or no collection has that name. Raises NotFound and InvalidInput.
    """
    path = Path(source).expanduser()
    separators = [os.sep, os.altsep or os.sep]
    if path.is_dir() and (
        any(s in source for s in separators) or source not in list_collections(workspace)
    ):
        return _folder(path.resolve())
    if any(s in source for s in separators):
        raise NotFound(f"There is no folder {source[:200]!r}: check its path.")
    return _collection(Collection.open(workspace, source))


def fingerprint(examples: Examples, digests: list[str]) -> str:
    """SHA-256 over ids, labels and ``digests`` of the pictures: what exactly was trained on."""
    found = hashlib.sha256()
    for row, (name, digest) in enumerate(zip(examples.ids, digests, strict=True)):
        words = [name, digest, *(examples.labels[label][row] for label in sorted(examples.labels))]
        found.update("\0".join(words).encode() + b"\n")
    return found.hexdigest()


def _collection(collection: Collection) -> Examples:
    collection = collection.pinned()
    has = set(collection.columns())
    columns = (*LABELS, "title", "work_group", "duplicate_group", "split")
    wanted = [c for c in columns if c in has]
    table = collection.metadata(["id", "has_image", *wanted]).to_pydict()
    rows = [i for i, there in enumerate(table["has_image"]) if there]
    if not rows:
        raise InvalidInput(f"{collection.name!r} has no pictures: import some first.")
    texts = {c: [str(table[c][i] or "") for i in rows] for c in wanted}
    ids = tuple(table["id"][i] for i in rows)
    row_of = {name: row for row, name in enumerate(ids)}

    def encoded() -> Iterator[tuple[int, bytes]]:
        dataset = lance.dataset(collection.uri, version=collection.at)
        scanner = dataset.scanner(columns=["id", "image"], filter="has_image", batch_size=_BATCH)
        for batch in scanner.to_batches():
            names, images = batch.column("id").to_pylist(), batch.column("image").to_pylist()
            for name, image in zip(names, images, strict=True):
                yield row_of[name], image or b""

    return Examples(
        source=f"collection {collection.name!r}",
        ids=ids,
        labels={c: tuple(texts.get(c, [""] * len(ids))) for c in LABELS},
        groups=_groups(texts, len(ids)),
        preset=tuple(SPLITS.get(t.casefold(), "") for t in texts.get("split", [""] * len(ids))),
        encoded=encoded,
        decode=decode_canonical,
        collection=collection.name,
        work_groups=tuple(texts.get("work_group", ())),
    )


def _folder(root: Path) -> Examples:
    files = sorted(_pictures(root))
    if not files:
        raise InvalidInput(f"There are no pictures in {root}: name another folder.")
    known = _manifest(root)
    names = [path.relative_to(root).as_posix() for path in files]
    texts: dict[str, list[str]] = {c: [] for c in (*LABELS, "title", "work_group")}
    preset = []
    for name in names:
        folders = name.split("/")[:-1]
        part = SPLITS.get(folders[0].casefold(), "") if len(folders) > 1 else ""
        line = known.get(name, {})
        preset.append(SPLITS.get(line.get("split", "").casefold(), part))
        for column, values in texts.items():
            values.append(line.get(column, ""))
        inner = folders[1:] if part else folders
        if not texts["style"][-1] and inner:
            texts["style"][-1] = inner[0].replace("_", " ")
    if not any(texts["work_group"]):
        del texts["work_group"]

    def encoded() -> Iterator[tuple[int, bytes | UnsupportedImage]]:
        for row, path in enumerate(files):
            try:
                data: bytes | UnsupportedImage = path.read_bytes()
            except OSError as error:
                data = UnsupportedImage(f"The file cannot be read ({error.strerror}).")
            yield row, data

    return Examples(
        source=f"folder {root.name!r}",
        ids=tuple(names),
        labels={c: tuple(texts[c]) for c in LABELS},
        groups=_groups(texts, len(files)),
        preset=tuple(preset),
        encoded=encoded,
        decode=_decode,
        work_groups=tuple(texts.get("work_group", ())),
    )


def _decode(data: bytes, _side: int) -> npt.NDArray[np.uint8]:
    answer = _files.run({}, data)
    return np.frombuffer(answer.given[0], np.uint8).reshape(answer.said["shape"])


def _pictures(root: Path) -> Iterator[Path]:
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if not name.startswith(".")]
        for name in files:
            if not name.startswith(".") and Path(name).suffix.lower() in IMAGE_EXTENSIONS:
                yield Path(folder, name)


def _manifest(root: Path) -> dict[str, dict[str, str]]:
    path = root / "manifest.csv"
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [{k: v or "" for k, v in line.items() if k} for line in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(f"{path} cannot be read as a table: {error}.") from error
    return {line["file"]: line for line in lines if line.get("file")}


def _groups(texts: Mapping[str, list[str]], count: int) -> Groups:
    """Numbers of the groups: works that share a work group or a duplicate group.

    Where works have no work groups, those of one artist with one title count as one work.
    """
    keys = [[f"d{text}" if text else "" for text in texts.get("duplicate_group", [])]]
    if any(texts.get("work_group", [])):
        keys.append([f"w{text}" if text else "" for text in texts["work_group"]])
    elif "title" in texts and "artist" in texts:
        artists, titles = map(artist_key, texts["artist"]), map(label_key, texts["title"])
        pairs = zip(artists, titles, strict=True)
        keys.append([f"t{artist}\0{title}" if artist and title else "" for artist, title in pairs])
    parent = list(range(count))

    def root_of(row: int) -> int:
        while parent[row] != row:
            parent[row] = parent[parent[row]]
            row = parent[row]
        return row

    for column in keys:
        first: dict[str, int] = {}
        for row, key in enumerate(column):
            if key:
                parent[root_of(row)] = root_of(first.setdefault(key, row))
    roots = [root_of(row) for row in range(count)]
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)
