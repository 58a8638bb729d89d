"""Images a second from JPEG files to embeddings, against the naive loop, in one run.

    python -m benchmarks.embed [--data ../shared/data] [--out benchmarks/results] [--images 300]

Two sets: the paintings of ``paintings_hires`` and generated 1500 x 1200 JPEGs. The naive loop
decodes whole with Pillow, uses timm's transform and embeds one image at a time in eager
float32. Every way sees the same bytes in memory. Also: decoding and inference alone, and how
far bfloat16 moves the nearest neighbours on the paintings. Writes embed.csv.
"""

import argparse
import csv
import io
import os
import platform
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import timm
import torch
from PIL import Image

from artsim.backbones import lite
from artsim.backbones.embed import EmbeddedFile, embed_files, embedded
from artsim.backbones.runtime import Runtime, load_runtime
from artsim.version import code_version

BACKBONE = "efficientnet_lite0"
BATCH = 32
File = tuple[str, bytes]


def generated(count: int, size: tuple[int, int] = (1500, 1200)) -> list[File]:
    """JPEGs with structure at every scale, some 400 to 700 KB each."""
    files = []
    for seed in range(count):
        rng = np.random.default_rng(seed)
        canvas = np.zeros((size[1], size[0], 3), np.float32)
        for cells, strength in ((4, 70), (16, 40), (64, 24), (256, 14), (700, 12)):
            blocks = rng.integers(0, 256, (cells, cells, 3), np.uint8)
            layer = Image.fromarray(blocks).resize(size, Image.Resampling.BICUBIC)
            canvas += (np.asarray(layer, np.float32) - 128) * (strength / 70)
        out = io.BytesIO()
        Image.fromarray(np.clip(canvas + 128, 0, 255).astype(np.uint8)).save(
            out, "JPEG", quality=90
        )
        files.append((f"{seed}.jpg", out.getvalue()))
    return files


def paintings(data: Path) -> list[File]:
    """The files of ``paintings_hires``."""
    folder = data / "paintings_hires" / "images"
    return [(path.name, path.read_bytes()) for path in sorted(folder.glob("*.jpg"))]


def naive_loop() -> Callable[[list[File]], Any]:
    """The loop that one writes first: everything whole, one image at a time."""
    spec = lite.located(BACKBONE)
    model = timm.create_model(spec.architecture, num_classes=0).eval()
    model.load_state_dict(lite.load_tensors(spec), strict=False)
    transform = timm.data.create_transform(
        input_size=(3, spec.input_size, spec.input_size),
        interpolation=spec.interpolation,
        mean=spec.mean,
        std=spec.std,
        crop_pct=spec.crop_pct,
    )

    def run(files: list[File]) -> np.ndarray:
        with torch.inference_mode():
            rows = [
                model(transform(Image.open(io.BytesIO(data)).convert("RGB"))[None])
                for _, data in files
            ]
        return torch.cat(rows).numpy()

    return run


def embed_only(runtime: Runtime, files: list[File]) -> np.ndarray:
    """Embeddings of JPEGs as ``embed_collection`` makes them, nothing written."""
    batches = (files[i : i + BATCH] for i in range(0, len(files), BATCH))
    found = embedded(runtime, batches, lambda file: (runtime.preprocess(file[1]), None))
    return np.stack([made[0] for batch in found for _, made in batch])


def neighbours(embeddings: np.ndarray, k: int = 10) -> np.ndarray:
    """int [N, k]: the k nearest by cosine of each row, itself left out."""
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    scores = unit @ unit.T
    np.fill_diagonal(scores, -np.inf)
    return np.argsort(-scores, axis=1)[:, :k]


def timed(images: int, work: Callable[[], Any]) -> tuple[float, Any]:
    """Images a second of ``work``, and what it gave."""
    began = time.perf_counter()
    result = work()
    return images / (time.perf_counter() - began), result


def measure(name: str, files: list[File], runtime: Runtime) -> list[dict[str, Any]]:
    """One row a way of embedding ``files``."""
    naive = naive_loop()
    naive(files[:3])
    embed_only(runtime, files[:BATCH])
    inputs = np.stack([runtime.preprocess(data) for _, data in files])
    slow, expected = timed(len(files), lambda: naive(files))
    fast, found = timed(len(files), lambda: embed_only(runtime, files))
    cosine = (expected * found).sum(1)
    cosine /= np.linalg.norm(expected, axis=1) * np.linalg.norm(found, axis=1)
    ways: list[tuple[str, float, float | str]] = [
        ("naive loop", slow, ""),
        ("artsim: embedding", fast, float(cosine.min())),
    ]
    rate, made = timed(len(files), lambda: list(embed_files(runtime, files)))
    assert all(isinstance(one, EmbeddedFile) for one in made)
    ways.append(("artsim: embedding + stored image + thumbnail", rate, ""))
    rate, _ = timed(len(files), lambda: [runtime.preprocess(data) for _, data in files])
    ways.append(("decoding alone, one thread", rate, ""))
    rate, _ = timed(len(files), lambda: runtime.embed(inputs))
    ways.append(("inference alone, batches of 32", rate, ""))
    rows = [
        {
            "set": name,
            "images": len(files),
            "mean_kb": round(sum(len(data) for _, data in files) / len(files) / 1000),
            "way": way,
            "images_per_second": round(rate, 1),
            "times_naive": round(rate / slow, 2),
            "lowest_cosine_to_naive": lowest if lowest == "" else round(float(lowest), 6),
            "top10_agreement": "",
        }
        for way, rate, lowest in ways
    ]
    return [*rows, half_precision(rows[0], inputs, slow, runtime)]


def half_precision(
    like: dict[str, Any], inputs: np.ndarray, slow: float, runtime: Runtime
) -> dict[str, Any]:
    """What bfloat16 would give and cost against float32."""
    exact = runtime.embed(inputs)
    with torch.autocast("cpu", torch.bfloat16):
        rate, half = timed(len(inputs), lambda: runtime.embed(inputs))
    pairs = zip(neighbours(exact), neighbours(half), strict=True)
    agreement = float(np.mean([len(set(a) & set(b)) / len(a) for a, b in pairs]))
    return like | {
        "way": "bfloat16 inference (not used)",
        "images_per_second": round(rate, 1),
        "times_naive": round(rate / slow, 2),
        "top10_agreement": round(agreement, 4),
    }


def facts() -> dict[str, Any]:
    """The machine, the versions, the day and the code."""
    return {
        "backbone": BACKBONE,
        "digest": lite.FAMILY[BACKBONE].spec.digest[:12],
        "cores": os.cpu_count(),
        "cpu": torch.cpu.get_capabilities().get("cpu_name", platform.machine()),
        "native_bf16": bool(torch.cpu.get_capabilities().get("avx512_bf16")),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "timm": timm.__version__,
        "artsim": code_version(),
        "date": datetime.now(UTC).date().isoformat(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    parser.add_argument("--images", type=int, default=300, help="how many of each set at most")
    options = parser.parse_args()
    machine = facts()
    runtime = load_runtime(lite.located(BACKBONE), "cpu")
    large = generated(options.images)
    sets = {"generated 1500 x 1200": large}
    if small := paintings(options.data)[: options.images]:
        sets["paintings_hires"] = small
    rows = [row | machine for name, files in sets.items() for row in measure(name, files, runtime)]
    for row in rows:
        print(
            f"{row['set']:<24}{row['way']:<46}{row['images_per_second']:>8} /s"
            f"{row['times_naive']:>8} x naive"
        )
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "embed.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
