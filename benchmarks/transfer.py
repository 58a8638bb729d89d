"""Does what is learnt on one collection help in another? Other artists, and genres never named.

The artists of the paintings are halved, and so are the genres. Parts are fitted, as a training
fits them, on what a frozen network gives for works of one half of the artists, whose genre is named
or not known; works of the other half search each other, by artist, by style, and by the genres
that were never named. Then the halves change places. Differences are to the frozen embeddings on
the same queries; intervals and tests are of whole artists.
"""

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from artsim.backbones.embed import embed_collection
from artsim.collection.importer import import_collection
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection, list_collections
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.evaluation.bootstrap import confidence
from artsim.evaluation.significance import paired_p
from artsim.library import Library
from artsim.training.affine import AffineMap
from artsim.training.embedding_heads import GENERAL, HeadTargets, fit_maps
from artsim.training.retrieval import Asked, EvaluationSet
from artsim.training.split import same_codes
from artsim.training.weights import joined
from benchmarks.kit.command import DATA, NEEDED_HOME, SEED, Benchmark, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.results import Results
from benchmarks.pooled_works import cluster_codes

NAME, BACKBONE = "transfer", "efficientnet_lite0"
MOST, LEAST = 8, 3  # works of an artist
LABELS = ("style", "genre", "artist")
BASE, FLIPS = "frozen", 9_999
FACTS = ("backbone", "seed", "code", "date")
COLUMNS = (
    *("trained_on", "searched", "embedding", "relevance", "map_at_10", "low", "high"),
    *("difference", "difference_low", "difference_high", "p", "queries", "clusters"),
    *("works_trained_on", "gallery", "genres_never_named", *FACTS),
)
Rows = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Row = dict[str, object]


@dataclass(frozen=True)
class Works:
    """Frozen embeddings [N, D] of works, their labels as text, and numbers of labels and groups."""

    embedding: Floats = field(repr=False)
    texts: dict[str, list[str]] = field(repr=False)
    same: dict[str, Rows] = field(repr=False)
    groups: Rows = field(repr=False)


def embedded(workspace: Workspace, data: Path, seed: int) -> Works:
    """At most MOST works of each artist who has LEAST, imported and embedded the first time."""
    with (data / "paintings" / "artworks.csv").open(encoding="utf-8", newline="") as file:
        lines = [line for line in csv.DictReader(file) if line["artist"]]
    rng = np.random.default_rng(seed)
    by_artist: dict[str, list[dict[str, str]]] = {}
    for i in rng.permutation(len(lines)).tolist():
        by_artist.setdefault(lines[i]["artist"], []).append(lines[i])
    chosen = {w["id"]: w for ws in by_artist.values() if len(ws) >= LEAST for w in ws[:MOST]}
    name = f"{NAME}-{seed}"
    if name not in list_collections(workspace):
        folder = workspace.root / name
        folder.mkdir(exist_ok=True)
        for work in chosen:
            picture = data / "paintings" / "images" / f"{work}.jpg"
            (folder / picture.name).write_bytes(picture.read_bytes())
        import_collection(workspace, name, FolderSource(folder), quality=False)
    embed_collection(
        workspace, Collection.open(workspace, name), BACKBONE, progress=TerminalProgress()
    )
    gallery = Library(workspace).gallery(name, BACKBONE)
    works = [chosen[work] for work in gallery.ids]
    texts = {label: [work[label] for work in works] for label in LABELS}
    same = {label: same_codes(tuple(values), label) for label, values in texts.items()}
    groups = np.unique([w["work_group"] or w["id"] for w in works], return_inverse=True)[1]
    return Works(np.asarray(gallery.matrix, np.float32), texts, same, groups)


