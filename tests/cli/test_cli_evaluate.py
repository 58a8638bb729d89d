import json
import shlex
import time

import numpy as np
import pytest
from collection_kit import embed_with, make_collection

from artsim.cli.run import run as command
from artsim.evaluation.runs import list_runs


@pytest.fixture
def collection(workspace):
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
    return collection


def run(capsys, *arguments):
    """Exit code, stdout and stderr of a command."""
    code = command([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_json_is_the_contract_s_document(collection, capsys):
    code, out, err = run(
        capsys,
        "evaluate",
        "mine",
        "--backbone",
        "tiny",
        "--backbone",
        "other",
        "--relevance",
        "style",
        "--relevance",
        "title",
        "-k",
        "4",
        "--json",
    )
    assert code == 0
    document = json.loads(out)
    assert document["collection"] == document["queries_collection"] == "mine"
    assert [(r["backbone"], r["relevance"]) for r in document["runs"]] == [
        ("tiny", "style"),
        ("tiny", "title"),
        ("other", "style"),
        ("other", "title"),
    ]
    first = document["runs"][0]
    assert first["queries"] + first["skipped"] == 24
    assert set(first["precision_at_k"]) == {"value", "ci95"}
    assert "Ranking with tiny" in err


def test_the_table_for_people(collection, capsys):
    code, out, _ = run(
        capsys, "evaluate", "mine", "--backbone", "tiny", "--backbone", "other", "-k", "4"
    )
    assert code == 0
    assert "Relevance: title. 24 queries, 0 skipped; 24 works in the gallery." in out
    line = next(text for text in out.splitlines() if text.startswith("mAP@K"))
    assert line.count("[") == 2
    assert line.count("*") == 1
    mean = next(text for text in out.splitlines() if text.startswith("Mean similarity"))
    assert "*" not in mean
    assert "after Holm" in out
    assert "min(4, relevant works in the gallery)" in out
    again = next(text for text in out.splitlines() if text.startswith("again"))
    words = shlex.split(again)[1:]
    assert words[0] == "artsim"
    code, second, _ = run(capsys, *words[1:])
    assert code == 0
    assert second.split("collection")[0] == out.split("collection")[0]


def test_kept_runs_are_listed_and_printed_again(collection, capsys):
    assert "There is no evaluation yet" in run(capsys, "evaluate", "--list")[1]
    _, out, _ = run(capsys, "evaluate", "mine", "--backbone", "tiny", "-k", "4", "--json")
    kept = json.loads(out)["id"]
    assert kept in run(capsys, "evaluate", "--list")[1]
    assert json.loads(run(capsys, "evaluate", "--list", "--json")[1])[0]["id"] == kept
    assert run(capsys, "evaluate", "--run", kept, "--json")[1] == out


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nowhere", "--backbone", "tiny"], 1, "There is no collection 'nowhere'"),
        (["mine", "--backbone", "tiny", "-k", "10001"], 2, "less than or equal to 10000"),
        (["mine", "--backbone", "tiny", "--qrels", "nowhere.txt"], 1, "cannot be read"),
        (["mine", "--backbone", "tiny", "--relevance", "school"], 1, "has a school"),
        (["mine", "--backbone", "tiny", "--relevance", "colour"], 2, "'colour'"),
        (["mine", "--backbone", "tiny", "--title-weight", "-1"], 2, "cannot be negative"),
        (["mine", "--backbone", "tiny", "-k", "0"], 2, "greater than or equal to 1"),
        (["mine", "--backbone", "tiny", "--sample", "0"], 2, "greater than or equal to 1"),
        (["mine"], 2, "name a backbone"),
        ([], 2, "name the collection"),
        (["--run", "eval-none"], 1, "There is no evaluation 'eval-none'"),
    ],
)
def test_bad_input_is_one_line(collection, capsys, arguments, code, message):
    given, out, err = run(capsys, "evaluate", *arguments)
    assert given == code
    assert out == ""
    assert err.count("\n") == 1
    assert message in err


def test_as_a_job(collection, capsys, workspace):
    code, out, _ = run(
        capsys, "evaluate", "mine", "--backbone", "tiny", "-k", "4", "--detach", "--json"
    )
    assert code == 0
    job = json.loads(out)
    assert job["kind"] == "evaluate"
    until = time.monotonic() + 240
    while job["state"] in ("queued", "running") and time.monotonic() < until:
        time.sleep(0.2)
        job = json.loads(run(capsys, "jobs", "show", job["id"], "--json")[1])
    assert (job["state"], job["error"]) == ("succeeded", None)
    (kept,) = list_runs(workspace)
    assert kept.id in job["message"]
