"""A work with several pictures: named by the table or by the files, and never guessed."""

from pathlib import Path

import pytest
from pictures_kit import jpeg

from artsim.collection.importer import import_collection
from artsim.collection.sources.base import SourceItem
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection
from artsim.core.progress import NULL
from artsim.core.workspace import Workspace


def items(root: Path, files: str, table: str = "") -> dict[str, SourceItem]:
    for number, file in enumerate(files.split(", ")):
        path = root / "in" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jpeg(number))
    (root / "m.csv").write_text(table, encoding="utf-8")
    source = FolderSource(root / "in", root / "m.csv" if table else None)
    return {item.file: item for item in source.items({}, NULL)}


@pytest.mark.parametrize(
    ("files", "table", "expected"),
    [
        (
            "a.jpg, b.jpg, c.jpg",
            "id,title,image\n12,Mill,a.jpg\n12,Mill,b.jpg\n13,Barn,c.jpg\n",
            {"a.jpg": ("12", "primary"), "b.jpg": ("12", "other"), "c.jpg": ("13", "primary")},
        ),
        (
            "a.jpg, b.jpg",
            "id,title,image,role\n12,Mill,a.jpg,verso\n12,,b.jpg,recto\n",
            {"a.jpg": ("12", "verso"), "b.jpg": ("12", "primary")},
        ),
        (
            "a.jpg, b.jpg, d.jpg",
            "id,title,image\n12,Mill,a.jpg; b.jpg|d.jpg\n",
            {"a.jpg": ("12", "primary"), "b.jpg": ("12", "other"), "d.jpg": ("12", "other")},
        ),
        (
            "12.jpg, 12_verso.jpg, 12-r.jpg, 12 (2).jpg, 12_detail1.jpg, 12_x.jpg",
            "id,title\n12,Mill\n",
            {
                "12.jpg": ("12", "primary"),
                "12_verso.jpg": ("12", "verso"),
                "12-r.jpg": ("12", "recto"),
                "12 (2).jpg": ("12", "other"),
                "12_detail1.jpg": ("12", "detail"),
                "12_x.jpg": ("12_x", "primary"),
            },
        ),
        (
            "12_recto.jpg, 12_verso.jpg",
            "id,title\n12,Mill\n",
            {"12_recto.jpg": ("12", "primary"), "12_verso.jpg": ("12", "verso")},
        ),
        (
            "recto/001.jpg, verso/001.jpg",
            "id,title,image\n7,Leaf,recto/001.jpg\n",
            {"recto/001.jpg": ("7", "primary"), "verso/001.jpg": ("7", "verso")},
        ),
        (
            "12.jpg, 12_verso.jpg",
            "id,title\n12,Mill\n12_verso,Barn\n",
            {"12.jpg": ("12", "primary"), "12_verso.jpg": ("12_verso", "primary")},
        ),
        (
            "12.jpg, 12_verso.jpg",
            "",
            {"12.jpg": ("12", "primary"), "12_verso.jpg": ("12", "verso")},
        ),
    ],
)
def test_which_picture_of_which_work(
    tmp_path: Path, files: str, table: str, expected: dict[str, tuple[str, str]]
) -> None:
    found = items(tmp_path, files, table)
    assert {name: (item.artwork.id, item.role) for name, item in found.items()} == expected


def test_sides_in_folders_that_were_joined_are_not_told_as_undecided(tmp_path: Path) -> None:
    for number, side in enumerate(("recto", "verso")):
        (tmp_path / "in" / side).mkdir(parents=True)
        (tmp_path / "in" / side / "001.jpg").write_bytes(jpeg(number))
    (tmp_path / "m.csv").write_text("id,title\n001,Leaf\n", encoding="utf-8")
    source = FolderSource(tmp_path / "in", tmp_path / "m.csv")
    assert {item.artwork.id for item in source.items({}, NULL)} == {"001"}
    assert not any("joined to none" in note for note in source.notes)
    assert any("verso/001.jpg" in note for note in source.notes)


def test_rows_of_one_id_with_other_titles_are_no_pictures_of_one_work(tmp_path: Path) -> None:
    table = "id,title,image\n1.23E+12,Mill,a.jpg\n1.23E+12,Barn,b.jpg\n"
    found = items(tmp_path, "a.jpg, b.jpg", table)
    assert {item.role for item in found.values()} == {"primary"}


def test_a_work_keeps_its_pictures_and_gets_those_that_a_later_table_names(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder, table = tmp_path / "in", tmp_path / "m.csv"
    items(tmp_path, "12.jpg, back.jpg, 13.jpg")
    import_collection(workspace, "little", FolderSource(folder))
    collection = Collection.open(workspace, "little")
    assert collection.info().artworks == 3
    table.write_text("id,title,image\n12,Mill,12.jpg;back.jpg\n13,Barn,13.jpg\n", encoding="utf-8")
    for _ in range(2):
        report = import_collection(workspace, "little", FolderSource(folder, table))
        ids = [row["id"] for row in collection.metadata(["id"]).to_pylist()]
        assert ids == ["12", "13"]
        pictures = [(p["file"], p["role"], p["state"]) for p in collection.pictures.of_work("12")]
        assert pictures == [("back.jpg", "other", "kept")]
        assert (report.kept, report.rejected, report.duplicates) == (3, 0, 0)
    assert collection.artwork("back")["title"] == "Mill"
    (folder / "back.jpg").write_bytes(jpeg(77))
    before = collection.pictures.blob("back.jpg", "image")
    import_collection(workspace, "little", FolderSource(folder, table))
    assert collection.pictures.blob("back.jpg", "image") != before
