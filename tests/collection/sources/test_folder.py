"""The folder source on real files: names, metadata joins, sidecars, links and broken CSVs."""

import gzip
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from artsim.collection.sources.base import SourceItem
from artsim.collection.sources.folder import FolderSource
from artsim.core.errors import Cancelled, InvalidInput
from artsim.core.progress import NULL, NullProgress
from artsim.core.workspace import checked_id


def picture(path: Path, colour: int = 90) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    formats = {".png": "PNG", ".gif": "GIF"}
    kind = formats.get(path.suffix.lower(), "JPEG")
    Image.new("RGB", (8, 8), (colour, 40, 60)).save(path, kind)
    return path


def read(source: FolderSource, known: dict[str, str] | None = None) -> dict[str, SourceItem]:
    return {item.file: item for item in source.items(known or {}, NULL)}


def with_csv(root: Path, text: str | bytes, **options: object) -> dict[str, SourceItem]:
    table = root.parent / "works.csv"
    table.write_bytes(text if isinstance(text, bytes) else text.encode())
    source = FolderSource(root, table, **options)  # type: ignore[arg-type]
    items = read(source)
    items["notes"] = source.notes  # type: ignore[assignment]
    return items


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    for name in ("a1.jpg", "sub/b2.JPG", "sub/c 3.png"):
        picture(folder / name)
    return folder


def test_files_come_sorted_with_readable_titles_and_safe_unique_ids(root: Path) -> None:
    for name in ("c 3.png", "c_3.png", "Étude nº 3 (détail).JPG", "a1.png", "日本.jpg", "-x.jpg"):
        picture(root / name)
    items = read(FolderSource(root))
    assert list(items) == sorted(items)
    assert not any(item.has_metadata for item in items.values())
    ids = [checked_id(item.artwork.id) for item in items.values()]
    assert len(set(ids)) == len(ids)
    assert items["a1.jpg"].artwork.id == "a1"
    assert items["a1.png"].artwork.id == "a1-png"
    assert items["Étude nº 3 (détail).JPG"].artwork.title == "Étude nº 3 (détail)"
    assert items["Étude nº 3 (détail).JPG"].artwork.id.startswith("Etude-no-3-detail-")
    assert items["c_3.png"].artwork.title == "c 3"


def test_an_id_does_not_depend_on_the_files_beside_it(root: Path) -> None:
    before = {file: item.artwork.id for file, item in read(FolderSource(root)).items()}
    picture(root / "sub/c-3.png")
    after = {file: item.artwork.id for file, item in read(FolderSource(root)).items()}
    assert before.items() <= after.items()


def test_every_column_of_the_contract_and_unknown_ones(root: Path) -> None:
    items = with_csv(
        root,
        "ID,Title,ARTIST,Year,style,genre,medium,school,theme,accession,credit,license,url,image,"
        "Work Group,work_group\n"
        'x9,"Haystacks, evening",Monet,c. 1890/91,Impressionism,landscape,oil,French,rural,'
        "1991.2,Gift,CC0,https://example.org/x9,sub/b2.jpg,w1,w2\n",
    )
    item = items["sub/b2.JPG"]
    work = item.artwork
    assert item.has_metadata
    assert (work.id, work.title, work.artist) == ("x9", "Haystacks, evening", "Monet")
    assert (work.date, work.year, work.year_end) == ("c. 1890/91", 1890, 1891)
    assert (work.style, work.genre, work.school) == ("Impressionism", "landscape", "French")
    assert (work.medium, work.theme) == ("oil", "rural")
    assert (work.accession, work.credit, work.licence) == ("1991.2", "Gift", "CC0")
    assert work.url == "https://example.org/x9"
    assert work.extra == {"work group": "w1", "16 work_group": "w2"}


