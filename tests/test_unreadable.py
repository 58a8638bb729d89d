"""What is stored and cannot be read is named in one sentence everywhere, and can be deleted."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import damage_kit
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from workspace_kit import OLDEST, unpacked

from artsim.api import routes
from artsim.cli.run import run
from artsim.collection.deletion import delete_collection
from artsim.core.errors import InvalidInput, Unreadable
from artsim.core.workspace import Workspace
from artsim.evaluation import votes
from artsim.evaluation.runs import delete_run, list_runs, load_run, unreadable_runs
from artsim.library import Library
from artsim.maps.storage import delete_map, list_maps, load_map, unreadable_maps
from artsim.tasks.queue import TaskQueue
from artsim.training.published import delete_backbone
from artsim.training.record import delete_training, list_trainings


@pytest.fixture
def old(home: Path) -> Workspace:
    return unpacked(OLDEST, home)


def output(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert run(list(words)) == 0, capsys.readouterr().err
    return capsys.readouterr()


def check_list(
    capsys: pytest.CaptureFixture[str], words: list[str], names: list[str], key: str = "id"
) -> None:
    """The command names each of ``names`` with one sentence, as JSON and as text."""
    rows = json.loads(output(capsys, *words, "--json").out)
    errors = {row[key]: row.get("error") for row in rows}
    assert all(errors[name] for name in names)
    assert any(not error for error in errors.values()), "what is sound is listed too"
    said = output(capsys, *words)
    for name in names:
        assert name in said.out + said.err
    assert "Traceback" not in said.out + said.err


def one_sentence(why: str) -> bool:
    return why.endswith(".") and "\n" not in why and len(why) < 300


def test_evaluations(old: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    sound = [kept.id for kept in list_runs(old)]
    names = damage_kit.damage_runs(old)
    assert [kept.id for kept in list_runs(old)] == sound
    assert sorted(unreadable_runs(old)) == sorted(names)
    assert all(one_sentence(why) for why in unreadable_runs(old).values())
    for name in names:
        with pytest.raises(Unreadable, match=name):
            load_run(old, name)
        assert run(["evaluate", "--run", name]) == 1
        assert capsys.readouterr().err.count("\n") == 1
    check_list(capsys, ["evaluate", "--list"], names)
    output(capsys, "evaluate", "--delete", names[0])
    for name in names[1:]:
        delete_run(old, name)
    assert unreadable_runs(old) == {}
    assert [kept.id for kept in list_runs(old)] == sound


def test_maps(old: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    engine = Library(old)
    sound = [info.id for info in list_maps(engine, "demo")]
    names = damage_kit.damage_maps(old)
    assert [info.id for info in list_maps(engine, "demo")] == sound
    assert sorted(unreadable_maps(engine, "demo")) == sorted(names)
    assert all(one_sentence(why) for why in unreadable_maps(engine, "demo").values())
    for name in names:
        with pytest.raises(Unreadable, match=name):
            load_map(engine, "demo", name)
    check_list(capsys, ["map", "demo", "--list"], names)
    client = TestClient(Starlette(routes=routes(engine)))
    listed = client.get("/api/v1/collections/demo/maps").json()
    assert {row["id"] for row in listed if "error" in row} == set(names)
    answer = client.get(f"/api/v1/collections/demo/maps/{names[0]}/points")
    assert answer.status_code == 409
    assert one_sentence(answer.json()["error"])
    output(capsys, "map", "demo", "--delete", names[0])
    for name in names[1:]:
        delete_map(engine, "demo", name)
    assert unreadable_maps(engine, "demo") == {}


def test_what_the_machine_does_not_let_read_is_not_called_damaged(old: Workspace) -> None:
    """A link to itself cannot be opened by anybody, not by root either."""
    engine = Library(old)
    run_id, map_id = list_runs(old)[0].id, list_maps(engine, "demo")[0].id
    training = next(t for t in list_trainings(old) if not t.unreadable)
    looks: list[tuple[Path, Callable[[], str]]] = [
        (old.runs / run_id, lambda: refusal(lambda: load_run(old, run_id))),
        (
            engine.collection("demo").path / "maps" / map_id,
            lambda: refusal(lambda: load_map(engine, "demo", map_id)),
        ),
        (
            training.folder,
            lambda: next(t for t in list_trainings(old) if t.name == training.name).unreadable,
        ),
    ]
    tried = 0
    for folder, look in looks:
        for file in [path for path in folder.glob("*") if path.is_file()]:
            aside = file.rename(file.with_name(f".{file.name}"))
            file.symlink_to(file.name)
            if said := look():
                tried += 1
                assert "cannot be read now (Too many levels of symbolic links)" in said, file
                assert "delete" not in said
            file.unlink()
            aside.rename(file)
            assert look() == ""
    assert tried >= 8


def refusal(load: Callable[[], object]) -> str:
    """Why something cannot be read, "" where it can."""
    try:
        load()
    except Unreadable as error:
        return str(error)
    return ""


def test_trainings(old: Workspace) -> None:
    names = damage_kit.damage_trainings(old)
    found = {t.name: t for t in list_trainings(old)}
    assert {name for name, t in found.items() if t.unreadable} == set(names)
    assert all(one_sentence(found[name].unreadable) for name in names)
    for name in names:
        (delete_backbone if found[name].published else delete_training)(old, name)
    assert sorted(t.name for t in list_trainings(old)) == ["stopped", "tiny-attic"]


def test_collections(old: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    names = damage_kit.damage_collections(old)
    engine = Library(old)
    assert {info.name for info in engine.collections()} == {"attic", "demo", "vectors"}
    assert sorted(engine.broken()) == sorted(names)
    assert all(one_sentence(why) for why in engine.broken().values())
    check_list(capsys, ["collection", "list"], names, "name")
    client = TestClient(Starlette(routes=routes(engine)), raise_server_exceptions=False)
    listed = client.get("/api/v1/collections").json()
    assert {row["name"] for row in listed if "error" in row} == set(names)
    for name in names:
        answer = client.get(f"/api/v1/collections/{name}/artworks")
        assert answer.status_code >= 400
        assert one_sentence(answer.json()["error"])
        for words in (["collection", "show", name], ["collection", "delete", name]):
            assert run(words) in (1, 2)
            assert "Traceback" not in capsys.readouterr().err
    output(capsys, "collection", "delete", names[0], "--yes")
    for name in names[1:]:
        delete_collection(old, name)
    assert Library(old).broken() == {}


def test_jobs(old: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    store = TaskQueue(old)
    sound = {job.id for job in store.list()}
    names = damage_kit.damage_jobs(old)
    unreadable = {job.id: job for job in store.list() if job.unreadable}
    assert sorted(unreadable) == sorted(names)
    assert all(one_sentence(job.error) for job in unreadable.values())
    rows = json.loads(output(capsys, "jobs", "list", "--json").out)
    assert {row["id"] for row in rows if "cannot be read" in (row["error"] or "")} == set(names)
    assert "cannot be read" in output(capsys, "jobs", "list").out
    assert "cannot be read" in output(capsys, "jobs", "show", names[0]).out
    output(capsys, "jobs", "delete", names[0])
    for name in names[1:]:
        store.delete(name)
    assert {job.id for job in store.list()} == sound


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_damaged_job_holds_up_no_other(old: Workspace, state: str) -> None:
    import sqlite3

    damage_kit.damage_jobs(old)
    with sqlite3.connect(old.jobs_db) as db:
        db.execute("UPDATE jobs SET state = ? WHERE id = 'pid-damage'", (state,))
    store = TaskQueue(old)
    job = store.submit("embed", {"collection": "nowhere", "backbone": "efficientnet_lite0"})
    assert store.wait(job.id, 240).state == "failed"
    assert "nowhere" in store.get(job.id).error
    assert store.get("pid-damage").state == "failed"


def test_votes(old: Workspace) -> None:
    sound = votes.of_collection(old, "attic")
    names = damage_kit.damage_votes(old)
    assert votes.of_collection(old, "attic") == sound
    assert votes.relevance(old, "attic")
    assert sorted(votes.unreadable(old, "attic")) == sorted(names)
    for name in names:
        assert votes.withdraw(old, name)
    assert votes.unreadable(old, "attic") == []


def test_databases_can_be_begun_anew(old: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    damage_kit.damage_databases(old)
    assert run(["jobs", "list"]) == 1
    said = capsys.readouterr().err
    assert "cannot be read" in said
    assert said.count("\n") == 1
    with pytest.raises(Unreadable):
        votes.of_collection(old, "attic")
    output(capsys, "jobs", "begin-anew", "--yes")
    votes.begin_anew(old)
    assert TaskQueue(old).list() == []
    assert votes.of_collection(old, "attic") == []
    assert len(list(old.jobs.glob("jobs.sqlite.damaged-*"))) == 1


@pytest.mark.parametrize(
    "look",
    [
        lambda old: delete_run(old, "../collections"),
        lambda old: delete_map(Library(old), "demo", "../maps"),
        lambda old: delete_training(old, "../tiny-attic"),
    ],
    ids=["evaluation", "map", "training"],
)
def test_nothing_else_can_be_deleted(old: Workspace, look: Callable[[Workspace], None]) -> None:
    with pytest.raises(InvalidInput):
        look(old)
