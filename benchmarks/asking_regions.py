"""How well regions find their pictures: crops of the same file, and motifs pasted into others.

Crops of a half, 0.35 and a quarter of each side are cut out of paintings at random, written as
JPEG files and looked for among all paintings; works of the same ``work_group`` are left out.
Motifs of paintings are pasted into other paintings at random places and sizes, and looked for by
the region of their own painting, whose own picture is left out. Boxes are compared with the truth.
The paintings are imported, embedded and given patches the first time. Intervals are bootstraps
over queries; the speed is that of a whole search with an upload that is new and one that is known.
"""

import io
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pyarrow.csv as pacsv
from PIL import Image

from artsim.backbones.build_patches import build_patches
from artsim.backbones.patches import Basis, quantised, stacked_maps
from artsim.collection.patch_column import POSITIONS
from artsim.collection.store import Collection
from artsim.core.progress import TerminalProgress
from artsim.images.canonical import decode_canonical
from artsim.images.query_pictures import query_picture
from artsim.library import Library
from artsim.search.patch_gallery import Box, PatchGallery
from artsim.search.query import Query
from artsim.search.query_item import Item
from artsim.search.regions import cropped, region_views
from benchmarks.asking_why import BACKBONE, NAME, RESAMPLES, prepare
from benchmarks.kit.command import (
    DATA,
    NEEDED_HOME,
    QUICK,
    SEED,
    Benchmark,
    Option,
    Options,
    command_line,
    flag,
)
from benchmarks.kit.machine import facts
from benchmarks.kit.results import Results

TARGETS = {0.5: 0.98, 0.35: 0.80, 0.25: 0.35}
TARGET_IOU, TARGET_SECONDS = 0.4, 1.0
PASTED = (0.3, 0.55)  # sides of a pasted motif, as shares of the scene's
MOTIF = (0.35, 0.5)  # of the painting that it is of
FACTS = ("cpu", "cores", "load", "python", "artsim", "date")
COLUMNS = (
    *("queries_are", "what", "value", "low", "high", "target", "queries", "works", "collection"),
    *("backbone", "digest"),
    *FACTS,
)
QUICK_QUERIES = 5
Row = dict[str, object]


@dataclass(frozen=True)
class Asker:
    """What regions are looked for with: the patches, their network and basis, the pictures."""

    library: Library
    collection: Collection
    patches: PatchGallery
    groups: np.ndarray
    rng: np.random.Generator

    @property
    def basis(self) -> Basis:
        return Basis(**self.patches.basis)

    def pixels(self, place: int) -> np.ndarray:
        """The picture of one of the works that have patches."""
        jpeg = self.collection.image(self.patches.ids[place])
        assert jpeg is not None
        return decode_canonical(jpeg)

    def views(self, crop: np.ndarray):  # type: ignore[no-untyped-def]
        """A region's pixels as they are looked for."""
        spec = self.library.resolve(BACKBONE)
        with self.library.patches.networks.looking(spec) as network:  # type: ignore[arg-type]
            return region_views(network, self.basis, crop)

    def value(self, pixels: np.ndarray) -> np.ndarray:
        """The stored patches of a picture that is none of the collection."""
        spec = self.library.resolve(BACKBONE)
        with self.library.patches.networks.looking(spec) as network:  # type: ignore[arg-type]
            return quantised(self.basis.reduced(stacked_maps(network, pixels, POSITIONS)))


def crops(asker: Asker, side: float, queries: int) -> Iterator[tuple[int, float]]:
    """Rank of the own work and IoU of its box, for crops of ``side`` of each side."""
    for place in asker.rng.permutation(len(asker.patches.ids))[:queries].tolist():
        pixels = asker.pixels(place)
        box = some_box(asker.rng, side, side)
        crop = as_file(cropped(pixels, box))
        views = asker.views(crop)
        found = asker.patches.find(views)
        others = asker.groups != asker.groups[place]
        rank = 1 + int((found.scores[others] >= found.scores[place]).sum())
        own = asker.patches.box(place, views[int(found.views[place])])
        yield rank, overlap(own, box)


def pasted(asker: Asker, queries: int) -> Iterator[tuple[int, float]]:
    """The same for motifs that were pasted into other paintings, one scene a motif."""
    places = asker.rng.permutation(len(asker.patches.ids))[: 2 * queries].reshape(2, -1).tolist()
    made = []
    for motif, scene in zip(*places, strict=True):
        source, target = asker.pixels(motif), asker.pixels(scene).copy()
        box = some_box(asker.rng, *asker.rng.uniform(*MOTIF, 2).tolist())
        crop = cropped(source, box)
        height, width = target.shape[:2]
        scale = asker.rng.uniform(*PASTED) * min(height / crop.shape[0], width / crop.shape[1])
        size = [max(12, round(n * scale)) for n in crop.shape[1::-1]]
        size = [min(size[0], width), min(size[1], height)]
        left = int(asker.rng.integers(width - size[0] + 1))
        top = int(asker.rng.integers(height - size[1] + 1))
        small = Image.fromarray(crop).resize(tuple(size), Image.Resampling.LANCZOS)
        target[top : top + size[1], left : left + size[0]] = np.asarray(small)
        true = (left / width, top / height, size[0] / width, size[1] / height)
        made.append((motif, scene, crop, true, asker.value(as_file(target))))
    scenes = np.stack([one[4] for one in made])
    count = len(asker.patches.ids)
    whole = replace(
        asker.patches,
        values=np.concatenate([asker.patches.values[:count], scenes]),
        files=[],
        works=[],
    )
    groups = np.concatenate([asker.groups, -1 - np.arange(len(made))])
    for i, (motif, _scene, crop, true, _value) in enumerate(made):
        views = asker.views(crop)
        found = whole.find(views)
        others = (groups != groups[motif]) & (np.arange(len(whole)) != count + i)
        rank = 1 + int((found.scores[others] >= found.scores[count + i]).sum())
        own = whole.box(count + i, views[int(found.views[count + i])])
        yield rank, overlap(own, true)