@pytest.mark.parametrize(
    ("data", "title"),
    [
        ("\ufeffid,title\na1,Öl\n".encode(), "Öl"),
        ("id,title\na1,Öl\n".encode("cp1252"), "Öl"),
        ("id,title\na1,Öl\n".encode("utf-16"), "Öl"),
        (gzip.compress("id,title\na1,Öl\n".encode(), mtime=0), "Öl"),
        (b"id;title\na1;One, two\n", "One, two"),
        (b"Id\tTITLE\r\na1\tOne\r\n", "One"),
        (b'id,title\na1,"two\nlines"\n', "two lines"),
        (b"id,title\na1,nu\0l\n", "nul"),
        (b"id,title,,\na1,One,,\n", "One"),
        (b'"id","title"\n\n"a1","He said ""no"""\n', 'He said "no"'),
    ],
)
def test_encodings_delimiters_and_quotes(root: Path, data: bytes, title: str) -> None:
    assert with_csv(root, data)["a1.jpg"].artwork.title == title


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("1919", (1919, 1919)),
        ("1919.0", (1919, 1919)),
        ("-50", (-50, -50)),
        ("", (None, None)),
        ("early 17th century", (1600, 1633)),
        ("soon", (None, None)),
    ],
)
def test_year_column_holds_years_or_displayed_dates(
    root: Path, text: str, years: tuple[int | None, int | None]
) -> None:
    work = with_csv(root, f"id,year\na1,{text}\n")["a1.jpg"].artwork
    assert (work.year, work.year_end, work.date) == (*years, text)


def test_image_by_name_by_path_by_id_whatever_the_case(root: Path) -> None:
    items = with_csv(root, "id,image\nq1,B2.jpg\nq2,sub\\c 3.png\nA1,missing.jpg\n")
    assert [items[f].artwork.id for f in ("sub/b2.JPG", "sub/c 3.png", "a1.jpg")] == [
        "q1",
        "q2",
        "A1",
    ]


def test_a_table_that_lies_in_the_folder_unnamed_is_spoken_of(root: Path) -> None:
    (root / "sub" / "works.csv").write_text("id,title\na1,Dawn\n")
    alone = FolderSource(root)
    read(alone)
    assert any("No metadata table was named" in n and "sub/works.csv" in n for n in alone.notes)
    named = FolderSource(root, root / "sub" / "works.csv")
    assert read(named)["a1.jpg"].artwork.title == "Dawn"
    assert not any("No metadata table" in note for note in named.notes)


@pytest.mark.parametrize("image", ["../secret.jpg", "/etc/passwd", "sub/../../secret.jpg"])
def test_a_path_out_of_the_folder_leads_nowhere(root: Path, image: str) -> None:
    picture(root.parent / "secret.jpg")
    items = with_csv(root, f"id,image,title\nx9,{image},Secret\n")
    notes = items.pop("notes")
    assert {item.artwork.title for item in items.values()} == {"a1", "b2", "c 3"}
    assert any("1 metadata row has no image in the folder" in note for note in notes)  # type: ignore[attr-defined]


def test_broken_rows_are_counted_and_cost_only_themselves(root: Path) -> None:
    items = with_csv(
        root,
        'id,title\na1,One\nx,too,many\nshort\nb2,"never closed\nc 3,Three\n,no id\na1,Again\n'
        "lost,No image\n",
    )
    assert items["a1.jpg"].artwork.title == "One"
    assert items["sub/c 3.png"].artwork.title == "Three"
    assert items["sub/c 3.png"].artwork.extra["original_id"] == "c 3"
    notes = " ".join(items["notes"])  # type: ignore[arg-type]
    assert "malformed metadata row was left out" in notes
    assert "the first at line 5" in notes
    assert "1 metadata row without an id" in notes
    assert "1 metadata row left out, because an earlier row has the same id" in notes
    assert (
        "3 metadata rows have no image in the folder: no work is made of them (x, short, lost)."
        in notes
    )
    assert "1 metadata row has more cells than the header (the first at line 3)" in notes
    assert "the name is the title of a new work (sub/b2.JPG)." in notes
    assert "1 id holds characters that are unsafe" in notes


def test_rows_without_image_can_be_imported(root: Path) -> None:
    items = with_csv(root, "id,title\nw10,Ten\nw9,Nine\n", include_imageless=True)
    item = items["w9 (no image)"]
    assert (item.path, item.data, item.reject) == (None, None, "")
    assert item.fingerprint
    assert item.artwork.title == "Nine"


