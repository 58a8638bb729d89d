"""Images a second from JPEG files to embeddings, against the naive loop, in one run.

Two sets (generated 1500 x 1200 JPEGs and the paintings of ``paintings_hires``), two backbones
(EfficientNet-Lite0 with its weights, ResNet-50 with random ones, since none can be had offline),
each engine. Every way sees the same bytes in memory:

- the naive loop: whole decode with Pillow, timm's transform, one image at a time, eager float32;
- a plain torch DataLoader of two workers that decode like that, batches of 32, eager float32;
- artsim, embedding alone and with the stored image and the thumbnail;
- what bounds it: decoding alone, inference alone, and the cores shared between both:
  cores / (seconds of one core to decode + seconds of one core to embed).

``busy`` is the share of the cores' time that the process used while embedding; ``decode_share``
is the part of it that decoding takes. ``top10_agreement`` compares nearest neighbours with those
of torch in float32. About 7 minutes; --quick, of 16 large images, about 1.
"""

import io
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import timm
import torch
from PIL import Image

from artsim.backbones import lite
from artsim.backbones.checkpoint import save_checkpoint
from artsim.backbones.embed import embed_files, embedded
from artsim.backbones.network import read_tensors
from artsim.backbones.runtime.agreement import agreement
from artsim.backbones.runtime.load import Runtime, load_runtime
from artsim.backbones.runtime.samples import samples
from artsim.backbones.spec import BackboneSpec
from artsim.core.cores import cores
from benchmarks.kit.command import DATA, QUICK, Benchmark, Option, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.results import Results

BATCH = 32
FACTS = (
    *("cores", "cpu", "native_bf16", "engines", "python", "torch", "openvino", "timm"),
    *("artsim", "date"),
)
FIGURES = {  # and how many decimals
    "images_per_second": 1,
    "times_naive": 2,
    "core_ms": 1,
    "busy": 2,
    "of_slower_stage": 2,
    "of_bound": 2,
    "decode_share": 2,
    "lowest_cosine_to_naive": 6,
    "top10_agreement": 4,
}
COLUMNS = (
    *("set", "images", "mean_kb", "backbone", "digest", "load_before", "way", *FIGURES),
    *FACTS,
)
File = tuple[str, bytes]
Row = dict[str, Any]


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


def random_resnet50(folder: Path) -> BackboneSpec:
    """A checkpoint of ResNet-50 with random weights: speed does not depend on them."""
    torch.manual_seed(0)
    spec = BackboneSpec(
        name="resnet50",
        family="ResNet",
        architecture="resnet50",
        weights="0" * 64,
        input_size=224,
        interpolation="bicubic",
        crop_pct=0.875,
        mean=(0.485, 0.456, 0.406),
        std=(0.229, 0.224, 0.225),
        pooling="avg",
        dimension=2048,
    )
    return save_checkpoint(folder / spec.name, spec, timm.create_model(spec.name).state_dict())


class Whole:
    """What one writes first: Pillow's whole decode, timm's transform and model, eager float32.

    Also a dataset of transformed images, as a DataLoader takes it.
    """

    def __init__(self, spec: BackboneSpec, files: list[File]) -> None:
        self.files = files
        self.model = timm.create_model(spec.architecture, num_classes=0).eval()
        self.model.load_state_dict(read_tensors(spec), strict=False)
        self.transform = timm.data.create_transform(
            input_size=(3, spec.input_size, spec.input_size),
            interpolation=spec.interpolation,
            mean=spec.mean,
            std=spec.std,
            crop_pct=spec.crop_pct,
        )

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, i: int) -> torch.Tensor:
        return self.transform(Image.open(io.BytesIO(self.files[i][1])).convert("RGB"))

    def one_by_one(self, count: int) -> np.ndarray:
        """The naive loop over the first ``count``."""
        with torch.inference_mode():
            return torch.cat([self.model(self[i][None]) for i in range(count)]).numpy()

    def loaded(self) -> np.ndarray:
        """The plain DataLoader of two workers."""
        loader = torch.utils.data.DataLoader(self, batch_size=BATCH, num_workers=2)
        with torch.inference_mode():
            return torch.cat([self.model(batch) for batch in loader]).numpy()


def embed_only(runtime: Runtime, files: list[File]) -> np.ndarray:
    """Embeddings of JPEGs as ``embed_collection`` makes them, nothing written."""
    batches = (files[i : i + BATCH] for i in range(0, len(files), BATCH))
    found = embedded(runtime, batches, lambda file: (runtime.preprocess(file[1]), None))
    return np.stack([made[0] for batch in found for _, made in batch])


def inference_only(runtime: Runtime, inputs: np.ndarray) -> np.ndarray:
    """Embeddings of prepared images, each core at its own."""
    with ThreadPoolExecutor(cores()) as pool:
        parts = [inputs[i : i + BATCH] for i in range(0, len(inputs), BATCH)]
        return np.concatenate(list(pool.map(lambda p: runtime.embed(p, one_core=True), parts)))


def decode_only(runtime: Runtime, files: list[File]) -> list[np.ndarray]:
    """The images as the network takes them, each core at its own."""
    with ThreadPoolExecutor(cores()) as pool:
        return list(pool.map(lambda file: runtime.preprocess(file[1]), files))


