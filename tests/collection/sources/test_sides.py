"""Files without a table that are sides of one work by their names are its pictures."""

from pathlib import Path

import pytest
from pictures_kit import jpeg

from artsim.collection.importer import import_collection
from artsim.collection.sources.files import FoundFile
from artsim.collection.sources.folder import FolderSource
from artsim.collection.sources.sides import Side, sides
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("12_recto.jpg 12_verso.jpg", {"12_verso.jpg": ("12_recto.jpg", "verso")}),
        ("12.jpg 12-Rückseite.tif", {"12-Rückseite.tif": ("12.jpg", "verso")}),
        ("12_r.jpg 12_v.jpg", {"12_v.jpg": ("12_r.jpg", "verso")}),
        (
            "mill.jpg mill_detail1.jpg mill_detail2.jpg",
            {f"mill_detail{n}.jpg": ("mill.jpg", "detail") for n in (1, 2)},
        ),
        ("12_verso.jpg", {}),  # beside nothing
        ("12_verso.jpg 12_detail.jpg", {}),  # and nothing that would show the work
        ("a/12_recto.jpg b/12_verso.jpg", {}),
        ("12.jpg 12.tif 12_verso.jpg", {}),  # of which of the two?
        ("12_verso.jpg 12_back.jpg 12.jpg", {}),
        ("recto/001.jpg verso/001.jpg", {}),
        ("7.jpg 7(2).jpg mill.jpg windmill_study.jpg", {}),
    ],
)
def test_a_name_means_a_side_only_beside_one_picture(names: str, expected: dict) -> None:
    found = sides([FoundFile(name, Path(name), "1-1") for name in names.split()])
    assert found == {file: Side(*side) for file, side in expected.items()}


def test_sides_are_pictures_of_one_work_and_it_is_told(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    names = ("12_verso", "12_recto", "recto/001", "verso/001", "7_verso")
    for seed, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.jpg").write_bytes(jpeg(seed))
    report = import_collection(workspace, "sheets", FolderSource(folder))
    sheets = Collection.open(workspace, "sheets")
    rows = {row["id"]: row["title"] for row in sheets.metadata().to_pylist()}
    assert rows == {
        "12_recto": "12",
        "7_verso": "7 verso",
        **{row: "001" for row in rows if "001" in row},
    }
    assert len(rows) == 4
    (verso,) = sheets.pictures.of_work("12_recto")
    assert (verso["file"], verso["role"]) == ("12_verso.jpg", "verso")
    (said,) = report.notes
    assert "further pictures of works by their names" in said
    assert "a folder of rectos and in one of versos (001)" in said

    (folder / "7_recto.jpg").write_bytes(jpeg(9))  # what was a work before stays one
    again = import_collection(workspace, "sheets", FolderSource(folder))
    assert (again.changes.new, again.changes.unchanged) == (1, 5)
    assert set(sheets.metadata(["id"]).column("id").to_pylist()) == {*rows, "7_recto"}
    assert sheets.pictures.of_work("12_recto") == [verso]
