"""Rows that name their pictures in every way that museums' tables do."""

from pathlib import Path

import pytest

from artsim.collection.sources.damaged_ids import as_typed
from artsim.collection.sources.files import FoundFile
from artsim.collection.sources.joining import Join, join
from artsim.collection.sources.metadata import MetadataTable
from artsim.collection.sources.naming import safe_id


def test_a_name_has_one_id_however_its_accents_are_composed() -> None:
    assert safe_id("Ma\u0308dchen") == safe_id("Mädchen")


def joined(folder: Path, table: str, files: list[str]) -> Join:
    path = folder / "t.csv"
    path.write_text(table, encoding="utf-8")
    found = [FoundFile(name, folder / name, "1") for name in sorted(files)]
    return join(list(MetadataTable(path).rows()), found)


def titles(found: Join) -> dict[str, str]:
    return {file: row.artwork.title for file, row in found.rows.items()}


@pytest.mark.parametrize(
    ("image", "file"),
    [
        ("x.jpg", "x.jpg"),
        ("x.tif", "x.jpg"),
        ("x", "x.jpg"),
        ("X.JPG", "x.jpg"),
        ("./sub/x.jpg", "sub/x.jpg"),
        (r"C:\scans\2019\x.tif", "x.jpg"),
        (r"\\srv\share\x.tif", "x.jpg"),
        ("/Volumes/Scans/x.jpg", "x.jpg"),
        ("~/Pictures/x.jpg", "x.jpg"),
        ("file:///C:/My%20Scans/x.tif", "x.jpg"),
        ("file://srv/share/a%20b.jpg", "a b.jpg"),
        ("https://example.org/img/caf%C3%A9.jpg?w=200#top", "café.jpg"),
        ("https://example.org/image.php?id=7&file=x.jpg", "x.jpg"),
        ("https://iiif.example.org/iiif/3/x/full/max/0/default.jpg", "x.jpg"),
        ("https://iiif.example.org/2/site:coll:x/full/!600,600/0/native.jpg", "x.jpg"),
        ("a%20b.jpg", "a b.jpg"),
        ("100%25.jpg", "100%25.jpg"),
        ("cafe\u0301.jpg", "caf\u00e9.jpg"),
        (r"D:\old\recto\001.tif", "recto/001.jpg"),
        ("J. M. W. Turner", "J. M. W. Turner.png"),
    ],
)
def test_an_image_column_leads_to_the_file(tmp_path: Path, image: str, file: str) -> None:
    beside = ["other.jpg", *(["verso/001.jpg"] if "001" in file else [])]
    found = joined(tmp_path, f"id\timage\ttitle\nq\t{image}\tWanted\n", [file, *beside])
    assert titles(found) == {file: "Wanted"}
    assert [*found.notes, *found.doubts()] == []


def test_what_is_written_exactly_comes_before_what_is_alike(tmp_path: Path) -> None:
    table = "id,image,title\n1,A.JPG,upper\n2,a.jpg,lower\n3,a.tif,other kind\n"
    assert titles(joined(tmp_path, table, ["a.jpg", "A.JPG"])) == {
        "a.jpg": "lower",
        "A.JPG": "upper",
    }
    late = joined(tmp_path, table, ["a.jpg"])
    assert titles(late) == {"a.jpg": "lower"}
    assert "2 metadata rows left out, because another row has the same image (1, 3)." in late.notes


def test_the_image_counts_before_the_id_and_the_id_where_no_image_is(tmp_path: Path) -> None:
    table = "id,image,title\na,b.jpg,shows b\nb,gone.jpg,b too\nc,gone.jpg,c\n"
    found = joined(tmp_path, table, ["a.jpg", "b.jpg", "c.png"])
    assert titles(found) == {"b.jpg": "shows b", "c.png": "c"}


def test_what_may_be_two_files_is_told_and_never_guessed(tmp_path: Path) -> None:
    files = ["recto/001.jpg", "verso/001.jpg", "recto/002.jpg"]
    found = joined(tmp_path, "id,title\n001,Which?\n002,Two\n", files)
    assert titles(found) == {"recto/002.jpg": "Two"}
    assert len(found.imageless) == 1
    assert any("001 (recto/001.jpg, verso/001.jpg)" in note for note in found.doubts())
    both = "id,image,title\nq,recto/001.jpg,R\nr,verso\\001.jpg,V\n"
    assert titles(joined(tmp_path, both, files)) == {"recto/001.jpg": "R", "verso/001.jpg": "V"}
    unnumbered = "image,title\na/001.jpg,A\nb\\001.jpg,B\nc/002.jpg,C\n"
    folders = joined(tmp_path, unnumbered, ["a/001.jpg", "b/001.jpg", "c/002.jpg"])
    assert titles(folders) == {"a/001.jpg": "A", "b/001.jpg": "B", "c/002.jpg": "C"}
    works = {row.artwork.id for row in folders.rows.values()}
    assert works == {safe_id("a/001"), safe_id("b/001"), "002"}
    one = joined(tmp_path, both, ["001.jpg"])
    assert titles(one) == {}
    assert any("like other rows 001.jpg" in note for note in one.doubts())