def test_a_row_that_holds_only_an_id_makes_a_work_all_the_same(root: Path) -> None:
    items = with_csv(root, "id,title,note\na1,,\nb2,,seen\nc/3,,\n")
    assert [items[f].has_metadata for f in ("a1.jpg", "sub/b2.JPG")] == [True, True]
    assert items["a1.jpg"].artwork.title == "a1"


def test_two_rows_cannot_share_one_file(root: Path) -> None:
    items = with_csv(root, "id,image\nq1,a1.jpg\nq2,a1.jpg\n")
    assert items["a1.jpg"].artwork.id == "q1"
    assert any("because another row has the same image (q2)" in note for note in items["notes"])  # type: ignore[attr-defined]


def test_sidecars_hidden_and_foreign_files_are_rejected_with_the_reason(root: Path) -> None:
    wanted = {
        "._a1.jpg": "sidecar",
        ".DS_Store": "sidecar",
        "Thumbs.db": "sidecar",
        "a1.xmp": "sidecar",
        "a1.json": "sidecar",
        "other.csv": "sidecar",
        "note.txt": "sidecar",
        ".x.jpg": "hidden",
        "plan.svg": ".svg",
        "book.pdf": ".pdf",
        "b.docx": ".docx",
        "README": "no file extension",
        "a.jpg.crdownload": "unfinished copy or download",
    }
    for name in wanted:
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"anything")
    for name in (".git", "__MACOSX", "$RECYCLE.BIN", ".Trash-1000", "#recycle", ".hidden"):
        picture(root / name / "object.jpg")
    picture(root / "scan").rename(root / "plain")
    source = FolderSource(root)
    items = read(source)
    for name, reason in wanted.items():
        assert reason in items[name].reject, name
        assert items[name].path is None
    assert items["plain"].reject == ""
    assert not any("object" in name for name in items)
    assert source.notes[:3] == [
        "Passed over, recycle bins: 3 (#recycle, $RECYCLE.BIN, .Trash-1000).",
        "Passed over, folders of a system: 2 (.git, __MACOSX).",
        "Passed over, hidden folders: 1 (.hidden).",
    ]


def test_small_copies_beside_the_pictures_are_passed_over_by_name(tmp_path: Path) -> None:
    """As Omeka and other systems export them; alone they are what there is."""
    for name in ("original/1.jpg", "Thumbs/1.jpg", "square_thumbnails/1.jpg", "Papierkorb/2.jpg"):
        (tmp_path / name).parent.mkdir()
        picture(tmp_path / name)
    source = FolderSource(tmp_path)
    assert list(read(source)) == ["original/1.jpg"]
    assert source.notes[:2] == [
        "Passed over, recycle bins: 1 (Papierkorb).",
        "Passed over, folders of thumbnails: 2 (Thumbs, square_thumbnails).",
    ]
    shutil.rmtree(tmp_path / "original")
    assert set(read(FolderSource(tmp_path))) == {"Thumbs/1.jpg", "square_thumbnails/1.jpg"}


def test_the_metadata_file_in_the_folder_is_not_reported(root: Path) -> None:
    table = root / "works.csv"
    table.write_text("id,title\na1,One\n")
    assert "works.csv" not in read(FolderSource(root, table))


def test_links_that_leave_the_folder_are_refused(root: Path) -> None:
    outside = picture(root.parent / "secret.jpg")
    (root / "leak.jpg").symlink_to(outside)
    (root / "inner.jpg").symlink_to(root / "a1.jpg")
    (root / "broken.jpg").symlink_to(root / "nowhere.jpg")
    (root / "away").symlink_to(root.parent)
    for name in ("circle.jpg", "circle"):
        (root / name).symlink_to(root / name)
    items = read(FolderSource(root))
    assert "leads out of the folder" in items["leak.jpg"].reject
    assert items["inner.jpg"].reject == ""
    for name in ("broken.jpg", "circle.jpg", "circle"):
        assert "cannot be read" in items[name].reject
    assert not any(name.startswith("away/") for name in items)


def test_names_that_are_not_utf8_fit_in_a_report(root: Path) -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    picture(root / "x.jpg").rename(root / name)
    item = read(FolderSource(root))["caf\\xe9.jpg"]
    assert item.path is not None
    assert item.path.exists()
    assert item.artwork.title.encode("utf-8")


