"""What is said of works that a backbone was fitted on: by evaluation, report, card and commands."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import pytest

from artsim.backbones import fitted_record
from artsim.backbones.fitted import FittedOn, fitted_on, inherited
from artsim.backbones.fitted_record import FITTED, Step
from artsim.backbones.registry import resolve
from artsim.cli.run import run
from artsim.core.workspace import Workspace
from artsim.evaluation import verdicts
from artsim.evaluation.html_report import html_report
from artsim.evaluation.runs import list_runs, load_run
from artsim.library import Library
from artsim.training.publish import Result
from tests.conftest import REPOSITORY

FALSE = ("not seen", "never seen", "never saw", "unseen")
Change = Callable[[Path], None]


@pytest.fixture(scope="module")
def embedded(
    labelled: Path, trained: tuple[Workspace, Result], tmp_path_factory: pytest.TempPathFactory
) -> Workspace:
    """The folder that 'mine' was trained on as a collection, embedded with it. Only for reading."""
    workspace = Workspace.open(tmp_path_factory.mktemp("fitted"))
    shutil.copytree(trained[1].folder, workspace.checkpoints / "mine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARTSIM_HOME", str(workspace.root))
        table = workspace.root / "works.csv"
        lines = (labelled / "manifest.csv").read_text(encoding="utf-8").splitlines()
        table.write_text("\n".join(["id,image,style,artist", *(_row(line) for line in lines[1:])]))
        options = ["--name", "works", "--metadata", str(table), "--no-quality"]
        assert run(["collection", "import", "folder", str(labelled), *options]) == 0
        assert run(["embed", "works", "--backbone", "mine"]) == 0
    return workspace


def _row(line: str) -> str:
    """A museum's own number for an even work, its file's name for the others."""
    file, style, artist, *_ = line.split(",")
    number = file.removesuffix(".png")
    return f"{number if int(number[1:]) % 2 else 'M-' + number},{file},{style},{artist}"


@pytest.fixture
def changed(embedded: Workspace, tmp_path: Path) -> Callable[[Change], Workspace]:
    """A copy of the workspace with a training of before, whose record was changed."""

    def make(change: Change) -> Workspace:
        shutil.copytree(embedded.root, tmp_path / "copy")
        (tmp_path / "copy" / "checkpoints" / "mine" / "run" / "fitted_on.json").unlink()
        change(tmp_path / "copy" / "checkpoints" / "mine" / "run")
        return Workspace.open(tmp_path / "copy")

    return make


def evaluated(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """The run by artist as the command prints it, a K of 3."""
    monkeypatch.setenv("ARTSIM_HOME", str(workspace.root))
    capsys.readouterr()
    command = ["evaluate", "works", "--backbone", "mine", "--relevance", "artist", "-k", "3"]
    assert run([*command, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)["runs"][0]
    return found


def groups(found: dict[str, Any]) -> dict[str, int]:
    return {part["value"]: part["queries"] for part in found["parts"]["fitted"]}


def test_works_kept_aside_count_as_fitted_on_where_the_parts_saw_them(
    embedded: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = evaluated(embedded, monkeypatch, capsys)
    assert found["queries"] == found["gallery"] == 96
    everything = {"queries": 96, "gallery": 96, "same_artist": 96, "record": "works"}
    assert found["fitted"] == everything | {"by_picture": 0, "not_known": []}
    assert groups(found) == {"fitted on": 96}


def test_no_door_calls_them_works_that_it_did_not_see(
    embedded: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    evaluated(embedded, monkeypatch, capsys)
    assert run(["evaluate", "works", "--backbone", "mine", "--relevance", "artist"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    kept = load_run(embedded, list_runs(embedded)[0].id)
    page, card = html_report(kept), (embedded.checkpoints / "mine" / "README.md").read_text()
    for text in (printed, page, json.dumps(kept.to_json()), card):
        assert not [words for words in FALSE if words in text.replace("unseen_artist", "")]
    for text in (printed, page):
        assert "mine was fitted on 96 of 96 queries and on 96 of 96 works in the gallery" in text
    assert "Fitted on all of these works" in card


def test_works_that_only_chose_the_weights_are_told_apart(
    changed: Callable[[Change], Workspace],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def not_fitted_again(record: Path) -> None:
        config = json.loads((record / "config.json").read_text())
        config["recipe_numbers"]["refit"] = False
        (record / "config.json").write_text(json.dumps(config))

    workspace = changed(not_fitted_again)
    split = (workspace.checkpoints / "mine" / "run" / "split.csv").read_text()
    found = evaluated(workspace, monkeypatch, capsys)
    assert found["fitted"]["queries"] == 96  # a step of its making saw each of them
    assert groups(found) == {
        "fitted on": split.count(",train"),
        "used to choose its epoch and weights": 96 - split.count(",train"),
    }


def test_works_outside_the_record_are_counted_by_their_artist(
    changed: Callable[[Change], Workspace],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def first_half(record: Path) -> None:
        lines = sorted((record / "split.csv").read_text().splitlines())
        (record / "split.csv").write_text("\n".join(["id,split", *lines[1:49]]))

    found = evaluated(changed(first_half), monkeypatch, capsys)
    assert found["fitted"] == {
        "queries": 48,
        "gallery": 48,
        "same_artist": 96,
        "record": "works",
        "by_picture": 0,
        "not_known": [],
    }
    assert groups(found) == {"fitted on": 48, "fitted on other works of the artist": 48}


def test_without_a_split_only_the_artists_are_known(
    changed: Callable[[Change], Workspace],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = evaluated(changed(shutil.rmtree), monkeypatch, capsys)
    assert found["fitted"]["record"] == "labels"
    assert found["fitted"]["queries"] == 0
    assert 0 < found["fitted"]["same_artist"] < 96  # the artist kept aside was not learnt by name


def test_a_collection_that_was_trained_on_is_told_by_its_name(
    changed: Callable[[Change], Workspace],
) -> None:
    def of_collection(record: Path) -> None:
        summary = json.loads((record / "summary.json").read_text())
        config = json.loads((record / "config.json").read_text())
        summary["source"] = "collection 'works'"
        (record / "summary.json").write_text(json.dumps(summary))
        (record / "config.json").write_text(json.dumps(config | {"source": "works"}))

    workspace = changed(of_collection)
    known = fitted_on(workspace, "mine", resolve(workspace, "mine").digest)
    assert known.states("works", ["w000.png", "w001.png"]).tolist() == [FITTED, FITTED]
    assert known.states("others", ["w000.png"]).tolist() == [0]
    assert fitted_on(workspace, "mine", "0" * 64).record == "none"  # of other weights
    assert fitted_on(workspace, "efficientnet_lite0", "0" * 64).record == "none"


def test_the_same_pictures_under_other_ids_are_told(
    embedded: Workspace, labelled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of them made larger and encoded anew, half pictures that nothing was fitted on."""
    pictures = tmp_path / "elsewhere"
    pictures.mkdir()
    lines = ["id,image,artist"]
    for i in range(20):
        pixels = cv2.imread(str(labelled / f"w{i:03}.png"))
        if i >= 10:
            pixels = cv2.rotate(pixels, cv2.ROTATE_90_CLOCKWISE)
        larger = cv2.resize(pixels, (120, 120), interpolation=cv2.INTER_LINEAR)
        cv2.imwrite(str(pictures / f"z{i}.jpg"), larger, [cv2.IMWRITE_JPEG_QUALITY, 80])
        lines.append(f"z{i},z{i}.jpg,{'Second' if i >= 10 else 'First'} Painter {i % 2}")
    (tmp_path / "works.csv").write_text("\n".join(lines))
    shutil.copytree(embedded.root, tmp_path / "home")
    monkeypatch.setenv("ARTSIM_HOME", str(tmp_path / "home"))
    options = ["--name", "others", "--metadata", str(tmp_path / "works.csv"), "--no-quality"]
    assert run(["collection", "import", "folder", str(pictures), *options]) == 0
    assert run(["embed", "others", "--backbone", "mine"]) == 0
    evaluate = ["evaluate", "others", "--backbone", "mine", "--relevance", "artist", "-k", "3"]
    assert run(evaluate) == 0
    workspace = Workspace.open(tmp_path / "home")
    kept = load_run(workspace, list_runs(workspace)[0].id)
    told = kept.to_json()
    assert next(iter(told)) == "fitted_on"
    assert "10 queries were recognised by the picture alone" in told["fitted_on"]
    parts = {p["value"]: p["queries"] for p in told["runs"][0]["parts"]["fitted"]}
    assert parts == {"fitted on": 10, "not in its record": 10}
    table = verdicts.table(kept)
    assert table.columns[0] == "fitted_on"
    assert table["fitted_on"].str.startswith("mine was fitted on 10 of 20 queries").all()
    apart = table[table["figure"] == "map_at_k"].set_index("queries_of")["queries"]
    assert apart.to_dict() == {"all queries": 20, **parts}
    page = html_report(kept)
    assert page.index("mine was fitted on") < page.index("By artist")
    assert "not in its record" in page


