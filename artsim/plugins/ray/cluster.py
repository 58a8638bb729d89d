"""Joining a Ray cluster, and what there is room for on it."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from artsim.core.counts import count
from artsim.core.errors import Conflict, Unavailable

_CPU_THREADS = 2  # cores of one model on the CPU: few enough that a killed one costs little
_GPU_THREADS = 8  # cores that decode for one accelerator, at most
_REACH_SECONDS = 5.0
_LOCAL_STORE = 512 << 20  # bytes of images and embeddings on their way on this machine alone


@dataclass(frozen=True)
class Room:
    """How many models a cluster holds at once, and what each has."""

    machines: frozenset[str]
    models: int
    threads: int
    gpu: bool

    def __str__(self) -> str:
        models, machines = count(self.models, "model"), count(len(self.machines), "machine")
        has = "a GPU" if self.gpu else count(self.threads, "core")
        return f"Ray: {models} on {machines}, each with {has}."


@contextmanager
def connected(address: str | None, weights: int) -> Iterator[None]:
    """In a Ray cluster: that of ``address``, or one of this machine alone where it is None.

    ``weights`` is how many bytes of a model it must hold. Raises Unavailable or Conflict.
    """
    if address is None:
        os.environ.setdefault("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")  # loopback on Linux too
    ray = imported()
    if ray.is_initialized():
        raise Conflict("This program uses Ray already: embed from another process.")
    options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    if address is None:
        # An address by itself, because Ray otherwise joins what an old cluster has left behind.
        options |= {
            "address": "local",
            "num_cpus": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
            "include_dashboard": False,
            "object_store_memory": _LOCAL_STORE + weights,
        }
    else:
        _reach(address)
        options["address"] = address
    try:
        ray.init(**options)
    except Exception as error:  # Ray raises no less, such as where a node does not start
        raise _refused(address, error) from error
    try:
        yield
    finally:
        ray.shutdown()


def imported() -> ModuleType:
    """The module ``ray``, without its telemetry; raises Unavailable where it is not installed."""
    # Read when Ray is imported; the processes that it starts inherit them.
    os.environ.setdefault("RAY_ENABLE_AUTO_CONNECT", "0")  # a thread left behind joins nothing
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_NUM_REDIS_GET_RETRIES", "2")  # 45 s each, for a cluster to answer
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise Unavailable("Ray is not installed: run \"pip install 'artsim[cluster]'\".") from error
    return ray


def room() -> Room:
    """What the cluster has room for now; raises Unavailable where that is no model at all."""
    nodes = [node for node in imported().nodes() if node["Alive"]]
    machines = frozenset(node["NodeID"] for node in nodes)
    has = [node["Resources"] for node in nodes]
    with_gpu = [(int(r["GPU"]), int(r.get("CPU", 0))) for r in has if r.get("GPU", 0) >= 1]
    if with_gpu:
        share = min(cpus // gpus for gpus, cpus in with_gpu)
        threads = max(1, min(_GPU_THREADS, share))
        return Room(machines, sum(gpus for gpus, _ in with_gpu), threads, gpu=True)
    cores = [int(r["CPU"]) for r in has if r.get("CPU", 0) >= 1]
    if not cores:
        raise Unavailable(
            "No machine of the Ray cluster offers a core: start some with --num-cpus."
        )
    threads = min(_CPU_THREADS, *cores)
    return Room(machines, sum(n // threads for n in cores), threads, gpu=False)


def machines() -> frozenset[str]:
    """Names of the machines that are alive."""
    return frozenset(node["NodeID"] for node in imported().nodes() if node["Alive"])


def _reach(address: str) -> None:
    """Ray itself would try for minutes; raises Unavailable."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not host:
        return
    try:
        socket.create_connection((host, int(port)), _REACH_SECONDS).close()
    except OSError as error:
        raise Unavailable(
            f"Nothing answers at {address} ({error.strerror or error}): start a Ray cluster "
            "there, or leave --address out to use this machine."
        ) from error


def _refused(address: str | None, error: Exception) -> Conflict | Unavailable:
    text = " ".join(str(error).split())
    if "version mismatch" in text.lower():
        return Conflict(
            f"The Ray cluster at {address} runs other versions ({text[:200]}): install the same "
            "Python and Ray on every machine."
        )
    return Unavailable(
        f"The Ray cluster at {address or 'this machine'} cannot be used: {text[:300]}"
    )
