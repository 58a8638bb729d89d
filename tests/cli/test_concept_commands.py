"""``artsim concept`` and the words of ``artsim search``, on the small collection of examples."""

import json

import pytest
from face_kit import make_demo

from artsim.cli.run import run

TEACH = ["concept", "demo", "teach", "winter", "--backbone", "tiny"]
LIKE = ["--like", "w00,w03", "--like", "w06", "--like", "w09,w12,w15", "--unlike", "w01"]


@pytest.fixture(autouse=True)
def demo(workspace):
    return make_demo(workspace)


def asked(capsys, *words, status=0):
    assert run(list(words)) == status
    captured = capsys.readouterr()
    return captured.out if not status else captured.err


def test_a_concept_is_taught_shown_searched_with_shared_and_deleted(capsys, tmp_path):
    taught = json.loads(asked(capsys, *TEACH, *LIKE, "--json"))
    assert (taught["name"], taught["like"][:2], taught["unlike"]) == (
        "winter",
        ["w00", "w03"],
        ["w01"],
    )
    assert taught["ap"]["ci95"][0] <= taught["ap"]["value"] <= taught["ap"]["ci95"][1]
    assert json.loads(asked(capsys, "concept", "demo", "list", "--json")) == [taught]
    assert json.loads(asked(capsys, "concept", "demo", "show", "Winter", "--json")) == taught
    assert "by chance" in asked(capsys, "concept", "demo", "show", "winter")
    search = ["search", "demo", "--backbone", "tiny", "--concept", "winter", "-k", "3", "--json"]
    found = json.loads(asked(capsys, *search))
    assert found["query"]["like"] == ["concept:winter"]
    assert {hit["artist"] for hit in found["results"]} == {"Artist 0"}
    mixed = json.loads(asked(capsys, *search, "--id", "w01", "--order", "date"))
    years = [hit["year"] for hit in mixed["results"]]
    assert years == sorted(years)
    out = tmp_path / "winter.json"
    asked(capsys, "concept", "demo", "export", "winter", "--out", str(out))
    asked(capsys, "concept", "demo", "delete", "winter")
    assert asked(capsys, "concept", "demo", "list", "--json").strip() == "[]"
    again = json.loads(asked(capsys, "concept", "demo", "import", str(out), "--json"))
    assert again == taught


def test_words_narrow_a_search(capsys):
    search = ["search", "demo", "--backbone", "tiny", "--id", "w01", "--json"]
    found = json.loads(asked(capsys, *search, "--text", "cubizm"))
    assert {hit["artist"] for hit in found["results"]} == {"Artist 0"}


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        ([*TEACH, "--like", "w00"], 1, "at least 3 works that show it"),
        ([*TEACH, "--like", "w00,w03,gone"], 1, "no artwork 'gone'"),
        ([*TEACH, "--label", "Baroque"], 2, "--label column=value"),
        (["concept", "demo", "teach"], 2, "needs the name"),
        (["concept", "demo", "teach", "x", "--like", "w00"], 2, "teach needs --backbone"),
        (["concept", "demo", "show", "none"], 1, "There is no concept 'none'"),
        (["concept", "demo", "delete", "none"], 1, "There is no concept 'none'"),
        (["concept", "demo", "import", "none.json"], 2, "there is no file"),
        (["concept", "gone", "list"], 1, "There is no collection 'gone'"),
        (["search", "demo", "--backbone", "tiny", "--concept", "x"], 1, "There is no concept 'x'"),
        (["search", "demo", "--backbone", "tiny", "--id", "w00", "--preset", "x"], 2, "one of"),
        (
            [
                *("search", "demo", "--backbone", "tiny", "--id", "w00"),
                *("--preset", "the same colours"),
            ],
            1,
            "artsim embed demo --backbone colour",
        ),
    ],
)
def test_what_cannot_be_done_is_one_line(capsys, words, status, told):
    said = asked(capsys, *words, status=status)
    assert told in said
    assert "Traceback" not in said
