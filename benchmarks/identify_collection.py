"""The 10,000 works that photographs are looked up in, and those that were left out of them."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from artsim.backbones.embed import embed_collection
from artsim.collection.artwork import Artwork
from artsim.collection.importer import import_collection
from artsim.collection.sources.base import SourceItem
from artsim.collection.store import Collection, list_collections
from artsim.core.progress import Progress, TerminalProgress
from artsim.core.workspace import Workspace
from artsim.demo.source import DemoSource
from benchmarks.damage import jpeg

NAME, WORKS, LEFT_OUT = "photographed", 10_000, 400
DEMO = 120
Row = Mapping[str, str]


def rows_of(data: Path) -> list[Row]:
    """The paintings' table."""
    with (data / "paintings" / "artworks.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def picture_of(data: Path, artwork_id: str) -> Image.Image:
    """One painting, RGB."""
    with Image.open(data / "paintings" / "images" / f"{artwork_id}.jpg") as image:
        return image.convert("RGB")


def left_out(rows: list[Row], seed: int) -> set[str]:
    """Ids of the works that the collection lacks, with all versions and photographs of each."""
    groups = sorted({row["work_group"] for row in rows})
    chosen: set[str] = set()
    for place in np.random.default_rng([seed, 1]).permutation(len(groups)).tolist():
        if len(chosen) >= LEFT_OUT:
            break
        chosen |= {row["id"] for row in rows if row["work_group"] == groups[place]}
    return chosen


class Photographed:
    """The paintings without those left out, and mirrored ones until there are ``WORKS``."""

    kind = "photographed"
    identity = "photographed"
    description = "Paintings, and mirrored paintings, to look photographs up in"
    generated = False

    def __init__(self, data: Path, seed: int) -> None:
        self._data, self._seed = data, seed
        self.notes: list[str] = []

    def items(self, known: Mapping[str, str], progress: Progress) -> Iterator[SourceItem]:
        """Every work; the mirrored ones are other works, of the same kind."""
        rows = rows_of(self._data)
        without = left_out(rows, self._seed)
        there = [row for row in rows if row["id"] not in without]
        progress.start(WORKS, "Importing paintings", "works")
        for place in range(WORKS):
            row, mirrored = there[place % len(there)], place >= len(there)
            name = f"mirrored-{row['id']}" if mirrored else row["id"]
            image = picture_of(self._data, row["id"])
            data = jpeg(ImageOps.mirror(image), 95) if mirrored else None
            yield SourceItem(
                file=f"{name}.jpg",
                artwork=Artwork(name, row["title"], row["artist"]),
                fingerprint=name,
                path=None if mirrored else self._data / "paintings" / "images" / f"{name}.jpg",
                data=data,
                unchanged=f"{name}.jpg" in known,
            )
            progress.advance()
        progress.finish()


def prepare(home: Path, data: Path, backbone: str, seed: int) -> Workspace:
    """The workspace with the collection imported and embedded."""
    workspace, progress = Workspace.open(home), TerminalProgress()
    if NAME not in list_collections(workspace):
        source = Photographed(data, seed)
        import_collection(workspace, NAME, source, quality=False, progress=progress)
    if "demo" not in list_collections(workspace):
        import_collection(workspace, "demo", DemoSource(DEMO), progress=progress)
    for name in (NAME, "demo"):
        collection = Collection.open(workspace, name)
        embed_collection(workspace, collection, backbone, progress=progress)
    return workspace
