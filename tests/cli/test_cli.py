"""The commands in this process: what they print, and one line and a code when they fail."""

import csv
import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pictures_kit import write_pictures

from artsim.cli.run import run
from artsim.core.workspace import Workspace
from artsim.library import Library

BACKBONE = "efficientnet_lite0"
HOSTILE = "<b>A</b> [red]x[/red] \x1b[31m\u202eevil\n=cmd|' /C calc'!A0"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_pictures(tmp_path_factory.mktemp("cli") / "pictures", 8)
    (folder / "broken.jpg").write_bytes(b"<html>not found</html>")
    with open(folder.parent / "works.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "title", "artist", "year", "room"])
        writer.writerows([f"p{i}", HOSTILE, f"=Artist {i}", 1880 + i, "7"] for i in range(1, 9))
    return folder


def imported(folder: Path, name: str = "mine") -> int:
    metadata = str(folder.parent / "works.csv")
    arguments = ["collection", "import", "folder", str(folder), "--name", name]
    return run([*arguments, "--metadata", metadata])


def test_a_folder_is_imported_listed_shown_and_deleted(folder: Path, capsys: Capture) -> None:
    assert imported(folder) == 0
    out = capsys.readouterr().out
    assert "9 files read" in out
    assert "artsim embed mine --backbone artsim-lite0" in out
    assert run(["collection", "list"]) == 0
    assert "mine" in capsys.readouterr().out
    assert run(["collection", "show", "mine"]) == 0
    shown = capsys.readouterr().out
    assert "room" in shown
    assert "8, 8 with a picture" in shown
    assert run(["collection", "delete", "mine"]) == 2
    assert "--yes" in capsys.readouterr().err
    assert run(["collection", "delete", "mine", "--yes"]) == 0
    assert run(["collection", "show", "mine"]) == 1


def test_json_is_one_document_and_progress_goes_to_stderr(folder: Path, capsys: Capture) -> None:
    arguments = ["collection", "import", "folder", str(folder), "--name", "mine", "--json"]
    assert run(arguments) == 0
    captured = capsys.readouterr()
    report = json.loads(captured.out)
    assert (report["collection"], report["read"], report["rejected"]) == ("mine", 9, 1)
    assert captured.err
    assert run(["collection", "list", "--json"]) == 0
    assert [c["name"] for c in json.loads(capsys.readouterr().out)] == ["mine"]
    assert run(["collection", "show", "mine", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["artworks"] == 8


def test_quality_tells_why_and_judges_anew(folder: Path, capsys: Capture) -> None:
    assert imported(folder) == 0
    capsys.readouterr()
    assert run(["quality", "mine", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert list(report)[:6] == ["collection", "read", "kept", "converted", "rejected", "duplicates"]
    by_file = {f["file"]: f for f in report["files"]}
    assert by_file["broken.jpg"]["action"] == "reject"
    assert set(by_file["p1.jpg"]) >= {"file", "action", "reason", "of", "score", "group"}
    assert run(["quality", "mine", "--threshold", "min_side=5000", "--json"]) == 0
    judged = json.loads(capsys.readouterr().out)
    assert judged["rejected"] == 1, "what a row names is kept, and marked"
    assert sum(file["doubt"].startswith("tiny") for file in judged["files"]) == 8
    assert (judged["review"], sum(file["review"] for file in judged["files"])) == (8, 8)
    assert run(["quality", "mine", "--threshold", "min_side=64"]) == 0
    assert "1 rejected" in capsys.readouterr().out
    assert run(["quality", "mine", "--all"]) == 0
    assert "p1.jpg" in capsys.readouterr().out


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_export_writes_all_metadata(
    folder: Path, tmp_path: Path, suffix: str, capsys: Capture
) -> None:
    assert imported(folder) == 0
    out = tmp_path / f"works{suffix}"
    out.write_text("older")
    assert run(["collection", "export", "mine", "--out", str(out)]) == 0
    if suffix == ".csv":
        with open(out, encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["artist"][0] for row in rows} == {"'"}, "formulas are made text"
    else:
        rows = pq.read_table(out).to_pylist()
        assert rows[0]["artist"] == "=Artist 1"
    assert len(rows) == 8
    assert str(rows[0]["room"]) == "7"
    assert list(tmp_path.glob(f".{out.name}*")) == []


def test_search_by_id_and_by_picture(demo_copy: Workspace, tmp_path: Path, capsys: Capture) -> None:
    from artsim.collection.store import Collection

    arguments = ["search", "demo", "--backbone", BACKBONE, "-k", "5"]
    assert run([*arguments, "--id", "demo-0001", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == [
        "collection", "backbone", "digest", "metric", "index", "k", "took_ms", "query", "results"
    ]  # fmt: skip
    assert [hit["rank"] for hit in answer["results"]] == [1, 2, 3, 4, 5]
    assert "demo-0001" not in {hit["id"] for hit in answer["results"]}
    picture = tmp_path / "query.jpg"
    picture.write_bytes(Collection.open(demo_copy, "demo").image("demo-0001") or b"")
    assert run([*arguments, "--image", str(picture), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["results"][0]["id"] == "demo-0001"
    marks = ["--id", "demo-0001", "--image", str(picture), "--id", "demo-0002"]
    dials = [
        "--not-id",
        "demo-0003",
        "--distinct",
        "artist",
        "--apart",
        "style",
        "--surprise",
        ".3",
    ]
    assert run([*arguments, *marks, *dials, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["query"] == {
        "like": ["demo-0001", "demo-0002", "query.jpg"], "unlike": ["demo-0003"],
        "parts": {}, "apart": ["style"], "distinct": "artist", "surprise": 0.3,
        "rerank": False,
    }  # fmt: skip
    artists = [hit["artist"] for hit in answer["results"] if hit["artist"]]
    assert len(set(artists)) == len(artists)
    assert run([*arguments, "--id", "demo-0001", "--metric", "euclidean"]) == 0
    assert "euclidean" in capsys.readouterr().out
    assert run([*arguments, "--id", "demo-0001", "--where", "year < 0"]) == 0
    assert "No work passes" in capsys.readouterr().out


@pytest.mark.slow
def test_demo_does_what_is_missing_and_a_second_time_repeats_nothing(
    demo_copy: Workspace, capsys: Capture
) -> None:
    assert run(["demo", "--size", "48"]) == 0
    told = capsys.readouterr().out
    assert "No NGA paintings: The NGA cannot be reached" in told
    assert "works of 'demo' embedded with artsim-lite0 and efficientnet_lite0" in told
    assert "an evaluation is ready; a map is ready." in told
    library = Library(demo_copy)
    (drawn,) = library.maps("demo")
    # Every page begins with the one that found most on this collection, the map too.
    assert drawn.config.backbone == library.best_backbone("demo") == BACKBONE
    (kept,) = library.evaluations()
    assert set(kept.backbones) == {"artsim-lite0", BACKBONE}
    assert run(["demo", "--offline", "--size", "48"]) == 0
    captured = capsys.readouterr()
    assert "is ready" in captured.out
    assert "artsim serve" in captured.out
    assert captured.err == ""
    assert run(["embed", "demo", "--backbone", BACKBONE]) == 0
    assert "already" in capsys.readouterr().out
    assert run(["jobs", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []


def test_backbones(capsys: Capture) -> None:
    assert run(["backbones", "--json"]) == 0
    found = {b["name"]: b for b in json.loads(capsys.readouterr().out)}
    assert found[BACKBONE]["offline"] is True
    names = {"name", "family", "origin", "offline", "dimension", "input_size", "licence", "digest"}
    assert names <= set(found[BACKBONE])
    refused = Workspace.open().checkpoints / "pickled"
    refused.mkdir()
    (refused / "model.pth").write_bytes(b"")
    assert run(["backbones"]) == 0
    shown = capsys.readouterr().out
    assert "resnet50" in shown
    assert "is a pickle" in shown


def test_a_detached_job_is_watched_and_its_log_read(folder: Path, capsys: Capture) -> None:
    from artsim.tasks.queue import TaskQueue

    arguments = ["collection", "import", "folder", str(folder), "--name", "mine", "--detach"]
    assert run([*arguments, "--json"]) == 0
    job_id = json.loads(capsys.readouterr().out)["id"]
    assert TaskQueue(Workspace.open()).wait(job_id, 120).state == "succeeded"
    assert run(["jobs", "show", job_id, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["state"] == "succeeded"
    for command in (["list"], ["show", job_id], ["log", job_id], ["log", job_id, "--lines", "1"]):
        assert run(["jobs", *command]) == 0
        assert "succeeded" in capsys.readouterr().out
    assert run(["jobs", "cancel", job_id]) == 1
    assert run(["jobs", "resume", job_id]) == 1
    assert "nothing left to resume" in capsys.readouterr().err


def test_tables_hold_hostile_text(capsys: Capture) -> None:
    from artsim.cli.output import table

    table(["title"], [(HOSTILE,), ("🎨 مرحبا",), ("x" * 2000,)])
    out = capsys.readouterr().out
    assert "[red]x[/red]" in out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert max(map(len, out.splitlines())) < 200


def test_help_has_an_example_for_every_command(capsys: Capture) -> None:
    for command in (
        "demo",
        "quality",
        "backbones",
        "embed",
        "search",
        "serve",
        *(f"collection {c}" for c in ("list", "show", "delete", "export", "import")),
        "collection import folder",
        "collection import nga",
        *(f"jobs {c}" for c in ("list", "show", "log", "cancel", "resume")),
    ):
        assert run([*command.split(), "--help"]) == 0
        assert f"Example: artsim {command.split()[0]}" in capsys.readouterr().out, command
