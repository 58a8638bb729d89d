"""Transitions between states, without any process."""

import threading

import pytest

from artsim.core.errors import Conflict, NotFound, Unreadable
from artsim.core.workspace import Workspace
from artsim.jobs import runner
from artsim.jobs.job import Job
from artsim.jobs.table import JobTable

HOST = runner.this_host()


@pytest.fixture
def table(workspace: Workspace) -> JobTable:
    return JobTable(workspace)


def claimed(table: JobTable, config: dict[str, object] | None = None) -> Job:
    table.add("embed", config or {"collection": "a"})
    job = table.claim_next(HOST)
    assert job is not None
    return job


def test_a_new_job_is_queued_and_listed_newest_first(table: JobTable) -> None:
    first = table.add("embed", {"collection": "a"})
    second = table.add("embed", {"collection": "b"})
    assert first.state == "queued"
    assert [job.id for job in table.all()] == [second.id, first.id]
    assert table.all("running") == []
    assert table.get(first.id).target == "a"


def test_the_same_config_is_one_job_while_it_is_active(table: JobTable) -> None:
    first = table.add("embed", {"collection": "a", "backbone": "b"})
    assert table.add("embed", {"backbone": "b", "collection": "a"}).id == first.id
    assert table.add("demo", {"backbone": "b", "collection": "a"}).id != first.id
    table.request_cancel(first.id)
    assert table.add("embed", {"collection": "a", "backbone": "b"}).id != first.id


def test_many_threads_submit_one_job(table: JobTable, workspace: Workspace) -> None:
    ids: set[str] = set()
    threads = [
        threading.Thread(target=lambda: ids.add(JobTable(workspace).add("demo", {"size": 9}).id))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 1


def test_one_job_is_claimed_at_a_time_in_order(table: JobTable) -> None:
    first = table.add("embed", {"collection": "a"})
    second = table.add("embed", {"collection": "b"})
    job = table.claim_next(HOST)
    assert job is not None
    assert (job.id, job.state) == (first.id, "running")
    assert table.claim_next(HOST) is None
    assert table.finish(job, "succeeded")
    following = table.claim_next(HOST)
    assert following is not None
    assert following.id == second.id


def test_a_worker_that_was_given_up_writes_nothing(table: JobTable) -> None:
    job = claimed(table)
    assert table.finish(job, "failed", "It died.")
    assert table.report(job, step=5) is None
    assert not table.finish(job, "succeeded")
    resumed = table.requeue(job.id)
    assert (resumed.state, resumed.attempt, resumed.error) == ("queued", 2, "")
    assert table.claim_next(HOST) is not None
    assert table.report(job, step=5) is None, "the first attempt's worker came back"
    assert table.get(job.id).step == 0


def test_progress_is_kept_and_gives_share_and_time_left(table: JobTable) -> None:
    job = table.report(claimed(table), stage="Embedding", step=25, total=100, rate=5.0)
    assert job is not None
    assert (job.share, job.eta) == (0.25, 15.0)
    assert table.finish(job, "succeeded")
    assert table.get(job.id).eta is None


def test_cancel_ends_a_queued_job_and_asks_a_running_one(table: JobTable) -> None:
    running = claimed(table)
    queued = table.add("embed", {"collection": "b"})
    assert table.request_cancel(queued.id).state == "cancelled"
    assert table.request_cancel(running.id).cancelling
    table.finish(running, "cancelled")
    with pytest.raises(Conflict, match="nothing to cancel"):
        table.request_cancel(running.id)


def test_a_succeeded_job_cannot_be_resumed_and_an_active_one_is_returned(table: JobTable) -> None:
    job = claimed(table)
    assert table.requeue(job.id).state == "running"
    table.finish(job, "succeeded")
    with pytest.raises(Conflict, match="nothing left to resume"):
        table.requeue(job.id)


def test_resuming_gives_the_active_job_of_the_same_config(table: JobTable) -> None:
    job = claimed(table)
    table.finish(job, "failed", "x")
    again = table.add("embed", {"collection": "a"})
    assert table.requeue(job.id).id == again.id


def test_an_unknown_job_is_a_sentence(table: JobTable) -> None:
    with pytest.raises(NotFound, match="artsim jobs list"):
        table.get("nope")


def test_a_damaged_store_is_a_sentence(workspace: Workspace) -> None:
    workspace.jobs_db.write_bytes(b"this is no database, " * 100)
    with pytest.raises(Unreadable, match="set it aside"):
        JobTable(workspace).all()


def test_the_job_document_has_the_names_of_the_contract(table: JobTable) -> None:
    document = claimed(table).to_json()
    names = ["id", "kind", "state", "step", "total", "started", "heartbeat", "error"]
    assert list(document)[: len(names)] == names
    assert document["started"].endswith("+00:00")
    assert document["error"] is None