def speeds(asker: Asker, repeat: int) -> tuple[list[float], list[float]]:
    """Seconds of whole searches with a region of an upload: new ones, and the same again."""
    fresh, known = [], []
    for place in asker.rng.permutation(len(asker.patches.ids))[:repeat].tolist():
        out = io.BytesIO()
        Image.fromarray(asker.pixels(place)).save(out, "JPEG", quality=90)
        picture = query_picture(out.getvalue(), "upload.jpg")
        query = Query(BACKBONE, like=(Item(picture=picture, box=(0.2, 0.2, 0.4, 0.4)),))
        for seconds in (fresh, known):
            began = time.perf_counter()
            asker.library.search(NAME, query)
            seconds.append(time.perf_counter() - began)
    return fresh[1:], known[1:]


def some_box(rng: np.random.Generator, width: float, height: float) -> Box:
    return float(rng.uniform(0, 1 - width)), float(rng.uniform(0, 1 - height)), width, height


def as_file(pixels: np.ndarray) -> np.ndarray:
    """Pixels as they come back out of a JPEG file of quality 90."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG", quality=90)
    return np.asarray(Image.open(io.BytesIO(out.getvalue())).convert("RGB"))


def overlap(one: Box, other: Box) -> float:
    """Intersection over union of two boxes.

    >>> overlap((0, 0, 1, 1), (0, 0, 0.5, 1))
    0.5
    """
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    both = max(width, 0) * max(height, 0)
    return both / (one[2] * one[3] + other[2] * other[3] - both)


def figures(
    name: str, found: list[tuple[int, float]], target: float | str, rng: np.random.Generator
) -> Iterator[Row]:
    """The rows of one set of queries."""
    ranks, boxes = np.array([r for r, _ in found]), np.array([b for _, b in found])
    drawn = rng.integers(len(found), size=(RESAMPLES, len(found)))
    for what, values, aim in (
        ("R@1", ranks == 1, target),
        ("R@10", ranks <= 10, ""),
        ("box IoU", boxes, TARGET_IOU),
    ):
        low, high = np.quantile(values[drawn].mean(1), (0.025, 0.975)).round(4).tolist()
        value = round(float(values.mean()), 4)
        yield {
            "queries_are": name,
            "what": what,
            "value": value,
            "low": low,
            "high": high,
            "target": aim,
            "queries": len(found),
        }


def groups_of(data: Path, ids: list[str]) -> np.ndarray:
    """A number for each work, the same for photographs and versions of one."""
    table = pacsv.read_csv(data / NAME / "artworks.csv")
    known = dict(
        zip(table.column("id").to_pylist(), table.column("work_group").to_pylist(), strict=True)
    )
    return np.unique([str(known.get(i) or i) for i in ids], return_inverse=True)[1]


def run(options: Options, results: Results) -> None:
    """Measure crops, pasted motifs and the speed."""
    known = facts(*FACTS)
    library = prepare(options.home, options.data)
    collection = Collection.open(library.workspace, NAME)
    if not options.as_it_is:
        build_patches(library.workspace, collection, BACKBONE, TerminalProgress())
        library.refresh(NAME)
    digest = library.gallery(NAME, BACKBONE).column.digest
    patches = library.patches.of(NAME, BACKBONE, digest)
    rng = np.random.default_rng(options.seed)
    groups = groups_of(options.data, patches.ids)
    asker = Asker(library, library.collection(NAME), patches, groups, rng)
    queries = QUICK_QUERIES if options.quick else options.queries
    told = {
        "works": len(patches.ids),
        "collection": NAME,
        "backbone": BACKBONE,
        "digest": digest[:12],
    }
    with results.table("asking_regions.csv", known) as table:

        def add(rows: Iterator[Row]) -> None:
            for row in rows:
                table.add({**row, **told})
                print(*row.values(), sep="  ", flush=True)

        for side, target in TARGETS.items():
            add(figures(f"crops, {side} side", list(crops(asker, side, queries)), target, rng))
        add(figures("pasted motifs", list(pasted(asker, queries // 2 + 1)), "", rng))
        for name, seconds in zip(("new upload", "known upload"), speeds(asker, 8), strict=True):
            value = round(float(np.median(seconds)), 3)
            row = {"queries_are": name, "what": "seconds, median", "value": value}
            add(iter([{**row, "target": TARGET_SECONDS, "queries": len(seconds)}]))


BENCHMARK = Benchmark(
    run,
    {"asking_regions.csv": COLUMNS},
    (
        NEEDED_HOME,
        DATA,
        SEED,
        QUICK,
        flag("--as-it-is", "use only works that have patches already"),
        Option("--queries", "crops of each size; half as many pasted motifs", int, 1_000),
    ),
    needs=(NAME,),
)

if __name__ == "__main__":
    sys.exit(command_line("asking_regions"))
