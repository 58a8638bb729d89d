"""Transitions between states, without any process."""

import sqlite3
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


def test_a_resumed_job_keeps_nothing_of_its_first_attempt(table: JobTable) -> None:
    """Above all not the request to cancel it, for which it would be stopped again at once."""
    job = claimed(table)
    assert table.set_process(job, 4711, "then")
    table.mark_silent(job)
    table.report(job, stage="Reading", step=3, total=9, rate=2.0, message="3 of 9")
    table.mark_silent(job)
    assert table.request_cancel(job.id).cancelling
    table.finish(table.get(job.id), "cancelled", "It was asked to stop.")
    resumed = table.requeue(job.id)
    again = table.claim_next(HOST)
    assert again is not None
    assert (again.id, again.state, again.attempt) == (job.id, "running", 2)
    assert not again.cancelling
    for one in (resumed, again):
        assert (one.cancel_requested, one.silent_since, one.finished) == (None, None, None)
        assert (one.stage, one.step, one.total, one.rate, one.message) == ("", 0, None, None, "")
        assert (one.pid, one.pid_started, one.error) == (None, "", "")
    assert (resumed.started, resumed.heartbeat) == (None, None)
    assert again.started == again.heartbeat
    assert table.report(again, step=1) is not None


def test_the_first_request_to_cancel_counts_and_a_report_ends_the_silence(table: JobTable) -> None:
    job = claimed(table)
    first = table.request_cancel(job.id).cancel_requested
    assert table.request_cancel(job.id).cancel_requested == first
    table.mark_silent(job)
    assert table.get(job.id).silent_since is not None
    reported = table.report(job, step=1)
    assert reported is not None
    assert reported.silent_since is None


def test_a_resumed_job_waits_behind_those_that_were_queued_before(table: JobTable) -> None:
    first = claimed(table)
    second = table.add("embed", {"collection": "b"})
    table.finish(first, "failed", "x")
    table.requeue(first.id)
    following = table.claim_next(HOST)
    assert following is not None
    assert following.id == second.id


def test_only_a_job_that_has_ended_is_deleted(table: JobTable) -> None:
    job = claimed(table)
    with pytest.raises(Conflict, match="is running: cancel it first"):
        table.delete(job.id)
    waiting = table.add("embed", {"collection": "b"})
    with pytest.raises(Conflict, match="is queued"):
        table.delete(waiting.id)
    table.finish(job, "failed", "x")
    table.delete(job.id)
    assert [one.id for one in table.all()] == [waiting.id]


def test_an_unreadable_job_is_given_up_or_passed_over_and_can_be_deleted(
    table: JobTable, workspace: Workspace
) -> None:
    broken = table.add("embed", {"collection": "a"})
    sound = table.add("embed", {"collection": "b"})
    with sqlite3.connect(workspace.jobs_db) as db:
        db.execute("UPDATE jobs SET config = '{' WHERE id = ?", (broken.id,))
    assert (table.get(broken.id).unreadable, table.get(broken.id).state) == (True, "queued")
    assert table.claim_next(HOST) is None, "nobody knows what it should do"
    failed = table.get(broken.id)
    assert (failed.state, failed.unreadable) == ("failed", True)
    assert "delete it" in failed.error
    following = table.claim_next(HOST)
    assert following is not None
    assert following.id == sound.id
    with sqlite3.connect(workspace.jobs_db) as db:
        db.execute("UPDATE jobs SET step = 'many' WHERE id = ?", (sound.id,))
    table.give_up(table.get(sound.id))
    assert table.get(sound.id).state == "failed"
    with sqlite3.connect(workspace.jobs_db) as db:
        db.execute("UPDATE jobs SET state = 'odd' WHERE id = ?", (broken.id,))
    odd = table.get(broken.id)
    assert (odd.unreadable, odd.state, odd.active) == (True, "failed", False)
    assert (odd.attempt, odd.step, odd.queued) == (1, 0, 0.0), "nothing is made up of it"
    table.delete(broken.id)
    assert [one.id for one in table.all()] == [sound.id]


def test_jobs_are_listed_up_to_a_limit_in_the_states_asked_for(table: JobTable) -> None:
    job = claimed(table)
    others = [table.add("embed", {"collection": name}) for name in "bc"]
    assert [one.id for one in table.all(limit=2)] == [others[1].id, others[0].id]
    assert [one.id for one in table.all("running", "failed")] == [job.id]
    for number in range(200):
        table.add("embed", {"collection": str(number)})
    assert len(table.all()) == 200


def test_time_left_and_share_are_told_only_where_they_are_known(table: JobTable) -> None:
    job = claimed(table)
    assert (job.share, job.eta) == (None, None)
    half = table.report(job, step=1, total=4, rate=0.0)
    assert half is not None
    assert (half.share, half.eta) == (0.25, None)
    beyond = table.report(job, step=5, total=4, rate=2.0)
    assert beyond is not None
    assert (beyond.share, beyond.eta) == (1.0, 0.0)


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
    with pytest.raises(NotFound, match=f"'{'x' * 40}':"):
        table.get("x" * 80)


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


@pytest.mark.parametrize(
    ("config", "target"),
    [
        ({"collection": "a", "name": "b"}, "a"),
        ({"name": "b"}, "b"),
        ({"collection": "", "name": "b"}, "b"),
        ({"size": 9}, ""),
    ],
)
def test_a_job_works_on_the_collection_it_reads_or_else_makes(
    table: JobTable, config: dict[str, object], target: str
) -> None:
    assert table.add("demo", config).target == target


def test_the_document_tells_rate_and_time_left_as_precisely_as_they_are_known(
    table: JobTable,
) -> None:
    told = table.report(claimed(table), step=1, total=11, rate=2.3456)
    assert told is not None
    document = told.to_json()
    assert (document["rate"], document["eta"]) == (2.35, 4.3)
