"""Images a second of fine-tuning against the network's own limit, and what fine-tuning is worth.

    python -m benchmarks.train --home FOLDER [--data ../shared/data] [--only speed|quality]
                               [--steps 30] [--batch-size N] [--seed-epochs 8]

FOLDER is a workspace; the paintings are linked there the first time, divided as the published
checkpoints divided them. Speed: whole training steps (crops made in a thread, forward, backward,
optimizer) against the same steps on one synthetic batch that lies in memory, and the crops alone.
Quality: benchmarks.train_quality. Writes benchmarks/results/train_speed.csv and train_quality.csv.
"""

import argparse
import csv
import datetime
import itertools
import os
import platform
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from artsim.core.progress import TerminalProgress
from artsim.core.version import code_version
from artsim.core.workspace import Workspace
from artsim.training.base import Base, find_base
from artsim.training.batches import TrainBatches
from artsim.training.config import TrainConfig
from artsim.training.data import Data, read_data
from artsim.training.heads import Heads
from artsim.training.memory import keep_freed_memory
from artsim.training.module import FineTuning
from artsim.training.recipes import Recipe, recipe_of
from benchmarks import train_quality
from benchmarks.train_data import paintings

RESULTS = Path(__file__).parent / "results"
NETWORKS = (("efficientnet_lite0", True), ("resnet18", False))
WARM = 3
WORKERS = {"cpu": 1, "cuda": 8}  # as a training has them
Row = dict[str, object]


def speed(workspace: Workspace, folder: Path, steps: int, batch_size: int | None) -> Iterator[Row]:
    """Images a second of each network: training, its limit, and the crops alone."""
    keep_freed_memory()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    for backbone, pretrained in NETWORKS:
        config = TrainConfig(
            source=str(folder),
            backbone=backbone,
            name="speed",
            pretrained=pretrained,
            batch_size=batch_size,
        )
        base = find_base(workspace, config)
        recipe = recipe_of(config, base.spec.input_size if pretrained else None)
        data = read_data(workspace, config, recipe, base, TerminalProgress())
        batches = TrainBatches(
            data.pixels.images,
            data.split.train,
            data.labels,
            recipe,
            config.seed,
            lambda: 0,
            workers=WORKERS[device],
        )
        module = _module(base, recipe, data).to(device)
        module.train()
        optimizer = module.configure_optimizers()["optimizer"]
        one = next(iter(batches))
        rates = {"synthetic batch in memory": [], "training": []}
        for _ in range(3):  # the ways take turns, so that what else runs meets both alike
            rates["synthetic batch in memory"].append(_rate(module, optimizer, one, steps, device))
            rates["training"].append(_rate(module, optimizer, iter(batches), steps, device))
        limit = float(np.median(rates["synthetic batch in memory"]))
        for way, found in rates.items():
            yield _row(backbone, recipe, device, way, float(np.median(found)), limit)
        yield _row(backbone, recipe, device, "crops alone", _crops(batches, steps), limit)


def _module(base: Base, recipe: Recipe, data: Data) -> FineTuning:
    torch.manual_seed(0)
    network = base.student(recipe).to(memory_format=torch.channels_last)
    counts = {label: len(one.names) for label, one in data.labels.items()}
    return FineTuning(
        network,
        Heads(network.pooled_dimension, counts, recipe),
        recipe,
        data.labels,
        data.material(recipe.gallery_sample, 0),
        (base.spec.mean, base.spec.std),
        steps=1000,
        seed=0,
    )


def _rate(module: FineTuning, optimizer: Any, source: Any, steps: int, device: str) -> float:
    began, done = 0.0, 0
    for step in range(WARM + steps):
        if step == WARM:
            _finished(device)
            began, done = time.perf_counter(), 0
        batch = source if isinstance(source, dict) else next(source)
        batch = {name: value.to(device) for name, value in batch.items()}
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            loss = module.training_step(batch, step)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(module.parameters(), module.recipe.clip)
        optimizer.step()
        done += len(batch["rows"])
    _finished(device)
    return done / (time.perf_counter() - began)


def _finished(device: str) -> None:
    if device == "cuda":
        torch.cuda.synchronize()


def _crops(batches: TrainBatches, steps: int) -> float:
    began, done = time.perf_counter(), 0
    for _, batch in zip(range(steps), batches, strict=False):
        done += len(batch["rows"])
    return done / (time.perf_counter() - began)


def _row(backbone: str, recipe: Recipe, device: str, way: str, rate: float, limit: float) -> Row:
    return {
        "backbone": backbone,
        "image_size": recipe.image_size,
        "batch_size": recipe.batch_size,
        "frozen_stages": recipe.frozen_stages,
        "device": _device_name(),
        "precision": "bf16" if device == "cuda" else "32",
        "way": way,
        "images_per_second": round(rate, 1),
        "of_limit": round(rate / limit, 3),
    }


def _device_name() -> str:
    return torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"


def facts() -> Row:
    """What the figures depend on besides the code."""
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "torch": torch.__version__,
        "python": platform.python_version(),
        "artsim": code_version(),
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="minutes"),
    }


def elsewhere(path: Path) -> list[Row]:
    """The rows of a table that another device gave: what is measured here leaves them."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["device"] != _device_name()]


def write(path: Path, rows: Iterator[Row], known: Row, kept: Sequence[Row] = ()) -> None:
    """Print each row and put it into the table as it comes, after the rows ``kept``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = None
    with path.open("w", encoding="utf-8", newline="") as file:
        for row in itertools.chain(kept, (row | known for row in rows)):
            if writer is None:
                writer = csv.DictWriter(file, list(row))
                writer.writeheader()
            print("  ".join(f"{value}" for value in row.values()), flush=True)
            writer.writerow(row)
            file.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train", description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--only", choices=("speed", "quality"))
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--batch-size", type=int, help="pictures a step; default: the recipe's")
    parser.add_argument("--seed-epochs", type=int, default=8)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    known = facts()  # the load before anything runs here
    workspace = Workspace.open(options.home)
    folder = paintings(options.home / "paintings", options.data)
    if options.only != "quality":
        rows = speed(workspace, folder, options.steps, options.batch_size)
        table = options.out / "train_speed.csv"
        write(table, rows, known, elsewhere(table))
    if options.only != "speed":
        rows = train_quality.quality(workspace, folder, options.seed_epochs)
        write(options.out / "train_quality.csv", rows, known)


if __name__ == "__main__":
    main()