@pytest.mark.parametrize(
    ("written", "file", "restored"),
    [
        ("12", "00012.jpg", "00012"),
        ("77.0", "77.jpg", "77"),
        ('"77,0"', "077.jpg", "077"),
        ("1.234", "1234.jpg", "1.234"),
        ("1.23E+12", "1230000000000.jpg", "1230000000000"),
        ('"1,23E+12"', "1234567890123.jpg", "1234567890123"),
        ("1234567890123450000", "1234567890123456789.jpg", "1234567890123456789"),
        ("1910.1", "1910.10.jpg", "1910.10"),
        ("88 ", "88.jpg", "88"),
        ("００１２", "0012.jpg", "0012"),
        ("'0012", "0012.jpg", "0012"),
        ('"=""0012"""', "0012.jpg", "0012"),
        ("\u00a088\u200b", "88.jpg", "88"),
    ],
)
def test_ids_that_a_spreadsheet_changed_are_joined_and_told(
    tmp_path: Path, written: str, file: str, restored: str
) -> None:
    found = joined(tmp_path, f"id,title\n{written},Wanted\nq,Other\n", [file, "q.jpg"])
    assert titles(found) == {file: "Wanted", "q.jpg": "Other"}
    work = found.rows[file].artwork
    if not restored.startswith("1910"):
        assert work.id == restored
    if found.rows[file].original_id != restored:
        assert any(f"{found.rows[file].original_id} = {file}" in note for note in found.notes)


@pytest.mark.parametrize(
    ("written", "file"), [("Inv. 1934/12 a", "inv_1934-12_a.jpg"), ("1934/12", "1934_12.jpg")]
)
def test_ids_with_signs_that_no_file_name_can_have(tmp_path: Path, written: str, file: str) -> None:
    assert titles(joined(tmp_path, f"id,title\n{written},A\n", [file, "12.jpg"])) == {file: "A"}


@pytest.mark.parametrize(
    ("ids", "files", "note"),
    [
        (["12"], ["012.jpg", "0012.jpg"], "12 (0012.jpg, 012.jpg)"),
        (["12", "12.0"], ["0012.jpg"], "12 (0012.jpg)"),
        (["1.23E+12"], ["1230000000000.jpg", "1231000000000.jpg"], "1.23E+12 ("),
        (["1.23E+12"], ["5.jpg"], "because a spreadsheet changed the id: 1.23E+12 (digits lost)"),
        (["12-Mar"], ["5.jpg"], "because a spreadsheet changed the id: 12-Mar (made a date)"),
    ],
)
def test_a_damaged_id_that_is_not_clear_gets_a_hint(
    tmp_path: Path, ids: list[str], files: list[str], note: str
) -> None:
    rows = "".join(f"{written},T\n" for written in ids)
    found = joined(tmp_path, f"id,title\n{rows}", files)
    assert titles(found) == {}
    assert any(note in said for said in found.doubts()), found.doubts()


@pytest.mark.parametrize(
    ("rows", "ids", "note"),
    [
        ("12.0,a/012.jpg,A\n", {"012": "A"}, ""),
        ("1.23E+12,1230000000000.jpg,A\n", {"1230000000000": "A"}, ""),
        ("12-Mar,x.jpg,A\n", {"12-Mar": "A"}, "12-Mar (made a date). The image column names"),
        (
            "1.23E+12,x.jpg,A\n1.23E+12,y.jpg,B\n",
            {"x": "A", "y": "B"},
            "several works share one (1.23E+12)",
        ),
        ("1.23E+12,x.jpg,A\n1.23E+12,y.jpg,A\n", {"1.23E-12-": "A"}, "(digits lost)"),
    ],
)
def test_a_damaged_id_beside_an_image_is_mended_or_told(
    tmp_path: Path, rows: str, ids: dict[str, str], note: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"id,image,title\n{rows}", encoding="utf-8")
    names = ["a/012.jpg", "1230000000000.jpg", "x.jpg", "y.jpg"]
    table = MetadataTable(path)
    found = join(list(table.rows()), [FoundFile(name, tmp_path / name, "1") for name in names])
    works = [row.artwork for row in found.rows.values()]
    for key, title in ids.items():
        assert [w.title for w in works if w.id.startswith(key)] == [title]
    assert len(works) == len(ids)
    assert not note or any(note in said for said in (*table.notes, *found.notes))


def test_ids_that_only_share_a_part_stay_apart(tmp_path: Path) -> None:
    found = joined(tmp_path, "id,title\n1935/12,A\n13,B\n", ["12.jpg", "1934_13.jpg"])
    assert titles(found) == {}


def test_an_id_as_typed_keeps_what_belongs_to_it() -> None:
    assert [as_typed(text) for text in ("O'Keeffe 1", '="', "'", "a=b")] == [
        "O'Keeffe 1",
        '="',
        "",
        "a=b",
    ]
