"""A measurement in a process of its own, whose memory and caches are nobody else's."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
_CODE = (
    "import importlib, json, sys; "
    "module, name, given = sys.argv[1:]; "
    "found = getattr(importlib.import_module(module), name)(*json.loads(given)); "
    "print(json.dumps(found, default=float))"
)


def in_a_process(
    function: Callable[..., Any], *given: Any, home: Path, seconds: float | None = None
) -> Any:
    """What a benchmark's function returns in a fresh process with the workspace ``home``.

    What is given and returned passes through JSON. Raises TimeoutExpired after ``seconds``, and
    CalledProcessError where the process fails, which has said why on stderr.
    """
    done = subprocess.run(
        [sys.executable, "-c", _CODE, function.__module__, function.__name__, json.dumps(given)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=seconds,
        cwd=REPOSITORY,
        env={**os.environ, "ARTSIM_HOME": str(home.resolve())},
    )
    return json.loads(done.stdout.splitlines()[-1])


def artsim_command(home: Path, *arguments: str, tree: Path = REPOSITORY) -> None:
    """Run a command of a checkout's artsim in a workspace, its progress on the terminal."""
    subprocess.run(
        [sys.executable, "-m", "artsim", *arguments],
        cwd=tree,
        env={**os.environ, "ARTSIM_HOME": str(home), "PYTHONPATH": str(tree)},
        check=True,
    )


def processor_seconds(pid: int) -> float:
    """Seconds of the processors that a process has used; Linux only."""
    told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