def test_what_it_started_from_and_learnt_of_is_recorded_though_it_is_gone(
    embedded: Workspace, tmp_path: Path
) -> None:
    shutil.copytree(embedded.checkpoints / "mine", tmp_path / "checkpoints" / "mine")
    workspace = Workspace.open(tmp_path)
    taught = inherited(workspace, "teacher", "mine")
    assert [(s.role, s.name, len(s.works.ids)) for s in taught if s.works] == [
        ("teacher", "mine", 96)
    ]
    start = inherited(workspace, "start", "efficientnet_lite0")
    assert start == (Step("start", "efficientnet_lite0", None),)
    second = workspace.checkpoints / "second"
    (workspace.checkpoints / "mine").rename(second)
    description = json.loads((second / "backbone.json").read_text())
    (second / "backbone.json").write_text(json.dumps(description | {"name": "second"}))
    fitted_record.write(second / "run", [*start, *taught])
    known = fitted_on(workspace, "second", resolve(workspace, "second").digest)
    assert known.record == "works"
    assert known.not_known == ("efficientnet_lite0",)
    assert known.states("any", ["w000"]).tolist() == [FITTED]
    assert known.knows_artist("ARTIST 2")
    assert not known.knows_artist("Somebody")


def test_a_work_group_that_was_seen_is_told_in_any_collection() -> None:
    works = fitted_record.seen_works(
        "one", ["a", "b"], ["train", "none"], ["Jan Steen", "Titian"], ["g1", "g2"]
    )
    known = FittedOn("works", steps=(Step("training", "mine", works, True),))
    asked = ["g1", "G1", "g1", "g2", ""]
    by = ["Jan Steen", "Steen, Jan", "Titian", "Titian", "Jan Steen"]
    found = known.states("two", ["v", "w", "x", "y", "z"], groups=asked, artists=by)
    assert found.tolist() == [FITTED, FITTED, 0, 0, 0]


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"format": 99}',
        '{"format": 1, "steps": [{"role": "training", "name": "x", "works": 7, "refit": true}]}',
        '{"format": 1, "steps": [{"role": "training", "name": "x", "refit": true, "works": {'
        '"collection": null, "ids": ["a"], "saw": "", "artist_digests": [], "artists": [], '
        '"groups": [], "pictures": []}}]}',
    ],
)
def test_a_damaged_record_leaves_what_the_split_says(tmp_path: Path, text: str) -> None:
    (tmp_path / "split.csv").write_text("id,split\na,train\n")
    (tmp_path / "fitted_on.json").write_text(text)
    steps = fitted_record.read(tmp_path)
    assert steps is not None
    assert steps[0].works is not None
    assert steps[0].works.ids == ("a",)