def lowest_cosine(expected: np.ndarray, found: np.ndarray) -> float:
    """The lowest cosine of a row of one with the same row of the other."""
    lengths = np.linalg.norm(expected, axis=1) * np.linalg.norm(found, axis=1)
    return float(((expected * found).sum(1) / lengths).min())


def timed(images: int, work: Callable[[], Any]) -> tuple[Row, Any]:
    """Images a second of ``work``, its seconds of one core an image, and what it gave."""
    began, before = time.perf_counter(), cpu_seconds()
    result = work()
    seconds, used = time.perf_counter() - began, cpu_seconds() - before
    row = {
        "images_per_second": images / seconds,
        "core_ms": 1000 * used / images,
        "busy": used / seconds / cores(),
    }
    return row, result


def cpu_seconds() -> float:
    """What this process and its children that ended have used of the cores."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def measure(
    spec: BackboneSpec, files: list[File], engines: dict[str, Runtime], slow: int
) -> list[Row]:
    """One row a way of embedding ``files``; the naive loop takes the first ``slow``."""
    whole = Whole(spec, files)
    whole.one_by_one(3)
    naive, expected = timed(slow, lambda: whole.one_by_one(slow))
    loader, _ = timed(len(files), whole.loaded)
    rows = [{"way": "naive loop"} | naive, {"way": "torch DataLoader, 2 workers"} | loader]
    first = next(iter(engines.values()))
    decoding, inputs = timed(len(files), lambda: np.stack(decode_only(first, files)))
    rows.append({"way": "decoding alone"} | decoding)
    exact = inference_only(engines["torch"], inputs)
    for engine, runtime in engines.items():
        name = f"artsim, {engine}"
        embed_only(runtime, files[:BATCH])
        alone, found = timed(len(inputs), lambda r=runtime: inference_only(r, inputs))
        same = agreement(exact, found).stay
        fast, made = timed(len(files), lambda r=runtime: embed_only(r, files))
        stored, _ = timed(len(files), lambda r=runtime: list(embed_files(r, files)))
        slower = min(decoding["images_per_second"], alone["images_per_second"])
        bound = 1000 * cores() / (decoding["core_ms"] + alone["core_ms"])
        rows += [
            {"way": f"{name}: inference alone", "top10_agreement": same} | alone,
            {"way": f"{name}: bound of {cores()} cores", "images_per_second": bound},
            {
                "way": f"{name}: embedding",
                "lowest_cosine_to_naive": lowest_cosine(expected, made[:slow]),
                "of_slower_stage": fast["images_per_second"] / slower,
                "of_bound": fast["images_per_second"] / bound,
                "decode_share": decoding["core_ms"] / (decoding["core_ms"] + alone["core_ms"]),
            }
            | fast,
            {"way": f"{name}: embedding + stored image + thumbnail"} | stored,
        ]
    with torch.autocast("cpu", torch.bfloat16):
        half, found = timed(slow, lambda: engines["torch"].embed(inputs[:slow]))
    same = agreement(exact[:slow], found).stay
    rows.append({"way": "torch: bfloat16 inference (not used)", "top10_agreement": same} | half)
    for row in rows:
        row["times_naive"] = row["images_per_second"] / naive["images_per_second"]
    return rows


def run(options: Options, results: Results) -> None:
    """Measure every backbone on every set."""
    known = facts(*(name for name in FACTS if name != "engines"), "load_before")
    count = 16 if options.quick else options.works
    sets = {"generated 1500 x 1200": generated(count)}
    if not options.quick and (small := paintings(options.data)[:count]):
        sets["paintings_hires"] = small
    with (
        results.table("embed.csv", known) as table,
        tempfile.TemporaryDirectory() as folder,
    ):
        cache = Path(folder, "cache")
        for spec in (lite.located("efficientnet_lite0"), random_resnet50(Path(folder))):
            engines = {
                name: load_runtime(spec, "cpu", name, cache, lambda s=spec: samples(s))
                for name in ("torch", "openvino")
            }
            about = {
                "backbone": spec.name,
                "digest": spec.digest[:12],
                "engines": "; ".join(runtime.inference for runtime in engines.values()),
            }
            for name, files in sets.items():
                size = round(sum(len(data) for _, data in files) / len(files) / 1000)
                like = about | {"set": name, "images": len(files), "mean_kb": size}
                for row in measure(spec, files, engines, max(8, count // 3)):
                    shown = {
                        column: "" if row.get(column) is None else round(row[column], decimals)
                        for column, decimals in FIGURES.items()
                    }
                    table.add(like | {"way": row["way"]} | shown)
                    print(
                        f"{spec.name:<20}{name:<23}{row['way']:<48}"
                        f"{shown['images_per_second']:>8} /s{shown['times_naive']:>7} x naive"
                        f"  core {shown['core_ms'] or '-':>6} ms  busy {shown['busy'] or '-':>5}"
                        f"  of bound {shown['of_bound'] or '-'}",
                        flush=True,
                    )


BENCHMARK = Benchmark(
    run,
    {"embed.csv": COLUMNS},
    (DATA, QUICK, Option("--works", "most pictures of each set", int, 200)),
)

if __name__ == "__main__":
    sys.exit(command_line("embed"))
