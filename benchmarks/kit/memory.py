"""Memory of processes, in bytes."""

import resource
import sys
from contextlib import suppress
from pathlib import Path

MB = 1 << 20


def resident(pid: int | str = "self") -> int:
    """Bytes of memory that a process holds now; Linux only."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="utf-8").split()[1])
    return pages * resource.getpagesize()


def of_family(pid: int) -> int:
    """Bytes that a process and all below it hold now, what they share counted once; Linux only."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended
            fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            parents[int(stat.parent.name)] = int(fields[1])
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    total = 0
    for member in family:
        with suppress(OSError):
            told = Path(f"/proc/{member}/smaps_rollup").read_text(encoding="utf-8").splitlines()
            total += 1024 * sum(int(line.split()[1]) for line in told if line.startswith("Pss:"))
    return total


def peak(pid: int | str = "self") -> int:
    """Most bytes that a process held; getrusage would count the parent's before the exec.

    Of another process on Linux only.
    """
    status = Path(f"/proc/{pid}/status")
    if status.is_file():
        lines = status.read_text(encoding="utf-8").splitlines()
        return 1024 * next(int(x.split()[1]) for x in lines if x.startswith("VmHWM"))
    return _in_bytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def peak_of_children() -> int:
    """Most bytes that one of the processes held that this one started and that have ended."""
    return _in_bytes(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def _in_bytes(told: int) -> int:
    return told if sys.platform == "darwin" else 1024 * told
