"""What inference in bfloat16 and in 8-bit integers costs in retrieval, and what it saves.

Real paintings, real weights: each backbone as OpenVINO runs it in float32, in bfloat16 where the
processor has it, and quantised with NNCF: by its defaults, and the careful way (first and last
layer left in float32, biases corrected layer by layer), both calibrated with other paintings of the
collection. Each work is a query among the others, by cosine; mAP@10 by artist, style and genre.
``same_neighbours`` is the share of the ten nearest that stay, ``by_sample`` what artsim itself
finds of it on 500 works, ``map_lost`` what mAP@10 loses by the label that loses most; ``accepted``
is what artsim would use. About ten minutes.
"""

import csv
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from artsim.backbones.preprocess import preprocess_jpeg
from artsim.backbones.registry import resolve
from artsim.backbones.runtime.agreement import agreement, mean_average_precision, nearest
from artsim.backbones.runtime.base import CHUNK
from artsim.backbones.runtime.export import MODEL, folder_of
from artsim.backbones.runtime.load import load_runtime
from artsim.backbones.runtime.openvino import imported, processor
from artsim.backbones.runtime.samples import samples
from artsim.backbones.spec import BackboneSpec
from artsim.collection.labels import label_codes
from artsim.core.workspace import Workspace
from benchmarks.embed import lowest_cosine
from benchmarks.kit.command import DATA, Benchmark, Option, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.results import Results

BACKBONES = ("efficientnet_lite0", "artsim-lite0", "artsim-resnet18")
LABELS = ("artist", "style", "genre")
CALIBRATION, SAMPLE = 128, 500
PRODUCTS = ("Convolution", "GroupConvolution", "MatMul")
FACTS = ("cpu", "cores", "python", "openvino", "artsim", "date")
COLUMNS = (
    *("backbone", "precision", "core_ms", *(f"map_at_10_{label}" for label in LABELS)),
    *("same_neighbours", "by_sample", "map_lost", "accepted", "lowest_cosine"),
    *("works", "load_before", *FACTS),
)
Row = dict[str, Any]


def works(data: Path, count: int) -> list[Row]:
    """``count`` paintings by chance, as they are described, with their JPEG."""
    with (data / "paintings" / "artworks.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    chosen = random.Random(0).sample(lines, min(count, len(lines)))
    images = data / "paintings" / "images"
    return [line | {"jpeg": (images / f"{line['id']}.jpg").read_bytes()} for line in chosen]


def quantised(model: Any, pictures: np.ndarray, careful: bool = False) -> Any:
    """The network in 8 bits."""
    imported()  # without its telemetry, which NNCF would use
    import nncf

    calibration = nncf.Dataset([picture[None] for picture in pictures])
    products = [op for op in model.get_ordered_ops() if op.get_type_name() in PRODUCTS]
    edges = [products[i].get_friendly_name() for i in (0, -1)] if careful else []
    return nncf.quantize(
        model.clone(),
        calibration,
        subset_size=len(pictures),
        ignored_scope=nncf.IgnoredScope(names=edges),
        fast_bias_correction=not careful,
    )


def embedded(model: Any, pictures: np.ndarray, hint: str = "f32") -> tuple[np.ndarray, float]:
    """Embeddings float32 [N, D], and milliseconds of one core an image."""
    options = {"NUM_STREAMS": 1, "INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": hint}
    request = imported().Core().compile_model(model, "CPU", options).create_infer_request()
    request.infer({0: pictures[:CHUNK]})
    before, found = time.process_time(), []
    for start in range(0, len(pictures), CHUNK):
        found.append(request.infer({0: pictures[start : start + CHUNK]})[0].copy())
    return np.concatenate(found), 1000 * (time.process_time() - before) / len(pictures)


def measured(spec: BackboneSpec, asked: list[Row], other: list[Row], cache: Path) -> Iterator[Row]:
    """A row for each precision of one backbone."""
    load_runtime(spec, "cpu", "openvino", cache, lambda: samples(spec))
    exact = imported().Core().read_model(folder_of(spec, cache, "f32") / MODEL)
    pictures = np.stack([preprocess_jpeg(spec, work["jpeg"]) for work in asked])
    calibration = np.stack([preprocess_jpeg(spec, work["jpeg"]) for work in other])
    labels = {label: label_codes([work[label] for work in asked]) for label in LABELS}
    expected = None
    ways: dict[str, tuple[Callable[[], Any], str]] = {"float32": (lambda: exact, "f32")}
    if "bf16" in processor()[1]:
        ways["bfloat16"] = lambda: exact, "bf16"
    ways["int8"] = lambda: quantised(exact, calibration), "f32"
    ways["int8, first and last layer float32"] = (
        lambda: quantised(exact, calibration, careful=True),
        "f32",
    )
    for precision, (make, hint) in ways.items():
        embeddings, core_ms = embedded(make(), pictures, hint)
        near = nearest(embeddings)
        expected = embeddings if expected is None else expected
        same = agreement(expected, embeddings, labels)
        by_sample = agreement(expected[:SAMPLE], embeddings[:SAMPLE], total=len(asked))
        yield {
            "backbone": spec.name,
            "precision": precision,
            "core_ms": round(core_ms, 1),
            **{
                f"map_at_10_{label}": round(mean_average_precision(near, codes), 4)
                for label, codes in labels.items()
            },
            "same_neighbours": round(same.stay, 3),
            "by_sample": round(by_sample.stay, 3),
            "map_lost": "" if same.lost is None else round(same.lost, 4),
            "accepted": same.suffices,
            "lowest_cosine": round(lowest_cosine(expected, embeddings), 4),
        }


def run(options: Options, results: Results) -> None:
    """Measure every backbone."""
    known = facts(*FACTS, "load_before")
    os.environ["ARTSIM_PRECISION"] = "float32"  # else there may be no export in float32
    chosen = works(options.data, options.works + CALIBRATION)
    asked, other = chosen[CALIBRATION:], chosen[:CALIBRATION]
    with (
        results.table("int8.csv", known | {"works": len(asked)}) as table,
        tempfile.TemporaryDirectory(prefix="artsim-") as folder,
    ):
        workspace = Workspace.open(folder)
        for name in BACKBONES:
            for row in measured(resolve(workspace, name), asked, other, Path(folder, "cache")):
                table.add(row)
                print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)


BENCHMARK = Benchmark(
    run,
    {"int8.csv": COLUMNS},
    (DATA, Option("--works", "paintings, each a query", int, 2_500)),
    needs=("paintings",),
)

if __name__ == "__main__":
    sys.exit(command_line("int8"))
