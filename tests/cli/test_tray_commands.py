"""``artsim tray`` from a shell: what it prints, and what it refuses in one line."""

import json
from pathlib import Path
from typing import Any

import pytest
from face_kit import make_demo

from artsim.cli.run import run
from artsim.core.workspace import Workspace

Capture = pytest.CaptureFixture[str]


def done(capsys: Capture, *words: str) -> Any:
    """The JSON of ``artsim tray ...``."""
    assert run(["tray", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def ids(document: Any) -> list[str]:
    return [item["id"] for item in document["items"]]


def test_a_proposal_is_put_together_from_a_shell(
    workspace: Workspace, capsys: Capture, tmp_path: Path
) -> None:
    make_demo(workspace)
    made = done(capsys, "create", "Winter 2027", "--note", "for Ana")
    assert {"name", "items", "created", "changed"} <= set(made)
    done(capsys, "add", "Winter 2027", "demo", "w01", "w02", "w03", "--found", "by hand")
    noted = done(capsys, *("note", "Winter 2027", "opens", "--collection", "demo", "--id", "w02"))
    assert noted["items"][1] | {"artist": ""} == {
        **{"collection": "demo", "id": "w02", "note": "opens", "order": 2},
        **{"title": "Work 2", "artist": "", "found": "by hand"},
    }
    assert ids(done(capsys, "order", "Winter 2027", "demo", "w03", "--to", "2")) == [
        *("w01", "w03", "w02")
    ]
    assert ids(done(capsys, "remove", "Winter 2027", "demo", "w03")) == ["w01", "w02"]
    assert done(capsys, "note", "Winter 2027", "for Ben")["note"] == "for Ben"
    out = tmp_path / "winter.csv"
    assert done(capsys, "export", "Winter 2027", "--out", str(out))["works"] == 2
    assert out.read_bytes().startswith(b"\xef\xbb\xbforder,")
    done(capsys, "copy", "Winter 2027", "Other")
    done(capsys, "rename", "Other", "Else")
    done(capsys, "archive", "Else")
    assert [tray["name"] for tray in done(capsys, "list")] == ["Winter 2027"]
    assert [tray["name"] for tray in done(capsys, "list", "--archived")] == ["Else"]
    assert len(done(capsys, "share", "Winter 2027")["token"]) >= 22
    assert done(capsys, "label", "Winter 2027", "demo", "--column", "theme")["what"] == "edit"
    assert done(capsys, "delete", "Else", "--yes") == {"deleted": "Else"}
    assert run(["search", "demo", "--backbone", "tiny", "--tray", "Winter 2027", "-k", "2"]) == 0
    assert "w01" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["show", "None"], 1, "There is no tray 'None'"),
        (["create", "Winter"], 1, "There is a tray 'Winter' already"),
        (["add", "Winter", "demo", "zz"], 1, "There is no artwork 'zz'"),
        (["remove", "Winter", "demo", "w09"], 1, "None of these works"),
        (["export", "Winter", "--out", "winter.docx"], 1, "'docx' is no format of a tray"),
        (["export", "Winter", "--out", "none/winter.csv"], 1, "cannot be written"),
        (["export", "Winter", "--out", "w.csv", "--caption", "colour"], 1, "a column 'colour'"),
        (["note", "Winter", "x", "--id", "w01"], 2, "--collection and --id"),
        (["delete", "Winter"], 2, "add --yes"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    workspace: Workspace, capsys: Capture, words: list[str], code: int, said: str
) -> None:
    make_demo(workspace)
    assert run(["tray", "create", "Winter"]) == 0
    capsys.readouterr()
    assert run(["tray", *words]) == code
    assert said in capsys.readouterr().err
