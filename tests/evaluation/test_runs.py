import json

import numpy as np
import pytest
from collection_kit import embed_with, make_collection

from artsim.core.errors import InvalidInput, NotFound, Unreadable
from artsim.core.progress import NULL
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.report import command
from artsim.evaluation.runs import (
    delete_run,
    evaluate_and_keep,
    list_runs,
    load_run,
)
from artsim.library import Library
from artsim.tasks.kinds import kind_named


@pytest.fixture
def library(workspace):
    works = [
        {
            "id": f"w{i}",
            "title": ("The mill", "Sea view", "Dawn", "Winter")[i % 4],
            "style": f"s{i % 3}",
            "artist": f"a{i % 5}",
        }
        for i in range(24)
    ]
    collection = make_collection(workspace, "mine", works)
    rng = np.random.default_rng(1)
    embed_with(collection, "other", "e" * 64, {w["id"]: rng.standard_normal(4) for w in works})
    return Library(workspace)


def config_of(**values):
    return EvaluateConfig(**{"collection": "mine", "backbones": ("tiny",), "k": 4} | values)


def test_what_is_kept_is_what_was_found(library, workspace):
    found = evaluate_and_keep(library, config_of(backbones=("tiny", "other")))
    folder = workspace.runs / found.id
    assert sorted(p.name for p in folder.iterdir()) == ["per_query.parquet", "run.json"]
    kept = load_run(workspace, found.id)
    assert json.dumps(kept.to_json()) == json.dumps(found.to_json())
    assert kept.per_query.equals(found.per_query)
    assert EvaluateConfig(**kept.config) == config_of(backbones=("tiny", "other"))
    again = evaluate_and_keep(library, EvaluateConfig(**kept.config)).to_json()
    assert again["runs"] == found.to_json()["runs"]
    assert again["comparisons"] == found.to_json()["comparisons"]


def test_runs_are_listed_latest_first_and_deleted(library, workspace):
    assert list_runs(workspace) == []
    first = evaluate_and_keep(library, config_of(relevances=("style",)))
    second = evaluate_and_keep(library, config_of(metric="euclidean"))
    (workspace.runs / "training").mkdir()
    (workspace.runs / "training" / "run.json").write_text("{}")
    (workspace.runs / "cut").mkdir()
    (workspace.runs / "cut" / "run.json").write_text('{"kind": "evaluate", ')
    listed = list_runs(workspace)
    assert {run.id for run in listed} == {first.id, second.id}
    assert [run.date for run in listed] == sorted((run.date for run in listed), reverse=True)
    mine = next(run for run in listed if run.id == first.id)
    assert (mine.backbones, mine.relevances, mine.k) == (("tiny",), ("style",), 4)
    delete_run(workspace, first.id)
    assert [run.id for run in list_runs(workspace)] == [second.id]


@pytest.mark.parametrize("run_id", ["eval-none", "training"])
def test_what_is_no_evaluation(workspace, run_id):
    (workspace.runs / "training").mkdir()
    (workspace.runs / "training" / "run.json").write_text("{}")
    with pytest.raises(NotFound, match=f"There is no evaluation '{run_id}'"):
        load_run(workspace, run_id)


def test_a_run_of_another_version(library, workspace):
    found = evaluate_and_keep(library, config_of())
    file = workspace.runs / found.id / "run.json"
    document = json.loads(file.read_text())
    del document["runs"][0]["curve"]
    file.write_text(json.dumps(document))
    with pytest.raises(Unreadable, match="fields are missing"):
        load_run(workspace, found.id)


def test_ids_stay_inside_the_folder(workspace):
    with pytest.raises(InvalidInput):
        load_run(workspace, "../collections")


def test_the_command_repeats_every_option():
    config = config_of(
        backbones=("tiny", "other"),
        relevances=("title", "artist"),
        metric="euclidean",
        queries="guests",
        sample=50,
        seed=3,
        title_threshold=0.7,
        title_similarity="tfidf",
        feature_threshold=-0.5,
        title_weight=1,
        visual_weight=0.25,
    )
    assert command(config) == (
        "artsim evaluate mine --backbone tiny --backbone other --relevance title "
        "--relevance artist --metric euclidean -k 4 --queries guests --sample 50 --seed 3 "
        "--title-threshold 0.7 --title-similarity tfidf --feature-threshold -0.5 "
        "--title-weight 1.0 --visual-weight 0.25"
    )
    assert command(config_of()) == (
        "artsim evaluate mine --backbone tiny --metric cosine -k 4 --seed 0"
    )


def test_the_job_keeps_its_run(library, workspace):
    said = kind_named("evaluate").run(workspace, config_of(), NULL)
    (run,) = list_runs(workspace)
    assert said == f"Evaluated 'mine' with tiny: kept as {run.id}."