@pytest.mark.parametrize("name", ["artsim-lite0", "artsim-resnet18"])
def test_the_published_backbones_are_fitted_on_all_their_works(
    name: str, workspace: Workspace
) -> None:
    lines = (
        (REPOSITORY / "artsim" / "models" / name / "run" / "split.csv").read_text().splitlines()[1:]
    )
    ids = [line.split(".jpg,")[0] for line in lines]
    known = fitted_on(workspace, name, resolve(workspace, name).digest)
    assert len(ids) == 7_352
    assert (known.states("any name", ids) == FITTED).all()
    assert known.states("any name", ["elsewhere"]).tolist() == [0]
    assert known.not_known == ("efficientnet_lite0",)
    assert known.has_pictures
    assert known.knows_artist("Claude Monet")


def test_a_kept_evaluation_of_before_says_no_more_who_was_not_seen(
    embedded: Workspace,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    evaluated(embedded, monkeypatch, capsys)
    workspace = Workspace.open(tmp_path / "old")
    kept = list_runs(embedded)[0].id
    shutil.copytree(embedded.runs / kept, workspace.runs / kept)
    file = workspace.runs / kept / "run.json"
    document = json.loads(file.read_text()) | {"format": 1}
    for old in document["runs"]:
        del old["fitted"]
        part = old["parts"].pop("fitted")[0] | {"value": "not seen in training"}
        old["parts"]["artists"] = [part]
    file.write_text(json.dumps(document))
    found = load_run(Library(workspace).workspace, kept)
    assert "not seen" not in json.dumps(found.to_json())
    assert "What mine was fitted on is not known." in html_report(found)
