"""Images a second of fine-tuning against the network's own limit, and what fine-tuning is worth.

The paintings are linked into the workspace the first time, divided as the published checkpoints
divided them. Speed: whole training steps (crops made in a thread, forward, backward,
optimizer) against the same steps on one synthetic batch that lies in memory, and the crops alone.
Quality: benchmarks.train_quality. Only where asked for: cards writes the model cards of the
published checkpoints again, wide composes artsim-lite0-wide in the workspace. Rows of speed that
another device gave stay, and those of recipe seed where it is left out.
"""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.training.base import Base, find_base
from artsim.training.batches import Loading, TrainBatches
from artsim.training.config import TrainConfig
from artsim.training.data import DataRequest, TrainingData, prepare, squashed
from artsim.training.memory import keep_freed_memory
from artsim.training.module import FineTuning, Schedule
from artsim.training.recipes import Recipe, recipe_of
from artsim.training.student import build_student
from benchmarks import train_cards, train_quality, train_wide
from benchmarks.kit.command import DATA, NEEDED_HOME, Benchmark, Option, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.results import Results
from benchmarks.kit.timing import ratio
from benchmarks.train_data import paintings

FACTS = ("cores", "load", "torch", "python", "artsim", "date")
SPEED = (
    *("backbone", "image_size", "batch_size", "frozen_stages", "device", "precision", "way"),
    *("images_per_second", "of_limit", *FACTS),
)
QUALITY = (
    *("who", "embedding", "label", "map_at_10", "low", "high", "queries", "gallery"),
    *FACTS,
)
WHAT = ("speed", "quality")
CARDS, WIDE = "cards", "wide"
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
        base = find_base(workspace, backbone, pretrained)
        recipe = recipe_of(config, base.spec.input_size if pretrained else None)
        request = DataRequest(config.source, config.labels, config.division)
        spec = squashed(base.spec, max(recipe.embed_size, recipe.image_size))
        data = prepare(workspace, request, spec, TerminalProgress())
        batches = TrainBatches(
            data.training_pictures(),
            recipe.sampling(config.seed),
            recipe.augmentation,
            lambda: 0,
            Loading(workers=WORKERS[device]),
        )
        module = _module(base, recipe, data).to(device)
        module.train()
        optimizer = module.configure_optimizers()["optimizer"]
        one = next(iter(batches))
        rates = {"synthetic batch in memory": [], "training": []}
        for _ in range(3):  # the ways take turns, so that what else runs meets both alike
            rates["synthetic batch in memory"].append(_rate(module, optimizer, one, steps, device))
            rates["training"].append(_rate(module, optimizer, iter(batches), steps, device))
        limits = rates["synthetic batch in memory"]
        print(f"{backbone}: {ratio(rates['training'], limits)} of a synthetic batch", flush=True)
        for way, found in rates.items():
            yield _row(backbone, recipe, device, way, found, limits)
        yield _row(backbone, recipe, device, "crops alone", [_crops(batches, steps)] * 3, limits)


def _module(base: Base, recipe: Recipe, data: TrainingData) -> FineTuning:
    student = build_student(base, data.labels, recipe, seed=0, teacher=None)
    evaluation = data.evaluation_set(recipe.gallery_sample)
    return FineTuning(student, data.labels, evaluation, Schedule(recipe, steps=1000, seed=0))


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


def _row(
    backbone: str, recipe: Recipe, device: str, way: str, rates: list[float], limits: list[float]
) -> Row:
    return {
        "backbone": backbone,
        "image_size": recipe.image_size,
        "batch_size": recipe.batch_size,
        "frozen_stages": recipe.frozen_stages,
        "device": _device_name(),
        "precision": "bf16" if device == "cuda" else "32",
        "way": way,
        "images_per_second": round(float(np.median(rates)), 1),
        "of_limit": round(ratio(rates, limits).median, 3),
    }


def _device_name() -> str:
    return torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"


def run(options: Options, results: Results) -> None:
    """Measure speed, quality or both."""
    known = facts(*FACTS)
    workspace = Workspace.open(options.home)
    folder = paintings(options.home / "paintings", options.data)
    if "speed" in options.what:
        with results.table("train_speed.csv", known, replaces=("device",)) as table:
            for row in speed(workspace, folder, options.steps, options.batch_size):
                table.add(row)
                print(*row.values(), sep="  ", flush=True)
    if "quality" in options.what:
        kept = {"replaces": ("who",), "order": train_quality.order}
        with results.table("train_quality.csv", known, **kept) as table:
            for row in train_quality.quality(workspace, folder, options.seed_epochs):
                table.add(row)
                print(*row.values(), sep="  ", flush=True)
    if WIDE in options.what:
        print(train_wide.composed(workspace, folder, TerminalProgress()).folder, flush=True)
    if CARDS in options.what:
        for name in train_cards.remade(workspace, folder):
            print(f"wrote the card of {name}", flush=True)


BENCHMARK = Benchmark(
    run,
    {"train_speed.csv": SPEED, "train_quality.csv": QUALITY},
    (
        NEEDED_HOME,
        DATA,
        Option("--what", "what to do", str, WHAT, True, {"choices": (*WHAT, CARDS, WIDE)}),
        Option("--steps", "steps of training that are timed", int, 30),
        Option("--batch-size", "pictures a step, else the recipe's", int),
        Option("--seed-epochs", "epochs of recipe seed; 0 leaves it out", int, 8),
    ),
    needs=("paintings",),
)

if __name__ == "__main__":
    sys.exit(command_line("train"))
