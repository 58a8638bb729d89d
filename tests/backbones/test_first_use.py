"""Two threads that are the first to use a native library: the process must not freeze."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from artsim.backbones.checkpoint import save_checkpoint
from artsim.backbones.runtime.export import MODEL
from artsim.backbones.runtime.load import load_runtime
from artsim.core.first_use import once

STARTS = """
import sys, threading
from pathlib import Path
import numpy as np
from artsim.backbones.runtime.openvino import OpenVinoInference

def engine():
    return OpenVinoInference(Path(sys.argv[2]), int(sys.argv[3]), "f32")

images = np.zeros((4, 3, 64, 64), np.uint8)
shared = engine() if sys.argv[1] == "shared" else None
barrier, embedded = threading.Barrier(2), []

def use():
    barrier.wait()
    embedded.append((shared or engine()).embed(images, one_core=True))

threads = [threading.Thread(target=use, daemon=True) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(embedded), "embedded")
"""


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(("whose", "runs"), [("shared", 8), ("own", 4)])
def test_two_threads_may_be_the_first_to_embed(tmp_path, tiny_spec, tensors, whose, runs):
    spec = save_checkpoint(tmp_path / "tiny", tiny_spec, tensors)
    load_runtime(spec, "cpu", "openvino", tmp_path / "cache")
    [model] = (tmp_path / "cache").glob(f"engines/*/{MODEL}")
    command = [sys.executable, "-c", STARTS, whose, str(model), str(spec.dimension)]

    def started(_: int) -> str:
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        except subprocess.TimeoutExpired:
            return "frozen"
        return done.stdout.strip() or done.stderr

    # No more at once than there are cores: two threads that wait for a core meet less often.
    with ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // 2)) as pool:
        assert set(pool.map(started, range(runs))) == {"2 embedded"}


def test_what_is_made_once_is_made_by_one_thread_and_again_after_an_error():
    made = []

    @once
    def thing():
        made.append(threading.current_thread())
        time.sleep(0.05)
        if len(made) == 1:
            raise ValueError("not yet")
        return object()

    with pytest.raises(ValueError, match="not yet"):
        thing()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: thing(), range(8)))
    assert len(set(map(id, found))) == 1
    assert len(made) == 2
