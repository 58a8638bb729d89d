"""A real worker is killed in the middle of a training; resumed, it ends as if it had not been."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from finetune_kit import tiny

from artsim.core.workspace import Workspace
from artsim.jobs import runner
from artsim.jobs.store import JobStore
from artsim.tasks.queue import TaskQueue
from artsim.training import record
from artsim.training.finetune import finetune

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
