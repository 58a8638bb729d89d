"""What runs on the machines of a Ray cluster: one model a process, images in, embeddings out."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from artsim import __version__
from artsim.backbones.embed import embedded
from artsim.backbones.runtime.load import load_runtime
from artsim.backbones.runtime.samples import samples
from artsim.backbones.spec import BackboneSpec
from artsim.core.errors import ArtsimError, Conflict
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import ray
else:
    ray = lazy("ray")


@dataclass(frozen=True)
class Order:
    """What each model of a cluster needs to know.

    ``weights`` are the name of the weights file and a reference to its bytes, since the machines
    share no disk. ``inference`` is as ``load_runtime`` takes it; with ``export`` there are images
    enough to pay for an export to OpenVINO.
    """

    spec: BackboneSpec
    weights: tuple[str, Any]
    inference: str | None
    export: bool = False
    threads: int = 1
    gpu: bool = False
    version: str = __version__


class Embedder:
    """One backbone in memory; Ray makes one in each of its actors."""

    def __init__(self, order: Order) -> None:
        if order.version != __version__:
            raise Conflict(
                f"A machine of the Ray cluster has artsim {__version__} and this one "
                f"{order.version}: install the same version on every machine."
            )
        with tempfile.TemporaryDirectory(prefix="artsim-") as folder:
            file = Path(folder, order.weights[0])
            file.write_bytes(memoryview(ray.get(order.weights[1])))
            spec = order.spec.at(file)
            self._runtime = load_runtime(
                spec,
                "cuda" if order.gpu else "cpu",
                order.inference,
                _cache(),
                (lambda: samples(spec)) if order.export else None,
            )
        self._threads = order.threads

    def __call__(self, works: pa.Table) -> pa.Table:
        """id, embedding (float32 [D]) and error (null where there is an embedding) of the works."""
        pairs = list(zip(works["id"].to_pylist(), works["image"].to_pylist(), strict=True))
        found = np.zeros((len(pairs), self._runtime.spec.dimension), np.float32)
        errors: list[str | None] = [None] * len(pairs)
        [batch] = embedded(self._runtime, [pairs], self._prepare, self._threads)
        for i, (_, made) in enumerate(batch):
            if isinstance(made, ArtsimError):
                errors[i] = str(made)
            else:
                found[i] = made[0]
        flat = pa.array(found.reshape(-1))
        return pa.table(
            {
                "id": works["id"],
                "embedding": pa.FixedSizeListArray.from_arrays(flat, found.shape[1]),
                "error": pa.array(errors, pa.string()),
            }
        )

    def _prepare(self, work: tuple[str, bytes]) -> tuple[np.ndarray, None]:
        return self._runtime.preprocess(work[1]), None


def _cache() -> Path:
    """Where this machine keeps exports for its user: it may have no workspace."""
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "artsim"
