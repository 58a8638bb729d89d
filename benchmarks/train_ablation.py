"""What each number of recipe artsim is worth: the recipe with one thing changed, trained again.

A small budget, so that the whole table takes under an hour on two cores: a sample of the works
trained on, few epochs, small pictures. Figures can be compared within the table only: the queries
are works kept aside, the gallery the works trained on.
"""

import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from artsim.core.progress import NULL
from artsim.core.workspace import Workspace
from artsim.training import record
from artsim.training.config import TrainConfig
from artsim.training.finetune import finetune
from benchmarks.kit.command import DATA, NEEDED_HOME, Benchmark, Option, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.results import Results, Row
from benchmarks.train_data import SEED, paintings
from benchmarks.train_quality import FROZEN

FACTS = ("cores", "load", "torch", "python", "artsim", "date")
COLUMNS = (
    *("variant", "options", "map_at_10_artist", "map_at_10_style", "map_at_10_genre"),
    *("map_at_10_unseen_artist", "mean", "works", "queries", "unseen", "epochs", "image_size"),
    *("seconds", *FACTS),
)
VARIANTS: dict[str, dict[str, float]] = {
    "recipe artsim": {},
    "last layer only": {"stages": 0},
    "projections instead of discriminants": {"discriminant": 0},
    "no general part": {"general": 0},
    "metric loss by artist, 0.5": {"metric_weight": 0.5},
    "classes drawn alike by half": {"balance": 0.5},
    "no averaged weights": {"ema": 0},
    "nothing frozen": {"frozen_stages": 0},
    "one rate for all layers": {"layer_decay": 1},
    "no label smoothing": {"label_smoothing": 0},
    "margin 0.1": {"margin": 0.1},
    "no dropout": {"dropout": 0},
    "mild crops": {"crop": 0.8},
    "no change of brightness": {"colour": 0},
    "strong change of brightness": {"colour": 0.4},
}


def ablation(
    workspace: Workspace, folder: Path, variants: Sequence[str], options: Options
) -> Iterator[Row]:
    """Train each variant and tell its mAP@10 by label and of artists kept aside."""
    common = {"refit": 0, "base": 0, "embed_size": 128, "gallery_sample": 200}
    for variant in variants:
        began = time.perf_counter()
        config = TrainConfig(
            source=str(folder),
            backbone=FROZEN,
            name="ablation-variant",
            epochs=options.epochs,
            image_size=options.image_size,
            seed=SEED,
            options=common | VARIANTS[variant],
        )
        shutil.rmtree(record.published_folder(workspace, config.name), ignore_errors=True)
        result = finetune(workspace, config, NULL)
        assert result is not None
        metrics, images = result.summary["metrics"], result.summary["images"]
        found = {name: metrics[f"map10_{name}"] for name in ("artist", "style", "genre")}
        yield {
            "variant": variant,
            "options": " ".join(f"{k}={v:g}" for k, v in VARIANTS[variant].items()),
            **{f"map_at_10_{name}": round(value, 4) for name, value in found.items()},
            "map_at_10_unseen_artist": round(metrics["map10_unseen_artist"], 4),
            "mean": round((sum(found.values()) + metrics["map10_unseen_artist"]) / 4, 4),
            "works": images["train"],
            "queries": images["validation"],
            "unseen": images["unseen"],
            "epochs": options.epochs,
            "image_size": options.image_size,
            "seconds": round(time.perf_counter() - began),
        }


def run(options: Options, results: Results) -> None:
    """Train and measure every variant that is asked for."""
    known = facts(*FACTS)
    workspace = Workspace.open(options.home)
    folder = paintings(options.home / f"paintings_{options.works}", options.data, options.works)
    with results.table("train_ablation.csv", known) as table:
        for row in ablation(workspace, folder, options.what, options):
            table.add(row)
            print(*row.values(), sep="  ", flush=True)


BENCHMARK = Benchmark(
    run,
    {"train_ablation.csv": COLUMNS},
    (
        NEEDED_HOME,
        DATA,
        Option("--what", "variants to train", str, tuple(VARIANTS), True, {"choices": [*VARIANTS]}),
        Option("--works", "works trained on", int, 800),
        Option("--epochs", "epochs of each variant", int, 3),
        Option("--image-size", "side of the pictures in pixels", int, 96),
    ),
    needs=("paintings",),
)

if __name__ == "__main__":
    sys.exit(command_line("train_ablation"))
