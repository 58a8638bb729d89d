"""A training that was stopped or killed anywhere ends, resumed, as if it had not been."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from finetune_kit import Stops, tiny

from artsim.core.errors import Cancelled, Conflict
from artsim.core.workspace import Workspace
from artsim.jobs import runner
from artsim.jobs.store import JobStore
from artsim.tasks.queue import TaskQueue
from artsim.training import record
from artsim.training.finetune import finetune
from artsim.training.publish import Result

EPOCHS = 5


@pytest.fixture
def jobs(workspace: Workspace) -> Iterator[JobStore]:
    jobs = TaskQueue(workspace)
    yield jobs
    for job in jobs.active():
        jobs.cancel(job.id)
        runner.kill(job)


@pytest.mark.slow
def test_a_killed_worker_goes_on_to_the_same_end(
    jobs: TaskQueue, workspace: Workspace, labelled: Path
) -> None:
    job = jobs.submit("train", tiny(labelled, "killed", epochs=EPOCHS))
    metrics = record.running_folder(workspace, "killed") / record.METRICS
    end = time.monotonic() + 120
    while len(record.read_rows(metrics)) < 2:
        assert time.monotonic() < end, jobs.log(job.id)
        time.sleep(0.01)
    runner.kill(jobs.get(job.id))
    while jobs.get(job.id).active:
        jobs.tend()
        assert time.monotonic() < end, jobs.log(job.id)
        time.sleep(0.1)
    assert jobs.get(job.id).state == "failed"
    assert not record.load_training(workspace, "killed").published

    jobs.resume(job.id)
    done = jobs.wait(job.id, 180)
    assert done.state == "succeeded", jobs.log(job.id)
    assert done.attempt == 2
    whole = finetune(workspace, tiny(labelled, "whole", epochs=EPOCHS))
    assert whole is not None
    resumed = record.load_training(workspace, "killed")
    assert resumed.summary is not None
    assert resumed.summary["metrics"] == pytest.approx(whole.summary["metrics"], abs=1e-6)
    assert _comparable(resumed) == _comparable(record.load_training(workspace, "whole"))


def _comparable(run: record.TrainingRun) -> list[Any]:
    timed = ("seconds", "images_per_second")
    return [
        pytest.approx({k: v for k, v in row.items() if k not in timed}, abs=1e-6)
        if run.name == "whole"
        else {k: v for k, v in row.items() if k not in timed}
        for row in run.rows
    ]


def test_lines_that_no_checkpoint_has_are_written_anew(
    trained: tuple[Workspace, Result], workspace: Workspace, labelled: Path
) -> None:
    """Killed after a line of metrics.csv, before the checkpoint of the same epoch."""
    with pytest.raises(Cancelled):
        finetune(workspace, tiny(labelled), Stops("Epoch 2"))
    metrics = record.running_folder(workspace, "mine") / record.METRICS
    line = metrics.read_text(encoding="utf-8").splitlines()[-1]
    with metrics.open("a", encoding="utf-8") as file:
        file.write("2" + line[1:] + "\n3,0.")  # the second is half written
    # Threads change no pixel: a machine with more of them may go on.
    assert finetune(workspace, tiny(labelled, resume=True, workers=3)) is not None
    rows = record.load_training(workspace, "mine").rows
    whole = record.load_training(trained[0], "mine").rows
    assert [row["epoch"] for row in rows] == [1, 2]
    for row, wanted in zip(rows, whole, strict=True):
        for name in ("train_loss", "val_loss", "map10_mean", "learning_rate", "best"):
            assert row[name] == pytest.approx(wanted[name], abs=1e-6), name


def test_what_a_kill_left_of_publishing_is_in_nobodys_way(
    trained: tuple[Workspace, Result], workspace: Workspace, labelled: Path
) -> None:
    with pytest.raises(Cancelled):
        finetune(workspace, tiny(labelled), Stops("Embedding with"))
    half = record.running_folder(workspace, "mine") / "publish" / "mine"
    half.mkdir(parents=True)
    (half / "model.safetensors").write_bytes(b"half of it")
    result = finetune(workspace, tiny(labelled), Stops("Epoch"))  # no epoch begins again
    assert result is not None
    assert result.summary["metrics"] == pytest.approx(trained[1].summary["metrics"], abs=1e-6)
    assert (result.folder / "model.safetensors").stat().st_size > 1000
    assert not record.running_folder(workspace, "mine").exists()


def test_a_training_goes_on_with_nothing_but_the_same_options(
    workspace: Workspace, labelled: Path
) -> None:
    with pytest.raises(Cancelled):
        finetune(workspace, tiny(labelled), Stops("Epoch 1"))
    changes: list[dict[str, Any]] = [
        {"batch_size": 8},
        {"validation": 0.3},
        {"options": {"crop": 0.9}},
        {"backbone": "test_efficientnet"},
    ]
    for change in changes:
        with pytest.raises(Conflict, match=f"with another {next(iter(change))}"):
            finetune(workspace, tiny(labelled, resume=True, **change))
