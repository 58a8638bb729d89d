"""What unmarked copies do to a figure: the same works with and without repeated pictures.

Paintings are embedded frozen. Copies are the same pictures under other ids, compressed again, at
their size or smaller; nothing says that they are copies, and the import merges nothing.
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
from artsim.collection.store import Collection
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.evaluate import evaluate
from artsim.library import Library

NAME, BACKBONE = "paintings", "efficientnet_lite0"
COPIES, K = 20, 10
KINDS = {"compressed again": (1.0, 90), "smaller, compressed again": (0.9, 75)}  # size, quality
COLUMNS = (
    *("copies", "how_many", "left_out", "relevance", "map_at_10", "low", "high", "queries"),
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
        folder = root / "pictures"
        folder.mkdir()
        lines = [_linked(work, data, folder) for work in works]
        _import(inner, folder, lines)
        yield _figures(inner, "none", False)
        for kind in KINDS:
            copies = [_copy(titled[i], data, folder, kind) for i in sorted(chosen.tolist())]
            _import(inner, folder, [*lines, *copies])
            for left_out in (False, True):
                yield _figures(inner, kind, left_out)
            Library(inner).desk(NAME, "benchmark").remove([copy["id"] for copy in copies])
            for copy in copies:
                (folder / copy["image"]).unlink()


def _works(data: Path) -> list[dict[str, str]]:
    there = {path.stem for path in (data / "paintings_hires" / "images").glob("*.jpg")}
    with (data / "paintings" / "artworks.csv").open(encoding="utf-8", newline="") as file:
        return [line for line in csv.DictReader(file) if line["id"] in there]


def _picture(work: dict[str, str], data: Path) -> bytes:
    return (data / "paintings" / "images" / f"{work['id']}.jpg").read_bytes()


def _linked(work: dict[str, str], data: Path, folder: Path) -> dict[str, str]:
    (folder / f"{work['id']}.jpg").write_bytes(_picture(work, data))
    return work | {"image": f"{work['id']}.jpg"}


def _copy(work: dict[str, str], data: Path, folder: Path, kind: str) -> dict[str, str]:
    scale, quality = KINDS[kind]
    picture = Image.open(io.BytesIO(_picture(work, data)))
    width, height = (round(scale * side) for side in picture.size)
    name = f"copy{list(KINDS).index(kind)}-{work['id']}"
    smaller = picture.resize((width, height), Image.Resampling.BICUBIC)
    smaller.save(folder / f"{name}.jpg", quality=quality)
    return work | {"id": name, "image": f"{name}.jpg"}


def _import(workspace: Workspace, folder: Path, works: list[dict[str, str]]) -> None:
    table = folder.with_suffix(".csv")
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(works)
    source, progress = FolderSource(folder, metadata=table), TerminalProgress()
    import_collection(workspace, NAME, source, quality=False, progress=progress)
    collection = Collection.open(workspace, NAME)
    embed_collection(workspace, collection, BACKBONE, progress=progress)


def _figures(workspace: Workspace, copies: str, left_out: bool) -> dict[str, object]:
    config = EvaluateConfig(
        collection=NAME,
        backbones=(BACKBONE,),
        relevances=("title",),
        k=K,
        leave_out_copies=left_out,
    )
    (run,) = evaluate(Library(workspace), config).runs
    figure = run.figures["map_at_k"]
    low, high = figure.ci95 or (None, None)
    return {
        "copies": copies,
        "how_many": COPIES if copies in KINDS else 0,
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
