"""What unmarked copies do to a figure: the same works with and without pictures that come twice.

Paintings are embedded frozen. Copies are the same pictures, smaller and compressed again, under
other ids; nothing says that they are copies, and the import merges nothing.
"""

import csv
import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from artsim.backbones.embed import embed_collection
from artsim.collection.importer import import_collection
from artsim.collection.sources.folder import FolderSource
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.evaluate import evaluate
from artsim.library import Library

BACKBONE = "efficientnet_lite0"
COPIES, SMALLER, QUALITY, K = 20, 0.9, 75, 10
COLUMNS = (
    *("collection", "copies", "left_out", "relevance", "map_at_10", "low", "high", "queries"),
    *("clusters", "suspected", "works_left_out", "gallery", "backbone"),
)
FIELDS = ("id", "image", "title", "artist", "year", "style", "genre")


def rows(workspace: Workspace, data: Path) -> Iterator[dict[str, object]]:
    """The figures without copies, with them, and with them left out on request."""
    works = _works(data)
    titled = [work for work in works if work["title"]]
    chosen = np.random.default_rng(0).permutation(len(titled))[:COPIES]
    with tempfile.TemporaryDirectory(dir=workspace.root) as made:
        root = Path(made)
        inner = Workspace.open(root / "home")
        copies = [_copy(titled[i], data, root) for i in sorted(chosen.tolist())]
        lines = [work | {"image": _linked(work, data, root)} for work in works]
        for name, more in (("works", []), ("copied", copies)):
            _import(inner, name, root, [*lines, *more])
        for name, left_out in (("works", False), ("copied", False), ("copied", True)):
            yield from _figures(inner, name, left_out)


def _works(data: Path) -> list[dict[str, str]]:
    there = {path.stem for path in (data / "paintings_hires" / "images").glob("*.jpg")}
    with (data / "paintings" / "artworks.csv").open(encoding="utf-8", newline="") as file:
        return [line for line in csv.DictReader(file) if line["id"] in there]


def _picture(work: dict[str, str], data: Path) -> bytes:
    return (data / "paintings" / "images" / f"{work['id']}.jpg").read_bytes()


def _linked(work: dict[str, str], data: Path, root: Path) -> str:
    (root / f"{work['id']}.jpg").write_bytes(_picture(work, data))
    return f"{work['id']}.jpg"


def _copy(work: dict[str, str], data: Path, root: Path) -> dict[str, str]:
    picture = Image.open(io.BytesIO(_picture(work, data)))
    size = tuple(round(SMALLER * side) for side in picture.size)
    picture.resize(size, Image.Resampling.BICUBIC).save(
        root / f"copy-{work['id']}.jpg", quality=QUALITY
    )
    return work | {"id": f"copy-{work['id']}", "image": f"copy-{work['id']}.jpg"}


def _import(workspace: Workspace, name: str, root: Path, works: list[dict[str, str]]) -> None:
    table = root / f"{name}.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(works)
    folder = root / name
    folder.mkdir()
    for work in works:
        (folder / work["image"]).hardlink_to(root / work["image"])
    source = FolderSource(folder, metadata=table)
    import_collection(workspace, name, source, quality=False, progress=TerminalProgress())
    collection = Library(workspace).collection(name)
    embed_collection(workspace, collection, BACKBONE, progress=TerminalProgress())


def _figures(workspace: Workspace, name: str, left_out: bool) -> Iterator[dict[str, object]]:
    config = EvaluateConfig(
        collection=name,
        backbones=(BACKBONE,),
        relevances=("title", "artist", "style"),
        k=K,
        leave_out_copies=left_out,
    )
    for run in evaluate(Library(workspace), config).runs:
        figure = run.figures["map_at_k"]
        low, high = figure.ci95 or (None, None)
        yield {
            "collection": "679 paintings" if name == "works" else "679 paintings and copies",
            "copies": 0 if name == "works" else COPIES,
            "left_out": left_out,
            "relevance": run.relevance,
            "map_at_10": _rounded(figure.value),
            "low": _rounded(low),
            "high": _rounded(high),
            "queries": run.queries,
            "clusters": run.interval.clusters,
            "suspected": run.copies.suspected,
            "works_left_out": run.copies.left_out,
            "gallery": run.gallery,
            "backbone": BACKBONE,
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
