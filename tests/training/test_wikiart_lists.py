"""The lists of a preparation at WikiArt's real shape, and which styles and files they hold."""

import time
from pathlib import Path

import pytest
from wikiart_kit import KEPT, ROWS, STYLES, row, write_real_shape, write_table

from artsim.cli.run import run
from artsim.core.errors import InvalidInput
from artsim.training.wikiart.choose import Choice, choose_listed
from artsim.training.wikiart.config import PrepareWikiartConfig
from artsim.training.wikiart.listing import Listing
from artsim.training.wikiart.prepare import lists
from artsim.training.wikiart.table import read_table
from artsim.training.wikiart.tree import read_tree

Capture = pytest.CaptureFixture[str]
pytestmark = pytest.mark.slow  # 176,436 rows are written and read


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_real_shape(tmp_path_factory.mktemp("wikiart") / "wikiart.csv")


@pytest.fixture(scope="module")
def listed(table: Path) -> tuple[Listing, Choice, float]:
    """Listing and choice of the real shape, and the seconds of the processor they took."""
    began = time.process_time()  # the machine may be busy with other things
    listing = read_table(table, None)
    choice = choose_listed(listing.entries, 2000, 5000)
    return listing, choice, time.process_time() - began


@pytest.mark.parametrize("group_by", ["none", "work", "artist"])
def test_the_real_shape_takes_seconds_and_filters_exactly(
    table: Path, listed: tuple[Listing, Choice, float], group_by: str
) -> None:
    config = PrepareWikiartConfig(out="out", csv=table, lists_only=True, group_by=group_by)
    listing, choice, seconds = listed
    began = time.process_time()
    found = lists(config, listing, choice)
    assert seconds + time.process_time() - began < 20
    report = found.report
    assert (report["rows"], report["styles_listed"]) == (ROWS, STYLES)
    assert {s["style"]: s["pictures"] for s in report["styles"] if s["kept"]} == KEPT
    assert report["images"] == len({r.target for r in found.rows}) == 24_493
    assert report["splits_wanted"] == {"train": 17_145, "val": 3_675, "test": 3_673}
    assert report["left_out"] == ROWS - 24_493
    if group_by != "artist":
        assert report["splits"] == report["splits_wanted"]
    off = [
        abs(s[split] - s[f"{split}_wanted"])
        for s in report["styles"]
        if s["kept"]
        for split in ("train", "val", "test")
    ]
    assert max(off) <= (20 if group_by == "artist" else 0)
    leaks = report["on_two_sides"]
    assert (leaks["works"]["groups"] == 0) == (group_by != "none")
    assert (leaks["artists"]["groups"] == 0) == (group_by == "artist")


def test_the_command_tells_the_lists_and_writes_nothing(tmp_path: Path, capsys: Capture) -> None:
    rows = [row("Cubism", f"{i}.jpg") for i in range(100)]
    rows += [row("Rococo", f"{i}.jpg") for i in range(90, 140)]
    rows += [row("Realism", "200.jpg")]
    table, out = write_table(tmp_path / "w.csv", rows), tmp_path / "out"
    words = ["prepare", "wikiart", "--csv", str(table), "--out", str(out), "--lists-only"]
    assert run([*words, "--min-images", "10", "--max-images", "1000"]) == 0
    shown = capsys.readouterr().out
    assert "2 of 3 styles kept, with 140 pictures: 98 train, 21 val" in shown
    assert not out.exists()


def test_the_order_of_the_rows_does_not_matter_and_the_seed_does(tmp_path: Path) -> None:
    rows = [row("Cubism", f"{i}.jpg", f"Artist {i % 7}", f"work-{i}") for i in range(100)]
    rows += [row("Rococo", f"{i}.jpg", f"Artist {i % 7}", f"work-{i}") for i in range(90, 140)]

    def told(order: list[tuple[str, ...]], seed: int) -> set[tuple[str, str]]:
        csv = write_table(tmp_path / "w.csv", order)
        config = PrepareWikiartConfig(
            out="o", csv=csv, lists_only=True, seed=seed, min_images=1, max_images=1000
        )
        listing = read_table(csv, None)
        choice = choose_listed(listing.entries, 1, 1000)
        return {(r.target, r.work) for r in lists(config, listing, choice).rows}

    assert told(rows, 7) == told(rows[::-1], 7)
    assert told(rows, 7) != told(rows, 8)


