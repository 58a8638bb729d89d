"""Does what is learnt on one collection help in another? Other artists, and genres never named.

The artists of the paintings are halved, and so are the genres. Parts are fitted on what a frozen
network gives for works of one half of the artists whose genre is named; works of the other half
search each other, by artist, by style, and by the genres that were never named. Then the halves of
the artists change places. At last artsim-lite0, network and parts, on the artists that were kept
aside from its training (its genres were named). Differences are to the frozen network's last layer
on the same queries; intervals and tests are of whole artists.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from artsim.core.workspace import Workspace
from artsim.evaluation.bootstrap import confidence
from artsim.evaluation.significance import paired_p
from artsim.training.affine import AffineMap
from artsim.training.embedding_heads import GENERAL, HeadTargets, fit_maps
from artsim.training.retrieval import Asked, EvaluationSet
from artsim.training.weights import joined
from benchmarks.kit.command import (
    DATA,
    NEEDED_HOME,
    SEED,
    Benchmark,
    Options,
    command_line,
)
from benchmarks.kit.machine import facts
from benchmarks.kit.results import Results
from benchmarks.pooled_works import Floats, PooledWorks, cluster_codes, parts_of, pooled_works
from benchmarks.train_data import paintings

FROZEN, TRAINED = "efficientnet_lite0", "artsim-lite0"
BASE, FLIPS = "frozen last layer", 9_999
FACTS = ("seed", "code", "date")
COLUMNS = (
    *("trained_on", "searched", "embedding", "relevance", "map_at_10", "low", "high"),
    *("difference", "difference_low", "difference_high", "p", "queries", "clusters"),
    *("works_trained_on", "gallery", "genres_named", *FACTS),
)
Rows = npt.NDArray[np.int64]
Row = dict[str, object]


def carried(works: PooledWorks, seed: int) -> Iterator[Row]:
    """Parts fitted on one half of the artists, among the other half, and the other way round."""
    rng = np.random.default_rng(seed)
    artists, genre = works.data.artists, works.data.labels["genre"]
    there = np.sort(works.evaluation.rows)
    there = there[artists[there] >= 0]
    known = rng.permutation(np.unique(artists[there]))
    genres = np.unique(genre.same[there][genre.same[there] >= 0])
    named = np.sort(rng.permutation(genres)[: len(genres) // 2])
    names = _names(works, "genre")
    halves = known[: len(known) // 2], known[len(known) // 2 :]
    for one, half in zip(("A", "B"), halves, strict=True):
        own = np.isin(artists[there], half)
        fit = there[own & (np.isin(genre.same[there], named) | (genre.same[there] < 0))]
        # A copy or another version may stand under another name.
        groups = works.data.groups
        asked = there[~own & ~np.isin(groups[there], groups[fit])]
        about = {
            "trained_on": f"parts, artists {one}",
            "searched": f"artists {'B' if one == 'A' else 'A'}",
            "works_trained_on": len(fit),
            "genres_named": ", ".join(names[code] for code in named.tolist()),
        }
        embeddings = _embeddings(works, fit)
        classes = {
            "genre, never named": np.where(np.isin(genre.same, named), -1, genre.same),
            "genre, named": np.where(np.isin(genre.same, named), genre.same, -1),
        }
        yield from _table(works, asked, embeddings, classes, about)


def kept_aside(frozen: PooledWorks, trained: PooledWorks) -> Iterator[Row]:
    """artsim-lite0 on the artists that its training kept aside, beside the frozen network."""
    unseen = trained.evaluation.unseen
    parts = parts_of(trained)
    weights = {part.name: part.weight for part in trained.spec.parts}
    embeddings = {
        BASE: _last_layer(frozen),
        "general part": parts[GENERAL],
        "all parts": joined(parts, weights),
    }
    about = {
        "trained_on": f"{TRAINED}, network and parts",
        "searched": "artists kept aside",
        "works_trained_on": len(trained.evaluation.gallery),
        "genres_named": "all",
    }
    classes = {"genre, named": trained.data.labels["genre"].same}
    yield from _table(trained, unseen, embeddings, classes, about)


def _embeddings(works: PooledWorks, fit: Rows) -> dict[str, Floats]:
    """What is compared; its parts are fitted on the works ``fit`` alone, and weigh alike."""
    place = _places(works)
    pooled = works.pooled[place[fit]]
    classes = {name: one.same for name, one in works.data.labels.items()}
    nothing = dict.fromkeys(classes, AffineMap(np.zeros((1, 1)), np.zeros(1)))
    targets = HeadTargets(nothing, classes | {GENERAL: works.data.artists})
    maps = fit_maps(pooled, fit, targets, works.design)
    parts = {name: one.apply(works.pooled) for name, one in maps.items()}
    deviation = pooled.std(axis=0) + 1e-6
    return {
        BASE: _last_layer(works),
        "frozen stages, standardised": (works.pooled - pooled.mean(axis=0)) / deviation,
        "general part": parts[GENERAL],
        "all parts": joined(parts, dict.fromkeys(parts, 1.0)),
    }


def _last_layer(works: PooledWorks) -> Floats:
    return np.ascontiguousarray(works.pooled[:, -works.spec.dimension :])  # after the stages


def _table(
    works: PooledWorks,
    rows: Rows,
    embeddings: Mapping[str, Floats],
    genres: Mapping[str, npt.NDArray[np.int64]],
    about: Row,
) -> Iterator[Row]:
    """A line for each embedding and relevance; ``rows`` of the examples search each other."""
    labels = works.data.labels
    same = {"artist": works.data.artists, "style": labels["style"].same, **genres}
    asking: EvaluationSet = replace(
        works.evaluation, gallery=rows, queries=rows, unseen=rows[:0], same=same
    )
    place = _places(works)[asking.rows]
    found: dict[str, dict[str, Asked]] = {}
    for name, embedding in embeddings.items():
        values = np.ascontiguousarray(embedding[place], np.float32)
        found[name] = asking.asked(values) | asking.by_other_artists(values)
        for relevance, one in found[name].items():
            yield about | {
                "embedding": name,
                "relevance": relevance.replace("_", " "),
                "gallery": len(rows),
                **_compared(works, one, found[BASE][relevance]),
            }


def _compared(works: PooledWorks, one: Asked, base: Asked) -> Row:
    clusters = cluster_codes(works, one.queries)
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


def _places(works: PooledWorks) -> Rows:
    """Where each row of the examples stands in ``pooled``."""
    rows = works.evaluation.rows
    place = np.full(len(works.data.ids), -1, np.int64)
    place[rows] = np.arange(len(rows))
    return place


def _names(works: PooledWorks, label: str) -> dict[int, str]:
    """The name of each value of a label that training knows."""
    one = works.data.labels[label]
    known = np.flatnonzero(one.codes >= 0)
    pairs = zip(one.same[known].tolist(), one.codes[known].tolist(), strict=True)
    return {same: one.names[code] for same, code in pairs}


def run(options: Options, results: Results) -> None:
    """Fill the table."""
    workspace = Workspace.open(options.home)
    folder = paintings(options.home / "paintings", options.data)
    frozen, trained = (pooled_works(workspace, folder, name) for name in (FROZEN, TRAINED))
    with results.table("transfer.csv", facts("code", "date") | {"seed": options.seed}) as table:
        for rows in (carried(frozen, options.seed), kept_aside(frozen, trained)):
            for row in rows:
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
