"""Images a second of the local engine, of Ray on this machine and of two Ray nodes on loopback.

Paintings of ``paintings_hires`` in a collection of their own, embedded by each engine in turn.
Start-up (Ray, processes, the model) ends with the first embeddings and is counted apart. All share
the cores of this machine: what is to be seen is what Ray costs, not what more machines give.
Takes some three minutes.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# Read when Ray is imported: no telemetry, nothing but loopback.
os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0"}

import numpy as np
from ray.cluster_utils import Cluster

from artsim.backbones.embed import BATCH, embed_collection
from artsim.collection.importer import import_collection
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput
from artsim.core.progress import NullProgress
from artsim.core.workspace import Workspace
from artsim.plugins.ray.engine import embed_on_ray
from benchmarks.kit.command import DATA, Benchmark, Option, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.results import Results

BACKBONE = "efficientnet_lite0"
STORE = 300 << 20
FACTS = ("cores", "cpu", "load_before", "python", "torch", "ray", "artsim", "date")
COLUMNS = (
    *("engine", "images", "start_up_seconds", "seconds", "images_per_second"),
    *("cluster_seconds", "times_local", "largest_difference", "backbone", "batch"),
    *FACTS,
)


class Clock(NullProgress):
    """When how many works were done."""

    def __init__(self) -> None:
        self.began, self.marks = time.perf_counter(), [(0.0, 0)]

    def advance(self, n: int = 1) -> None:
        if n:  # 0 says only that it goes on
            self.marks.append((time.perf_counter() - self.began, self.marks[-1][1] + n))

    def figures(self) -> dict[str, Any]:
        """Start-up, seconds in all and the rate after the first embeddings."""
        (first, had), (last, done) = self.marks[1], self.marks[-1]
        return {
            "images": done,
            "start_up_seconds": round(first, 1),
            "seconds": round(last, 1),
            "images_per_second": round((done - had) / (last - first), 1),
        }


@contextmanager
def two_nodes() -> Iterator[tuple[str, float]]:
    """Address of a cluster of two nodes that share this machine's cores; how long it took."""
    began = time.perf_counter()
    node = {
        "num_cpus": max(1, (os.cpu_count() or 2) // 2),
        "object_store_memory": STORE,
        "node_ip_address": "127.0.0.1",
    }
    cluster = Cluster(initialize_head=True, head_node_args=node | {"include_dashboard": False})
    try:
        cluster.add_node(**node)
        yield cluster.address, time.perf_counter() - began
    finally:
        cluster.shutdown()


def paintings(workspace: Workspace, data: Path, images: int) -> Collection:
    """A collection of the first ``images`` of ``paintings_hires``."""
    folder = workspace.root / "pictures"
    folder.mkdir()
    for path in sorted((data / "paintings_hires" / "images").glob("*.jpg"))[:images]:
        shutil.copyfile(path, folder / path.name)
    import_collection(workspace, "hires", FolderSource(folder), quality=False)
    return Collection.open(workspace, "hires")


def measure(
    workspace: Workspace, collection: Collection, engine: str, ray_at: Sequence[str | None] = ()
) -> tuple[dict[str, Any], np.ndarray]:
    """Figures and embeddings of the local engine, or of Ray at the one address of ``ray_at``."""
    clock = Clock()
    elsewhere = embed_on_ray(ray_at[0], clock) if ray_at else None
    report = embed_collection(workspace, collection, BACKBONE, clock, elsewhere=elsewhere)
    _, found = collection.embedding(report.column)
    collection.drop_embedding(report.column)
    return {"engine": engine} | clock.figures(), found


def run(options: Options, results: Results) -> None:
    """Embed the same paintings by each engine."""
    if options.works <= 2 * BATCH:  # the rate counts from the end of the first batch
        raise InvalidInput(f"--works is {options.works}: name more than {2 * BATCH}.")
    known = facts(*FACTS) | {"backbone": BACKBONE, "batch": BATCH}
    with (
        results.table("ray_embed.csv", known) as table,
        tempfile.TemporaryDirectory(prefix="artsim-ray-", ignore_cleanup_errors=True) as root,
    ):
        workspace = Workspace.open(root)
        collection = paintings(workspace, options.data, options.works)
        local, expected = measure(workspace, collection, "local")

        def tell(row: dict[str, Any], found: np.ndarray, waited: float = 0.0) -> None:
            row |= {
                "cluster_seconds": round(waited, 1),
                "times_local": round(row["images_per_second"] / local["images_per_second"], 2),
                "largest_difference": float(f"{np.abs(found - expected).max():.2g}"),
            }
            table.add(row)
            print(
                f"{row['engine']:<28}{row['images_per_second']:>8} /s{row['times_local']:>7} x "
                f"local{row['start_up_seconds']:>8} s start-up{row['largest_difference']:>10} off",
                flush=True,
            )

        tell(local, expected)
        tell(*measure(workspace, collection, "ray, this machine", ray_at=[None]))
        with two_nodes() as (address, seconds):
            name = "ray, two nodes on loopback"
            tell(*measure(workspace, collection, name, ray_at=[address]), seconds)


BENCHMARK = Benchmark(
    run,
    {"ray_embed.csv": COLUMNS},
    (DATA, Option("--works", "most paintings to embed", int, 600)),
    needs=("paintings_hires",),
)

if __name__ == "__main__":
    sys.exit(command_line("ray_embed"))