def test_a_file_under_several_styles_stands_under_the_largest(tmp_path: Path) -> None:
    rows = [row("Cubism", f"c{i}.jpg") for i in range(5)]
    rows += [row("Analytical Cubism", f"c{i}.jpg") for i in range(3)]
    rows += [row("Cubism", "c0.jpg", "Juan Gris", "guitar")]
    listing = read_table(write_table(tmp_path / "w.csv", rows), None)
    assert [e.style for e in listing.entries] == ["Cubism"] * 5
    assert listing.entries[0].artist == "Juan Gris"  # a later row fills what the first left blank
    assert [(o.file, o.style) for o in listing.left_out] == [
        (f"c{i}.jpg", "Analytical Cubism") for i in range(3)
    ]
    assert "1 row repeats" in " ".join(listing.notes)


def test_names_in_the_table_never_lead_out_of_the_folder(tmp_path: Path) -> None:
    images = tmp_path / "images"
    (images / "sub").mkdir(parents=True)
    (tmp_path / "secret.jpg").write_bytes(b"\xff\xd8\xff")
    (images / "link.jpg").symlink_to(tmp_path / "secret.jpg")
    for name in ("a.jpg", "sub/twice.jpg", "twice.jpg", "unlisted.jpg"):
        (images / name).write_bytes(b"\xff\xd8\xff")
    (images / "sub2").mkdir()
    (images / "sub2" / "double.jpg").write_bytes(b"1")
    (images / "sub" / "double.jpg").write_bytes(b"2")
    bad = {
        "../secret.jpg": "outside",
        str(tmp_path / "secret.jpg"): "outside",
        "sub/../../secret.jpg": "outside",
        "..\\secret.jpg": "outside",
        "C:/secret.jpg": "outside",
        "~/secret.jpg": "outside",
        "link.jpg": "leads out",
        "gone.jpg": "no such file",
        "double.jpg": "several files",
        "": "names no file",
    }
    rows = [row("Cubism", name) for name in (*bad, "a\0.jpg", "A.JPG", "sub/twice.jpg")]
    listing = read_table(write_table(tmp_path / "w.csv", rows), images)
    assert [e.file for e in listing.entries] == ["a.jpg", "sub/twice.jpg"]
    reasons = {o.file or "": o.reason for o in listing.left_out}
    for name, reason in bad.items():
        assert reason in reasons[name or "line 11"], name
    assert "no row" in reasons["unlisted.jpg"]
    assert all(path.is_relative_to(images) for path in listing.paths.values())


def test_titles_and_artists_of_a_tree_come_from_its_names(tmp_path: Path) -> None:
    for name in ("claude-monet_water-lilies-1906.jpg", "juan-gris_guitar.jpg", "x.jpg"):
        (tmp_path / "Cubism").mkdir(exist_ok=True)
        (tmp_path / "Cubism" / name).write_bytes(b"\xff\xd8\xff")
    (tmp_path / "loose.jpg").write_bytes(b"\xff\xd8\xff")
    listing = read_tree(tmp_path)
    assert [(e.artist, e.title) for e in listing.entries] == [
        ("claude monet", "water lilies 1906"),
        ("juan gris", "guitar"),
        ("", ""),
    ]
    assert [o.reason for o in listing.left_out] == ["stands in no style's folder"]
    (tmp_path / "Cubism").rename(tmp_path / "train")
    with pytest.raises(InvalidInput, match="split already"):
        read_tree(tmp_path)


@pytest.mark.parametrize(
    ("header", "message"),
    [("artist,file_name", "no column 'style'"), ("style,artist", "no column 'file_name'")],
)
def test_a_table_without_its_columns_is_refused(tmp_path: Path, header: str, message: str) -> None:
    csv = write_table(tmp_path / "w.csv", [("a", "b")], header.split(","))
    with pytest.raises(InvalidInput, match=message):
        read_table(csv, None)
