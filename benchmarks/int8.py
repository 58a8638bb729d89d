"""What inference in 8-bit whole numbers costs in retrieval, and what it saves.

    python -m benchmarks.int8 [--data ../shared/data] [--works 2500]

Real paintings, real weights: each backbone as OpenVINO runs it in float32, and quantised with NNCF
(its defaults, calibrated with 128 other paintings). Each work asks among the others by cosine;
mAP@10 by artist, style and genre. A part of neighbours is the same work among both ten nearest.
Writes int8.csv. About five minutes.
"""

import argparse
import csv
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from artsim.backbones.preprocess import preprocess_jpeg
from artsim.backbones.registry import resolve
from artsim.backbones.runtime.base import CHUNK, cores
from artsim.backbones.runtime.export import MODEL, folder_of
from artsim.backbones.runtime.load import load_runtime
from artsim.backbones.runtime.openvino import imported
from artsim.backbones.runtime.samples import samples
from artsim.backbones.spec import BackboneSpec
from artsim.core.version import code_version
from artsim.core.workspace import Workspace
from artsim.evaluation.metrics import average_precision_at_k
from benchmarks.embed import agreement, lowest_cosine, neighbours
from benchmarks.search import machine

RESULTS = Path(__file__).parent / "results" / "int8.csv"
BACKBONES = ("efficientnet_lite0", "artsim-lite0", "artsim-resnet18")
LABELS = ("artist", "style", "genre")
CALIBRATION, K = 128, 10
Row = dict[str, Any]


def works(data: Path, count: int) -> list[Row]:
    """``count`` paintings by chance, as they are described, with their JPEG."""
    with (data / "paintings" / "artworks.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    chosen = random.Random(0).sample(lines, min(count, len(lines)))
    images = data / "paintings" / "images"
    return [line | {"jpeg": (images / f"{line['id']}.jpg").read_bytes()} for line in chosen]


def quantised(model: Any, pictures: np.ndarray) -> Any:
    """The network in 8 bits."""
    imported()  # without its telemetry, which NNCF would use
    import nncf

    calibration = nncf.Dataset([picture[None] for picture in pictures])
    return nncf.quantize(model, calibration, subset_size=len(pictures))


def embedded(model: Any, pictures: np.ndarray) -> tuple[np.ndarray, float]:
    """Embeddings float32 [N, D], and milliseconds of one core an image."""
    options = {"NUM_STREAMS": 1, "INFERENCE_NUM_THREADS": 1, "INFERENCE_PRECISION_HINT": "f32"}
    request = imported().Core().compile_model(model, "CPU", options).create_infer_request()
    request.infer({0: pictures[:CHUNK]})
    before, found = time.process_time(), []
    for start in range(0, len(pictures), CHUNK):
        found.append(request.infer({0: pictures[start : start + CHUNK]})[0].copy())
    return np.concatenate(found), 1000 * (time.process_time() - before) / len(pictures)


def mean_average_precision(found: np.ndarray, values: list[str]) -> float:
    """mAP@K of the works that share a value with another."""
    labels = np.array(values)
    same = (labels[found] == labels[:, None]) & (labels[:, None] != "")
    others = (labels[:, None] == labels[None]).sum(1) - 1
    others[labels == ""] = 0
    return float(np.nanmean(average_precision_at_k(same, others)))


def measured(spec: BackboneSpec, asked: list[Row], other: list[Row], cache: Path) -> Iterator[Row]:
    """A row for each precision of one backbone."""
    load_runtime(spec, "cpu", "openvino", cache, lambda: samples(spec))
    exact = imported().Core().read_model(folder_of(spec, cache, "f32") / MODEL)
    pictures = np.stack([preprocess_jpeg(spec, work["jpeg"]) for work in asked])
    calibration = np.stack([preprocess_jpeg(spec, work["jpeg"]) for work in other])
    expected = None
    for precision, model in (("float32", exact), ("int8", quantised(exact, calibration))):
        embeddings, core_ms = embedded(model, pictures)
        near = neighbours(embeddings, K)
        expected = embeddings if expected is None else expected
        yield {
            "backbone": spec.name,
            "precision": precision,
            "core_ms": round(core_ms, 1),
            **{
                f"map_at_10_{label}": round(
                    mean_average_precision(near, [work[label] for work in asked]), 4
                )
                for label in LABELS
            },
            "same_neighbours": round(agreement(expected, embeddings), 3),
            "lowest_cosine": round(lowest_cosine(expected, embeddings), 4),
        }


def main() -> None:
    """Measure every backbone, print and write the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.int8", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--works", type=int, default=2_500)
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    if not (options.data / "paintings").is_dir():
        sys.exit(f"{options.data} has no paintings: name the folder that has with --data.")
    chosen = works(options.data, options.works + CALIBRATION)
    asked, other = chosen[CALIBRATION:], chosen[:CALIBRATION]
    told = machine()
    about = {"works": len(asked), "load_before": round(os.getloadavg()[0], 2)}
    about |= {"cpu": told["cpu"], "cores": cores(), "python": told["python"]}
    about |= {"openvino": imported().__version__.split("-")[0], "artsim": code_version()}
    about |= {"date": told["date"]}
    rows = []
    with tempfile.TemporaryDirectory(prefix="artsim-") as folder:
        workspace = Workspace.open(folder)
        for name in BACKBONES:
            for row in measured(resolve(workspace, name), asked, other, Path(folder, "cache")):
                rows.append(row | about)
                print("  ".join(f"{key} {value}" for key, value in row.items()), flush=True)
    with options.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
