"""Do calibrated scores hold on works that they were not measured on?

The collection must be embedded. A fifth of its works (whole work groups, where it has a column
work_group) is taken out of the gallery and used as queries; the rest is calibrated. The table has
what was predicted beside what was observed. Corrections for hubs are compared on all works.
"""

import sys
from collections.abc import Iterator

import numpy as np

from artsim.backbones.copies import read_copies, score_copies
from artsim.backbones.registry import resolve
from artsim.backbones.runtime.load import Runtime, load_runtime
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.search.calibration import BANDS, SAME_WORK, Calibration, CopyScores, calibrate
from artsim.search.gallery import Gallery
from artsim.search.neighbours import METRICS, Metric
from artsim.search.pairs import Pairs, label_codes
from benchmarks.hubs import corrections
from benchmarks.kit.command import (
    BACKBONES,
    COLLECTION,
    HOME,
    SEED,
    Benchmark,
    Options,
    command_line,
)
from benchmarks.kit.machine import facts
from benchmarks.kit.results import Results

COLUMNS = (
    *("metric", "what", "name", "condition", "expected", "observed", "low", "high"),
    *("cases", "note", "collection", "works", "backbone", "digest", "seed", "code", "date"),
)
TOP = 10
NOISE = 64
Row = dict[str, object]