def test_what_is_known_is_unchanged_until_the_file_changes(root: Path) -> None:
    known = {file: item.fingerprint for file, item in read(FolderSource(root)).items()}
    picture(root / "a1.jpg", 200)
    os.utime(root / "a1.jpg", ns=(1, 1))
    again = read(FolderSource(root), known)
    assert [item.unchanged for item in again.values()] == [False, True, True]


@pytest.mark.parametrize(
    ("table", "options", "message"),
    [
        ("name,title\na,b\n", {}, "has no column 'id' (it has: name, title): name the column"),
        ("id\n", {"id_column": "nr"}, "or --id-column"),
        ("", {}, "is empty"),
        ("id," + ",".join(f"x{n}" for n in range(65)) + "\n", {}, "65 columns beyond"),
    ],
)
def test_unusable_metadata_is_one_sentence(
    root: Path, table: str, options: dict[str, str], message: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        with_csv(root, table, **options)
    assert message in str(caught.value)


def test_unusable_folders_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file.txt").write_text("x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match="There is no folder"):
        FolderSource(tmp_path / "missing")
    with pytest.raises(InvalidInput, match="is a file, not a folder"):
        FolderSource(tmp_path / "file.txt")
    with pytest.raises(InvalidInput, match="There is no metadata table"):
        FolderSource(tmp_path, tmp_path / "none.csv")
    with pytest.raises(InvalidInput, match="There is no image in"):
        read(FolderSource(tmp_path / "empty"))


def test_cancelling_stops_at_once(root: Path) -> None:
    class Stop(NullProgress):
        def advance(self, n: int = 1) -> None:
            raise Cancelled("Stopped.")

    items = FolderSource(root).items({}, Stop())
    next(items)
    with pytest.raises(Cancelled):
        next(items)


def test_pipes_are_never_opened(tmp_path: Path) -> None:
    picture(tmp_path / "in" / "a.jpg")
    os.mkfifo(tmp_path / "in" / "b.jpg")
    os.mkfifo(tmp_path / "in" / "c")
    items = read(FolderSource(tmp_path / "in"))
    assert [item.reject for item in items.values()] == [
        "",
        *["a pipe, socket or device, no file"] * 2,
    ]


def test_real_paintings(shared_data: Path) -> None:
    source = FolderSource(
        shared_data / "paintings_hires", shared_data / "paintings" / "artworks.csv"
    )
    items = read(source)
    images = len(list((shared_data / "paintings_hires" / "images").iterdir()))
    assert len(items) == images
    assert all(item.has_metadata and not item.reject for item in items.values())
    told, missing = source.notes
    assert told.startswith("artworks.csv: read as UTF-8, separated by commas, first titles: ")
    assert missing.startswith(f"{7359 - images:,} metadata rows have no image in the folder")


def test_dirty_folder(shared_data: Path) -> None:
    items = read(FolderSource(shared_data / "dirty"))
    rejected = {file for file, item in items.items() if item.reject}
    assert rejected == {"._d001.jpg", "manifest.csv"}


def test_thirty_pictures_with_a_german_table_of_excel(tmp_path: Path) -> None:
    root = tmp_path / "uploaded"
    for n in range(1, 31):
        picture(root / f"G {n}.jpg", n)
    rows = "".join(f"G {n};Mädchen Nr. {n};Dürer\r\n" for n in range(1, 31))
    table = root / "artsim-metadata.csv"
    table.write_bytes(f"Inventarnummer;Titel;Künstler\r\n{rows}".encode("cp1252"))
    source = FolderSource(root, table)
    works = [item.artwork for item in read(source).values()]
    assert sorted((w.accession, w.title, w.artist) for w in works) == sorted(
        (f"G {n}", f"Mädchen Nr. {n}", "Dürer") for n in range(1, 31)
    )
    assert source.notes[0] == (
        "artsim-metadata.csv: read as Windows-1252, separated by semicolons, first titles: "
        "Mädchen Nr. 1; Mädchen Nr. 2; Mädchen Nr. 3. The ids are those of 'inventarnummer'."
    )
