"""What a released version stored must open, list, search, map and evaluate for ever after."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from workspace_kit import RELEASES, recorded, unpacked

from artsim.cli.run import run
from artsim.core.workspace import Workspace
from artsim.evaluation import votes
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.runs import evaluate_and_keep, list_runs, load_run, unreadable_runs
from artsim.images.query_pictures import query_picture
from artsim.jobs.table import JobTable
from artsim.library import Library
from artsim.maps.make import make_map
from artsim.maps.storage import delete_map, list_maps, load_map, unreadable_maps
from artsim.search.filters import Filters
from artsim.search.query import Query
from artsim.training.record import list_trainings

pytestmark = pytest.mark.xdist_group("maps")  # one worker compiles UMAP, for 15 seconds

CLOSE = 1e-5
# What a command may say differently in a later version: where things are, what has come since.
PASSING = {"log", "updated", "took_ms"}


@pytest.fixture(params=RELEASES, ids=[release.name for release in RELEASES])
def release(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture
def old(release: Path, home: Path) -> Workspace:
    return unpacked(release, home)


@pytest.fixture
def expected(release: Path) -> dict[str, Any]:
    return recorded(release)


def answer(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert run(list(words)) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def same(found: Any, before: Any, where: str = "") -> None:
    """Everything that was said before is said now; numbers to 1e-5, new fields are fine."""
    if isinstance(before, dict):
        for name in before.keys() - PASSING:
            if where.endswith(".parts") and name == "artists":
                continue  # what 0.1.0 called 'not seen' was not true
            assert name in found, f"{where}.{name} is gone"
            same(found[name], before[name], f"{where}.{name}")
    elif isinstance(before, list):
        assert len(found) == len(before), where
        for i, (one, other) in enumerate(zip(found, before, strict=True)):
            same(one, other, f"{where}[{i}]")
    elif isinstance(before, float):
        assert found == pytest.approx(before, abs=CLOSE), where
    else:
        assert found == before, where


@pytest.mark.parametrize(
    "name",
    [
        "collections",
        "quality demo",
        "quality attic",
        "maps",
        "runs",
        "jobs",
        "search cosine",
        "search euclidean",
        "search attic",
        "search trained",
        "search filtered",
        "search approximate",
    ],
)
def test_a_command_says_what_it_said_then(
    old: Workspace, expected: dict[str, Any], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    same(answer(capsys, *expected["commands"][name]), expected["answers"][name], name)


def test_the_library_shows_the_same_works(old: Workspace, expected: dict[str, Any]) -> None:
    engine = Library(old)
    assert engine.broken() == {}
    assert {info.name for info in engine.collections()} == set(expected["works"])
    assert old.first_collection == expected["first"]
    for name, works in expected["works"].items():
        same(engine.browse(name, Filters(), 0, 30).rows, works, name)
        for work in works:
            if work["has_image"]:
                assert engine.media(name, work["id"], "thumb").data[:4] == b"RIFF"
                assert engine.media(name, work["id"], "preview").data[:4] == b"RIFF"


def test_the_library_finds_the_same_works_with_the_same_scores(
    old: Workspace, expected: dict[str, Any]
) -> None:
    engine = Library(old)
    found = expected["answers"]["search cosine"]
    asked = expected["commands"]["search cosine"][-2]
    query = Query(backbone=found["backbone"], id=asked, k=6)
    hits = engine.search("demo", query).hits
    assert [hit.id for hit in hits] == [hit["id"] for hit in found["results"]]
    before = [hit["score"] for hit in found["results"]]
    assert [hit.score for hit in hits] == pytest.approx(before, abs=CLOSE)


def test_a_picture_finds_its_own_work(old: Workspace, expected: dict[str, Any]) -> None:
    """The backbone of today and the embeddings of then are one space."""
    engine = Library(old)
    work = expected["works"]["demo"][0]["id"]
    image = engine.collection("demo").image(work)
    query = Query(backbone="efficientnet_lite0", picture=query_picture(image, "x.jpg"), k=1)
    best = engine.search("demo", query).hits[0]
    assert best.id == work
    assert best.score > 0.99


def test_a_map_is_read_and_drawn_again(old: Workspace, expected: dict[str, Any]) -> None:
    engine, before = Library(old), expected["map"]
    assert unreadable_maps(engine, "demo") == {}
    kept = load_map(engine, "demo", before["id"])
    assert kept.info.stale == ""
    assert kept.ids == before["ids"]
    assert np.allclose(kept.points, before["points"], atol=CLOSE)
    assert kept.clusters.labels.tolist() == before["clusters"]
    delete_map(engine, "demo", before["id"])
    again = make_map(engine, kept.info.config)
    assert again.works == len(before["ids"])
    assert [info.id for info in list_maps(engine, "demo")] == [again.id]


def test_an_evaluation_is_read_and_gives_the_same_figures_again(
    old: Workspace, expected: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert unreadable_runs(old) == {}
    assert [kept.id for kept in list_runs(old)] == [expected["run"]]
    kept = load_run(old, expected["run"])
    same(json.loads(json.dumps(kept.to_json())), expected["evaluation"])
    assert kept.per_query.num_rows == sum(found.queries for found in kept.runs)
    same(answer(capsys, "evaluate", "--run", expected["run"], "--json"), expected["evaluation"])
    again = evaluate_and_keep(Library(old), EvaluateConfig(**kept.config))
    for found, before in zip(again.to_json()["runs"], expected["evaluation"]["runs"], strict=True):
        for figure in ("map_at_k", "precision_at_k", "ndcg_at_k", "mrr", "hit_at_k"):
            # Intervals are wider since works of one artist count as one draw.
            same(found[figure]["value"], before[figure]["value"], figure)
    assert len(list_runs(old)) == 2


def test_jobs_have_their_states_and_logs(
    old: Workspace, expected: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    before = {job["id"]: job for job in expected["answers"]["jobs"]}
    found = {job.id: job for job in JobTable(old).all()}
    assert {i: (j.kind, j.state) for i, j in found.items()} == {
        i: (j["kind"], j["state"]) for i, j in before.items()
    }
    assert not any(job.unreadable for job in found.values())
    assert {job.state for job in found.values()} >= {"succeeded", "failed", "cancelled"}
    for job_id, has_log in expected["log"].items():
        assert bool(answer(capsys, "jobs", "log", job_id, "--json")["log"]) == has_log


def test_the_checkpoint_and_both_trainings_are_listed(
    old: Workspace, expected: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    found = {t.name: t for t in list_trainings(old)}
    assert [t.unreadable for t in found.values()] == ["", ""]
    for before in expected["trainings"]:
        training = found[before["name"]]
        assert (training.published, len(training.rows)) == (before["published"], before["epochs"])
    now = {info["name"]: info for info in answer(capsys, "backbones", "--json")}
    for before in expected["answers"]["backbones"]:
        if before["name"] in found:
            same(now[before["name"]], before)


def test_votes_are_read(old: Workspace, expected: dict[str, Any]) -> None:
    found = votes.of_collection(old, "attic")
    assert [(v.id, v.query, v.upload, v.choice, v.note) for v in found] == [
        (v["id"], v["query"], v["upload"], v["choice"], v["note"]) for v in expected["votes"]
    ]
    assert [s.works for v in found for s in v.lists] == [
        tuple(s["works"]) for v in expected["votes"] for s in v["lists"]
    ]
    assert votes.unreadable(old, "attic") == []
