"""Two processes train one network: lightning's DDP with gloo, on this machine's CPU."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from finetune_kit import NUMBERS, TINY

from artsim.core.workspace import Workspace
from artsim.training import record


def arguments(folder: Path, name: str, devices: int) -> list[str]:
    numbers = [f"--option={key}={value}" for key, value in NUMBERS.items()]
    options = ["epochs", "image_size", "batch_size", "unseen_artists", "validation"]
    fields = [f"--{key.replace('_', '-')}={TINY[key]}" for key in options]
    return [
        "train",
        f"{folder}/",
        f"--backbone={TINY['backbone']}",
        "--from-scratch",
        f"--name={name}",
        "--accelerator=cpu",
        f"--devices={devices}",
        *fields,
        *numbers,
        "--json",
    ]


@pytest.mark.slow
@pytest.mark.parametrize("launcher", ["own", "torchrun"])
def test_two_processes_train_one_network(
    launcher: str, workspace: Workspace, labelled: Path
) -> None:
    start = [sys.executable, "-m", "artsim"]
    if launcher == "torchrun":
        start = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node=2"]
        start += ["--master-addr=127.0.0.1", "--master-port=29511", "-m", "artsim"]
    done = subprocess.run(
        [*start, *arguments(labelled, "two", 2)],
        env=os.environ | {"ARTSIM_HOME": str(workspace.root), "GLOO_SOCKET_IFNAME": "lo"},
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    printed = json.loads(done.stdout)
    assert printed["stopped"] == "finished"
    run = record.load_training(workspace, "two")
    assert run.published
    # Each work once an epoch: 16 a step, half of them by each process.
    assert [row["epoch"] for row in run.rows] == [1, 2]
    assert all(row["train_loss"] is not None for row in run.rows)
    assert run.rows[1]["train_loss"] < run.rows[0]["train_loss"]  # type: ignore[operator]
    assert [p.name for p in workspace.checkpoints.iterdir() if p.is_dir()] in (
        ["two"],
        ["two", ".training"],
        [".training", "two"],
    )
