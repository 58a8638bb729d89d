"""``artsim map``: what it prints, and how it fails."""

import json

import pytest
from maps_kit import engine_with

from artsim.cli.run import run

pytestmark = pytest.mark.xdist_group("maps")  # one worker compiles UMAP, for 15 seconds

Capture = pytest.CaptureFixture[str]


def test_a_map_is_made_listed_and_deleted(workspace, capsys: Capture) -> None:
    engine_with(workspace, 8)
    assert run(["map", "mine", "--list"]) == 0
    assert "There is no map of 'mine' yet" in capsys.readouterr().out
    assert run(["map", "mine", "--backbone", "tiny", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["works"] == 8
    assert run(["map", "mine", "--backbone", "tiny"]) == 0
    assert made["id"] in capsys.readouterr().out
    assert run(["map", "mine", "--list", "--json"]) == 0
    assert [info["id"] for info in json.loads(capsys.readouterr().out)] == [made["id"]]
    assert run(["map", "mine", "--list"]) == 0
    assert made["id"] in capsys.readouterr().out
    assert run(["map", "mine", "--delete", made["id"]]) == 0
    assert run(["map", "mine", "--delete", made["id"]]) == 1


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        ([], 2, "--backbone"),
        (["--backbone", "tiny", "--neighbours", "1"], 2, "neighbours"),
        (["--backbone", "tiny", "--dimensions", "4"], 2, "dimensions"),
        (["--backbone", "tiny", "--metric", "manhattan"], 2, "metric"),
        (["--backbone", "tiny", "--beside", "tiny"], 2, "of one backbone"),
        (["--backbone", "none"], 1, "none"),
        (["--backbone", "tiny"], 1, "at least 4 works"),
    ],
)
def test_what_cannot_be_made_is_one_line(
    workspace, options: list[str], code: int, message: str, capsys: Capture
) -> None:
    engine_with(workspace, 3)
    assert run(["map", "mine", *options]) == code
    said = capsys.readouterr().err.strip().splitlines()
    assert message in said[-1]
