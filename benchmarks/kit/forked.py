"""Tests run again and again in children of one process, which has imported the libraries once."""

import contextlib
import os
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

# Imported before the first child is made: they take seconds, and are the same for all.
_LIBRARIES = (
    "pytest", "hypothesis", "numpy", "pyarrow.compute", "pandas", "pydantic", "scipy.stats",
    "sklearn.isotonic", "sklearn.metrics", "cv2", "PIL.Image", "lance", "filelock", "rapidfuzz",
)  # fmt: skip
_OWN = ("artsim", "tests")


def warm_up() -> None:
    """Import what every child needs; nothing of it may start a thread that a child would miss."""
    # The children use no table that this process has opened.
    warnings.filterwarnings("ignore", message="lance is not fork-safe")
    for name in _LIBRARIES:
        __import__(name)


def status_of_tests(root: Path, tests: Sequence[str], timeout: float) -> int | None:
    """pytest's exit status for the files ``tests`` of the tree ``root``, None past ``timeout``.

    The child imports the tree's own modules, and stops at the first test that fails.
    """
    child = os.fork()
    if child == 0:
        _be_the_child(root, tests)
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _be_the_child(root: Path, tests: Sequence[str]) -> None:
    status = 70
    try:
        os.setpgid(0, 0)
        silence = os.open(root / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        os.chdir(root)
        # Tests that need the real paintings take longest, and are skipped.
        paintings = {"ARTSIM_TEST_DATA": str(root / "none")}
        os.environ |= {"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"} | paintings
        # The tree is deleted, and with it what a killed child leaves behind.
        os.environ |= dict.fromkeys(("TMPDIR", "PYTEST_DEBUG_TEMPROOT"), str(root))
        tempfile.tempdir = None
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(root))
        for name in [n for n in sys.modules if n.partition(".")[0] in _OWN]:
            del sys.modules[name]
        import pytest

        options = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider"]
        status = int(pytest.main([*options, *(f"tests/{name}.py" for name in tests)]))
    finally:
        sys.stdout.flush()
        os._exit(status)