def split(gallery: Gallery, seed: int) -> tuple[Gallery, np.ndarray]:
    """The gallery without a fifth of the work groups, and the rows taken out."""
    table, rng = gallery.catalog.table, np.random.default_rng(seed)
    column = "work_group" if "work_group" in table.column_names else "id"
    names = np.array(table.column(column).to_pylist(), object)[gallery.positions].astype(str)
    held = np.isin(names, rng.permutation(np.unique(names))[: len(np.unique(names)) // 5])
    kept = np.flatnonzero(~held)
    rest = Gallery(
        gallery.catalog,
        gallery.column,
        [gallery.ids[row] for row in kept],
        np.ascontiguousarray(gallery.matrix[kept]),
    )
    return rest, np.flatnonzero(held)


def fresh_pairs(gallery: Gallery, rest: Gallery, held: np.ndarray) -> Pairs:
    """Works taken out against all works that stayed."""
    kept = np.array([gallery.row_of(int(position)) for position in rest.positions], np.intp)
    groups = gallery.catalog.groups[gallery.positions]
    return Pairs(gallery.matrix, held, kept, label_codes(gallery), groups)


def odds_rows(found: Calibration, pairs: Pairs, metric: Metric) -> Iterator[Row]:
    """Predicted against observed shares of hits among the top ten, and their ECE."""
    scores = pairs.scores(metric)
    top = np.argpartition(-scores, TOP - 1, axis=1)[:, :TOP]
    values = np.take_along_axis(scores, top, 1)
    sharing = pairs.allowed & ~pairs.unrelated
    for name, mask, ask in (
        ("same artist", pairs.shared("artist"), found.same_artist),
        ("shares a label", sharing, found.shared_label),
    ):
        hits = np.take_along_axis(mask, top, 1).ravel()
        told = np.array([ask(float(score), metric) for score in values.ravel()])
        edges = np.unique(np.quantile(told, np.linspace(0, 1, 11)))
        place = np.clip(np.searchsorted(edges, told, "right") - 1, 0, len(edges) - 2)
        gaps = []
        for i in range(len(edges) - 1):
            part = place == i
            if part.any():
                gaps.append((abs(told[part].mean() - hits[part].mean()), part.sum()))
                yield row(
                    metric,
                    "odds",
                    name,
                    f"told {edges[i]:.3f} to {edges[i + 1]:.3f}",
                    told[part].mean(),
                    hits[part].mean(),
                    part.sum(),
                )
        ece = sum(gap * count for gap, count in gaps) / len(told)
        yield row(metric, "odds", name, "expected calibration error", 0.0, ece, len(told))


def chance_rows(
    found: Calibration, pairs: Pairs, metric: Metric, rng: np.random.Generator
) -> Iterator[Row]:
    """How often the best of n unrelated works reaches the score that chance says it does."""
    scores = np.where(pairs.unrelated, pairs.scores(metric), -np.inf)
    for works in (100, 1000, scores.shape[1]):
        some = rng.permutation(scores.shape[1])[:works]
        best = scores[:, some].max(axis=1)
        counts = pairs.unrelated[:, some].sum(axis=1)
        told = np.array(
            [
                found.chance(float(score), metric, int(n))
                for score, n in zip(best, counts, strict=True)
            ]
        )
        for share in (0.05, 0.5, 0.95):
            observed = (told <= share).mean()
            yield row(
                metric, "chance", f"best of {works:,}", f"told {share}", share, observed, len(told)
            )


def band_rows(found: Calibration, pairs: Pairs, metric: Metric) -> Iterator[Row]:
    """Shares of each band, as told and among fresh queries; who falls into it."""
    scores = pairs.scores(metric)
    top = np.argpartition(-scores, TOP - 1, axis=1)[:, :TOP]
    values = np.take_along_axis(scores, top, 1)
    artist = np.take_along_axis(pairs.shared("artist"), top, 1)
    sharing = np.take_along_axis(pairs.allowed & ~pairs.unrelated, top, 1)
    bands = found.bands(metric)
    inside = np.array([[found.band(float(s), metric).name for s in line] for line in values])
    absent = set(BANDS) - {band.name for band in bands}
    for band in bands:
        part = inside == band.name
        limit = -np.inf if band.threshold is None else band.threshold
        said = f"from {limit:.3f}" if band.threshold is not None else "below"
        yield row(
            metric,
            "band",
            band.name,
            f"random pairs {said}",
            band.random.share,
            (scores >= limit).mean(),
            scores.size,
        )
        if band.same_artist is not None:
            mask = pairs.shared("artist")
            yield row(
                metric,
                "band",
                band.name,
                f"same-artist pairs {said}",
                band.same_artist.share,
                (scores[mask] >= limit).mean(),
                mask.sum(),
            )
        yield row(metric, "band", band.name, "share of the top ten", "", part.mean(), part.size)
        if part.any():
            for name, hits in (("by the same artist", artist), ("sharing a label", sharing)):
                yield row(metric, "band", band.name, name, "", hits[part].mean(), part.sum())
    for name in sorted(absent):
        yield row(metric, "band", name, "not reached by this backbone", "", "", 0)
    nothing = np.mean([found.nothing_close(line, metric) for line in values])
    yield row(metric, "band", "nothing close", "queries that are works", "", nothing, len(values))
    alarms = (values.max(axis=1) >= bands[0].threshold).mean()
    yield row(
        metric, "band", SAME_WORK, "queries with another work in it", 0.01, alarms, len(values)
    )


def strange_rows(
    found: Calibration, gallery: Gallery, runtime: Runtime, seed: int
) -> Iterator[Row]:
    """Pictures of nothing: noise and waves have nothing close in any collection of paintings."""
    rng, side = np.random.default_rng(seed), runtime.spec.input_size
    y, x = np.mgrid[:side, :side]
    images = []
    for i in range(NOISE):
        if i % 2:
            images.append(rng.integers(0, 256, (3, side, side)))
        else:
            a, b = rng.uniform(0.01, 0.4, 2)
            images.append(np.stack([127 + 120 * np.sin(a * x + b * y)] * 3))
    for metric in METRICS:
        close = []
        for vector in runtime.embed(np.stack(images).astype(np.uint8)):
            nearest = gallery.index.search(vector, 1, metric)
            close.append(found.nothing_close(nearest.scores, metric))
        yield row(
            metric, "band", "nothing close", "queries that are noise", 1.0, np.mean(close), NOISE
        )


def copy_rows(found: Calibration, fresh: CopyScores) -> Iterator[Row]:
    """Copies of other works, altered by another seed, against the band that was measured."""
    for metric in METRICS:
        band = found.bands(metric)[0]
        scores = np.array(getattr(fresh, metric))
        told = band.copies.share if band.copies else ""
        yield row(
            metric,
            "band",
            SAME_WORK,
            "altered copies",
            told,
            (scores >= band.threshold).mean(),
            len(scores),
        )


def row(
    metric: str,
    what: str,
    name: str,
    condition: str,
    expected: object,
    observed: object,
    cases: int,
) -> Row:
    """One line of the table; shares are rounded."""
    shown = [f"{v:.4f}" if isinstance(v, float) else v for v in (expected, observed)]
    return {
        "metric": metric,
        "what": what,
        "name": name,
        "condition": condition,
        "expected": shown[0],
        "observed": shown[1],
        "cases": int(cases),
    }


def run(options: Options, results: Results) -> None:
    """Calibrate each backbone on some works and ask with the others."""
    library = Library(Workspace.open(options.home))
    settings = {"collection": options.collection, "seed": options.seed}
    with results.table("calibration.csv", settings | facts("code", "date")) as table:
        for backbone in options.backbone:
            gallery = library.gallery(options.collection, backbone)
            about = {
                "works": len(gallery),
                "backbone": backbone,
                "digest": gallery.column.digest[:12],
            }
            print("expected is what was told, observed what works held out showed")
            for line in compared(library, options.collection, gallery, options.seed):
                table.add(line | about)
                span = f" [{line['low']}, {line['high']}]" if "low" in line else ""
                print(
                    f"{line['metric']:10}{line['what']:11}{line['name']:31}"
                    f"{line['condition']:34}{line['expected']!s:>8}{line['observed']!s:>9}"
                    f"{line['cases']:>10,}{span}",
                    flush=True,
                )


def compared(library: Library, collection: str, gallery: Gallery, seed: int) -> Iterator[Row]:
    """Every line of the table for one backbone's gallery."""
    backbone, column = gallery.column.backbone, gallery.column.column
    runtime = load_runtime(resolve(library.workspace, backbone))
    kept = read_copies(library.collection(collection), column)
    fresh = score_copies(library.collection(collection), column, runtime, seed=seed + 1)
    rest, held = split(gallery, seed)
    found = calibrate(rest, seed, CopyScores(kept.cosine, kept.euclidean))
    pairs = fresh_pairs(gallery, rest, held)
    rng = np.random.default_rng(seed)
    for metric in METRICS:
        yield from band_rows(found, pairs, metric)
        yield from chance_rows(found, pairs, metric, rng)
        yield from odds_rows(found, pairs, metric)
    yield from copy_rows(found, CopyScores(fresh.cosine, fresh.euclidean))
    yield from strange_rows(found, rest, runtime, seed)
    yield from ({"metric": "cosine", **line} for line in corrections(gallery))


BENCHMARK = Benchmark(run, {"calibration.csv": COLUMNS}, (HOME, COLLECTION, BACKBONES, SEED))

if __name__ == "__main__":
    sys.exit(command_line("calibration"))
