"""All pages of a TIFF: recto and verso in one file are pictures of one work."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
import tifffile
from pictures_kit import draw

from artsim.collection.reconcile import QualityReport, quality_report
from artsim.collection.store import Collection
from artsim.core.progress import NULL
from artsim.core.workspace import Workspace
from artsim.tasks.kinds import checked_config, kind_named


def tiff(*pages: np.ndarray) -> bytes:
    out = io.BytesIO()
    with tifffile.TiffWriter(out) as writer:
        for page in pages:
            writer.write(page, photometric="rgb", metadata=None)
    return out.getvalue()


def do(workspace: Workspace, kind: str, **values: object) -> QualityReport:
    kind_named(kind).run(workspace, checked_config(kind, values), NULL)
    return quality_report(Collection.open(workspace, "mine"))


def pictures(workspace: Workspace) -> dict[str, tuple[str | None, str, str]]:
    rows = Collection.open(workspace, "mine").pictures.listed()
    return {row["file"]: (row["work"], row["role"], row["state"]) for row in rows}


def unlike(*seeds: int) -> list[np.ndarray]:
    return [draw(seed) for seed in seeds]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    (made / "leaf.tif").write_bytes(tiff(*unlike(1, 2, 3)))
    (made / "scan.tif").write_bytes(tiff(*unlike(4, 5)))
    (made / "one.tif").write_bytes(tiff(*unlike(6)))
    return made


VIEWS = {
    "leaf.tif#2": ("leaf", "other", "converted"),
    "leaf.tif#3": ("leaf", "other", "converted"),
    "scan.tif#2": ("scan", "other", "converted"),
}


def test_all_pages_are_pictures_and_reading_them_again_changes_nothing(
    workspace: Workspace, folder: Path
) -> None:
    asked = {"name": "mine", "directory": folder, "pages": "all"}
    first = do(workspace, "import_folder", **asked)
    assert pictures(workspace) == VIEWS
    assert not [f.reason for f in first.files if "not taken" in f.reason]
    collection = Collection.open(workspace, "mine")
    files = dict.fromkeys(VIEWS)
    assert {f for batch, _ in collection.pictures.pending("emb_x", 9) for f in batch} == set(files)
    before = collection.metadata(["id", "file"]).to_pylist()
    for again in (
        lambda: do(workspace, "import_folder", **asked),
        lambda: do(workspace, "sync", collection="mine"),
    ):
        changes = again().changes
        assert (changes.new, changes.changed, changes.missing, changes.unchanged) == (0, 0, 0, 6)
    assert pictures(workspace) == VIEWS
    assert Collection.open(workspace, "mine").metadata(["id", "file"]).to_pylist() == before


def test_pages_can_be_taken_later_and_follow_their_file(workspace: Workspace, folder: Path) -> None:
    asked = {"name": "mine", "directory": folder}
    told = {f.file: f.reason for f in do(workspace, "import_folder", **asked).files}
    assert told["leaf.tif"] == "TIFF converted; 2 further pages not taken"
    report = do(workspace, "import_folder", **asked, pages="all")
    assert report.changes.new == 3
    assert not [f.reason for f in report.files if "not taken" in f.reason]
    assert pictures(workspace) == VIEWS
    (folder / "a").mkdir()
    os.rename(folder / "leaf.tif", folder / "a" / "page.tif")
    changes = do(workspace, "sync", collection="mine").changes
    assert (changes.renamed, changes.new, changes.missing) == (3, 0, 0)
    moved = {f.replace("leaf", "a/page"): told for f, told in VIEWS.items()}
    assert pictures(workspace) == moved
    do(workspace, "import_folder", **asked)
    assert pictures(workspace) == moved  # what was taken stays


def test_a_page_goes_with_the_picture_of_its_work(workspace: Workspace, tmp_path: Path) -> None:
    """A copy's verso is a picture of the work that the file repeats; a blank page is none."""
    folder, table = tmp_path / "in", tmp_path / "m.csv"
    folder.mkdir()
    blank = np.full((120, 160, 3), 250, np.uint8)
    (folder / "12.tif").write_bytes(tiff(draw(1), blank))
    (folder / "again.tif").write_bytes(tiff(draw(1), draw(2)))
    (folder / "tiny.tif").write_bytes(tiff(draw(3)[:30, :40], draw(4)[:40, :30]))
    table.write_text("id,title\n12,Mill\n", encoding="utf-8")
    asked = {"name": "mine", "directory": folder, "metadata": table, "pages": "all"}
    do(workspace, "import_folder", **asked)
    assert pictures(workspace) == {
        "12.tif#2": ("12", "other", "rejected"),
        "again.tif": ("12", "other", "copy"),
        "again.tif#2": ("12", "other", "converted"),
        "tiny.tif": (None, "other", "rejected"),
        "tiny.tif#2": (None, "other", "rejected"),
    }


def test_a_copy_of_the_folder_elsewhere_brings_no_picture_twice(
    workspace: Workspace, folder: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "copied.tif").write_bytes((folder / "scan.tif").read_bytes())
    (other / "new.tif").write_bytes(tiff(*unlike(7, 8)))
    do(workspace, "import_folder", name="mine", directory=folder, pages="all")
    do(workspace, "import_folder", name="mine", directory=other, pages="all")
    assert pictures(workspace) == VIEWS | {"new.tif#2": ("new", "other", "converted")}