def carried(works: Works, seed: int) -> Iterator[Row]:
    """Parts fitted on one half of the artists, among the other half, and the other way round."""
    rng = np.random.default_rng(seed)
    artists, genres = works.same["artist"], works.same["genre"]
    known = rng.permutation(np.unique(artists[artists >= 0]))
    all_genres = rng.permutation(np.unique(genres[genres >= 0]))
    middle = len(all_genres) // 2
    for one, half in zip("AB", (known[::2], known[1::2]), strict=True):
        named = all_genres[:middle] if one == "A" else all_genres[middle:]
        own, never = np.isin(artists, half), ~np.isin(genres, named) & (genres >= 0)
        fit = np.flatnonzero(own & ~never)
        # A copy or another version of a work may stand under another name.
        rows = np.flatnonzero(~own & (artists >= 0) & ~np.isin(works.groups, works.groups[fit]))
        about = {
            "trained_on": f"artists {one}, {len(half)} of them",
            "searched": f"artists {'B' if one == 'A' else 'A'}, {len(known) - len(half)} of them",
            "works_trained_on": len(fit),
            "genres_never_named": ", ".join(
                sorted({works.texts["genre"][i] for i in np.flatnonzero(never).tolist()})
            ),
        }
        relevances = {
            "artist": artists,
            "style": works.same["style"],
            "genre never named": np.where(never, genres, -1),
        }
        yield from _table(works, rows, _embeddings(works, fit), relevances, about)


def _embeddings(works: Works, fit: Rows) -> dict[str, Floats]:
    """What is compared: parts fitted on the works ``fit`` alone, which weigh alike together."""
    shrinkage = dict.fromkeys(LABELS, 0.3) | {GENERAL: 10.0}
    nothing = dict.fromkeys(LABELS, AffineMap(np.zeros((1, 1)), np.zeros(1)))
    targets = HeadTargets(nothing, {**works.same, GENERAL: works.same["artist"]})
    maps = fit_maps(works.embedding[fit], fit, targets, 256, shrinkage)
    parts = {name: one.apply(works.embedding) for name, one in maps.items()}
    return {
        BASE: works.embedding,
        "general part": parts[GENERAL],
        "all parts": joined(parts, dict.fromkeys(parts, 1.0)),
    }


def _table(
    works: Works,
    rows: Rows,
    embeddings: dict[str, Floats],
    relevances: dict[str, Rows],
    about: Row,
) -> Iterator[Row]:
    """A line for each embedding and relevance; ``rows`` of the works search each other."""
    asking = EvaluationSet(
        rows, rows, rows[:0], groups=works.groups, same=relevances, artists=works.same["artist"]
    )
    base: dict[str, Asked] = {}
    for name, embedding in embeddings.items():
        values = np.ascontiguousarray(embedding[asking.rows])
        found = asking.asked(values) | asking.by_other_artists(values)
        base = base or found
        for relevance, one in found.items():
            yield about | {
                "embedding": name,
                "relevance": relevance.replace("_", " "),
                "gallery": len(rows),
                **_compared(works, one, base[relevance]),
            }


def _compared(works: Works, one: Asked, base: Asked) -> Row:
    clusters = cluster_codes(works.same["artist"], one.queries)
    low, high = confidence(one.values[:, None], clusters=clusters)[0]
    figures: Row = {
        "map_at_10": round(float(one.values.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "queries": len(one.values),
        "clusters": int(clusters.max()) + 1,
    }
    if one is base:
        return figures
    change = (one.values - base.values)[:, None]
    low, high = confidence(change, clusters=clusters)[0]
    return figures | {
        "difference": round(float(change.mean()), 4),
        "difference_low": round(float(low), 4),
        "difference_high": round(float(high), 4),
        "p": round(float(paired_p(change, FLIPS, 0, clusters)[0]), 4),
    }


def run(options: Options, results: Results) -> None:
    """Fill the table."""
    works = embedded(Workspace.open(options.home), options.data, options.seed)
    known = facts("code", "date") | {"seed": options.seed, "backbone": BACKBONE}
    with results.table("transfer.csv", known) as table:
        for row in carried(works, options.seed):
            table.add(row)
            print(*row.values(), sep="  ", flush=True)


BENCHMARK = Benchmark(
    run,
    {"transfer.csv": COLUMNS},
    (NEEDED_HOME, DATA, SEED),
    needs=("paintings",),
)

if __name__ == "__main__":
    sys.exit(command_line("transfer"))
