"""What figures depend on besides the code: the machine, what else it did, the versions, the day."""

import datetime
import os
import platform
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from artsim.core.version import code_version

# The package on the registry, where its name is not that of the column.
_PACKAGES = {"faiss": "faiss-cpu"}


def facts(*columns: str) -> dict[str, object]:
    """The facts that a table has columns for; a package's name gives its version.

    Call it before the work, so that ``load`` is that of the others.

    >>> sorted(facts("cores", "numpy"))
    ['cores', 'numpy']
    """
    return {name: _KNOWN[name]() if name in _KNOWN else _version(name) for name in columns}


def sentence() -> str:
    """The machine in words, as it is told before a run."""
    told = facts("cpu", "cores", "memory_gb", "load", "python", "artsim")
    return (
        "{cpu}, {cores} cores, {memory_gb} GB of memory, load {load}, Python {python}, "
        "artsim {artsim}"
    ).format(**told)


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):  # not Linux, or a processor that has no name there
        return platform.processor() or platform.machine()


def _cores() -> int:
    """How many this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not every system tells
        return os.cpu_count() or 1


def _memory() -> float:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)
    except (AttributeError, ValueError):  # not every system tells
        return float("nan")


def _load() -> float:
    return round(os.getloadavg()[0], 1)


def _native_bfloat16() -> bool:
    import torch  # only where a table asks: it takes seconds

    return bool(torch.cpu.get_capabilities().get("avx512_bf16"))


def _version(column: str) -> str:
    return version(_PACKAGES.get(column, column))


_KNOWN: dict[str, Callable[[], object]] = {
    "cpu": _cpu,
    "cores": _cores,
    "memory_gb": _memory,
    "load": _load,
    "load_before": _load,
    "native_bf16": _native_bfloat16,
    "python": platform.python_version,
    "artsim": code_version,
    "code": code_version,
    "commit": lambda: code_version().partition("+g")[2],
    "date": lambda: datetime.datetime.now(datetime.UTC).isoformat(timespec="minutes"),
}
