"""Preparations of real little pictures: what is written, what is left out, and bad input."""

import csv
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from pictures_kit import jpeg
from wikiart_kit import files_below, row, write_table, write_tree

from artsim.cli.run import run
from artsim.core.errors import Conflict, InvalidInput, Unavailable
from artsim.core.workspace import Workspace
from artsim.tasks.queue import TaskQueue
from artsim.training.wikiart.config import PrepareWikiartConfig
from artsim.training.wikiart.prepare import Prepared, prepare_wikiart

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cubism 23 sound of 26, Rococo 20, Small 4, Large 30."""
    sizes = {"Cubism": 23, "Rococo": 20, "Small": 4, "Large": 30}
    folder = write_tree(tmp_path_factory.mktemp("wikiart") / "images", sizes)
    whole = jpeg(900)
    (folder / "Cubism" / "cut.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "Cubism" / "page.jpg").write_bytes(b"<html>not found</html>")
    (folder / "Cubism" / "copy.jpg").write_bytes((folder / "Cubism/Cubism-3.jpg").read_bytes())
    (folder / "Cubism" / "notes.txt").write_text("no picture")
    return folder


def prepare(workspace: Workspace, images: Path, out: Path, **options: Any) -> Prepared:
    config = PrepareWikiartConfig(
        out=out, images=images, **({"min_images": 5, "max_images": 25} | options)
    )
    return prepare_wikiart(workspace, config)


def manifest_of(out: Path) -> list[dict[str, str]]:
    text = (out / "manifest.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_tree_becomes_splits_a_manifest_and_a_report(
    workspace: Workspace, images: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    report = prepare(workspace, images, out).report
    assert json.loads((out / "report.json").read_text(encoding="utf-8")) == report
    styles = {s["style"]: s for s in report["styles"]}
    cubism, rococo = styles["Cubism"], styles["Rococo"]
    assert (cubism["listed"], cubism["rejected"], cubism["copies"]) == (26, 2, 1)
    assert [cubism[s] for s in ("pictures", "train", "val", "test")] == [23, 16, 4, 3]
    assert [rococo[s] for s in ("pictures", "train", "val", "test")] == [20, 14, 3, 3]
    assert "too few" in styles["Small"]["reason"]
    assert "too many: 26 pictures" in styles["Large"]["reason"]  # no further than need be
    left = {o["file"]: o["reason"] for o in report["files_left_out"]}
    assert "incomplete" in left["Cubism/cut.jpg"]
    assert "the same bytes as" in left.get("Cubism/copy.jpg", left.get("Cubism/Cubism-3.jpg", ""))
    assert "no image" in left["Cubism/notes.txt"]
    assert len(left) == 4 + 4 + 30
    rows = manifest_of(out)
    pictures = {name: data for name, data in files_below(out).items() if "/" in name}
    assert {r["file"] for r in rows} == set(pictures)
    for r in rows:
        split, style, _ = r["file"].split("/")
        assert (split, style) == (r["split"], r["style"])
        assert pictures[r["file"]] == (images / r["source"]).read_bytes()
    assert len({Path(r["file"]).name for r in rows}) == 43  # none stands twice
    assert {p.name for p in out.iterdir()} == {
        *("train", "val", "test", "manifest.csv", "report.json", ".prepare.json")
    }


def test_again_it_writes_nothing_and_another_folder_reads_no_picture(
    workspace: Workspace, images: Path, tmp_path: Path
) -> None:
    prepare(workspace, images, tmp_path / "one")
    inodes = {p: p.stat().st_ino for p in (tmp_path / "one").rglob("*.jpg")}
    measured = sorted((workspace.cache / "wikiart").rglob("*.arrow"))
    prepare(workspace, images, tmp_path / "one")
    prepare(workspace, images, tmp_path / "two")
    assert {p: p.stat().st_ino for p in (tmp_path / "one").rglob("*.jpg")} == inodes
    assert sorted((workspace.cache / "wikiart").rglob("*.arrow")) == measured
    assert files_below(tmp_path / "one") == files_below(tmp_path / "two")


@pytest.mark.parametrize("link", ["hard", "sym"])
def test_links_give_the_same_files(
    workspace: Workspace, images: Path, tmp_path: Path, link: str
) -> None:
    rows = prepare(workspace, images, tmp_path / "out", link=link).rows
    for r in rows:
        target, source = tmp_path / "out" / r.target, images / r.entry.file
        assert target.samefile(source)
        assert target.is_symlink() == (link == "sym")
    if link == "sym":
        target.unlink()  # a broken preparation is repaired
        prepare(workspace, images, tmp_path / "out", link=link)
        assert os.readlink(target) == str(source)


def test_a_folder_with_anything_else_is_refused(
    workspace: Workspace, images: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    prepare(workspace, images, out)
    before = files_below(out)
    with pytest.raises(Conflict, match="other options"):
        prepare(workspace, images, out, seed=8)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.doc").write_text("mine")
    with pytest.raises(Conflict, match="other files"):
        prepare(workspace, images, tmp_path / "mine")
    with pytest.raises(InvalidInput, match="in one another"):
        prepare(workspace, images, images / "out")
    assert files_below(out) == before


def test_by_work_and_by_artist_no_group_is_torn(
    workspace: Workspace, images: Path, tmp_path: Path
) -> None:
    rows = [
        row(style, f"{style}/{style}-{i}.jpg", f"Artist {i % 9}", f"view-{i // 2}")
        for style, size in (("Cubism", 23), ("Rococo", 20))
        for i in range(size)
    ]
    table = write_table(tmp_path / "wikiart.csv", rows)
    leaks = {}
    for group_by in ("none", "work", "artist"):
        out = tmp_path / group_by
        report = prepare(workspace, images, out, csv=table, group_by=group_by).report
        leaks[group_by] = {k: v["groups"] for k, v in report["on_two_sides"].items()}
        assert report["images"] == 43
        assert sum(report["splits"].values()) == 43
    assert leaks["none"]["artists"] > 0
    assert leaks["work"] == {"works": 0, "artists": leaks["work"]["artists"]}
    assert leaks["artist"] == {"works": 0, "artists": 0}


def test_a_style_that_copies_make_too_small_goes(workspace: Workspace, tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "images", {"A": 8, "B": 8}, 500)
    for i in range(3):
        (folder / "B" / f"B-{i}.jpg").write_bytes((folder / "A" / f"A-{i}.jpg").read_bytes())
        (folder / "A" / f"A-{7 - i}.jpg").write_bytes((folder / "A" / "A-0.jpg").read_bytes())
    report = prepare(workspace, folder, tmp_path / "o", min_images=4).report
    kept = {s["style"]: s["pictures"] for s in report["styles"] if s["kept"]}
    # A has 5 pictures and B 8; what both show stays in one of them, and neither falls below.
    assert all(count > 4 for count in kept.values())
    assert sum(kept.values()) == report["images"]
    files = [r["sha256"] for r in manifest_of(tmp_path / "o")]
    assert len(files) == len(set(files))


def test_without_quality_everything_that_decodes_stays(
    workspace: Workspace, images: Path, tmp_path: Path
) -> None:
    report = prepare(workspace, images, tmp_path / "o", quality=False).report
    cubism = next(s for s in report["styles"] if s["style"] == "Cubism")
    assert (cubism["pictures"], cubism["rejected"], cubism["copies"]) == (24, 2, 0)


def test_a_manifest_opens_as_text_in_a_spreadsheet(workspace: Workspace, tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "images", {"x": 7}, 700)
    evil = "=cmd|' /C calc'!A0"
    rows = [row("@style", f"x/x-{i}.jpg", evil, "w") for i in range(6)]
    (folder / "x" / "x-6.jpg").rename(folder / "x" / "=1+1.jpg")
    rows.append(row("@style", "x/=1+1.jpg", evil, "w"))
    prepare(workspace, folder, tmp_path / "o", csv=write_table(tmp_path / "w.csv", rows))
    for told in manifest_of(tmp_path / "o"):
        assert all(not value.startswith(("=", "@", "+", "-")) for value in told.values())
        assert (tmp_path / "o" / told["file"]).is_file()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--images", "gone"], 1, "There is no folder"),
        (["--images", "images", "--csv", "gone.csv"], 1, "There is no table"),
        (["--images", "images", "--min-images", "90", "--max-images", "99"], 1, "No style of"),
        ([], 2, "Say where the pictures are"),
        (["--kaggle", "--images", "images"], 2, "brings its own table"),
        (["--images", "images", "--min-images", "9", "--max-images", "10"], 2, "No style has"),
        (["--images", "images", "--split", "70/30"], 2, "no split"),
        (["--images", "images", "--split", "0/50/50"], 2, "nothing to train on"),
        (["--images", "images", "--group-by", "style"], 2, "'style' is not one of"),
    ],
)
def test_bad_input_is_one_line(
    images: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    words: list[str],
    code: int,
    message: str,
) -> None:
    monkeypatch.chdir(images.parent)
    assert run(["prepare", "wikiart", "--out", str(tmp_path / "o"), *words]) == code
    told = capsys.readouterr().err
    assert message in told
    assert len([line for line in told.splitlines() if line.startswith("artsim:")]) == 1
    assert not (tmp_path / "o").exists()


def test_kaggle_without_a_network_is_one_sentence(
    tmp_path: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAGGLEHUB_CACHE", str(tmp_path / "cache"))
    config = PrepareWikiartConfig(out=tmp_path / "o", kaggle=True)
    with pytest.raises(Unavailable, match=r"cannot be fetched from Kaggle.*--csv and --images"):
        prepare_wikiart(workspace, config)


def test_the_command_shows_what_it_did_and_can_be_a_job(
    images: Path, tmp_path: Path, workspace: Workspace, capsys: Capture
) -> None:
    words = ["prepare", "wikiart", "--images", str(images), "--min-images", "5"]
    words += ["--max-images", "25", "--out"]
    assert run([*words, str(tmp_path / "o")]) == 0
    shown = capsys.readouterr().out
    assert "2 of 4 styles kept, with 43 pictures: 30 train, 7 val, 6 test." in shown
    assert "Next: artsim train" in shown
    assert run([*words, str(tmp_path / "o"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["images"] == 43
    assert run([*words, str(tmp_path / "job"), "--detach", "--json"]) == 0
    job = json.loads(capsys.readouterr().out)
    assert TaskQueue(workspace).wait(job["id"], 60).state == "succeeded"
    assert files_below(tmp_path / "job") == files_below(tmp_path / "o")


def test_real_paintings(shared_data: Path, workspace: Workspace, tmp_path: Path) -> None:
    source = shared_data / "paintings"
    with (source / "artworks.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["style"] in ("Ukiyo_e", "Shin_hanga")]
    table = tmp_path / "some.csv"
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    options: dict[str, Any] = {"csv": table, "min_images": 100, "max_images": 5000, "link": "sym"}
    found = prepare(workspace, source / "images", tmp_path / "o", **options)
    assert found.report["styles_kept"] == 2
    given = {r["id"]: r["work_group"] for r in rows}
    sides: dict[str, set[str]] = {}
    for r in found.rows:
        sides.setdefault(given[Path(r.entry.file).stem], set()).add(r.split)
    assert max(map(len, sides.values())) == 1
