"""What leaves a tray as a file: opened again by other programs, safe, the same bytes each time."""

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from face_kit import make_demo, works_of
from PIL import Image

from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace
from artsim.desk.exports import formats
from artsim.desk.exports.options import ExportOptions
from artsim.desk.tray import TrayItem
from artsim.library import Library

HOSTILE = '<script>alert(1)</script>"&\u202e'
FORMULA = '=HYPERLINK("http://x")'


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A tray of four works: a hostile one, one without a picture, one that is gone."""
    workspace = Workspace.open(tmp_path_factory.mktemp("exports"))
    works = works_of(6)
    works[0] |= {"title": HOSTILE, "url": "javascript:alert(1)", "medium": FORMULA}
    works[1] |= {"title": "Боярыня", "url": "https://example.org/1"}
    make_demo(workspace, works=[*works, {"id": "blank", "title": "None", "has_image": False}])
    library = Library(workspace)
    library.trays.create("Snow & ice/2027", "For Ana")
    library.add_to_tray("Snow & ice/2027", "demo", ["w01", "w00", "blank"], found="like w05 · tiny")
    library.trays.annotate("Snow & ice/2027", ("demo", "w00"), FORMULA)
    library.trays.add("Snow & ice/2027", [TrayItem("gone", "x", title="Lost")])
    return library


def made(library: Library, name: str, **options: object) -> bytes:
    tray = library.trays.get("Snow & ice/2027")
    return library.export_tray(tray, name, ExportOptions(**options))


@pytest.mark.parametrize("name", [*formats.FORMATS])
def test_the_same_tray_gives_the_same_bytes(library: Library, name: str) -> None:
    assert made(library, name) == made(library, name)


def test_csv_opens_as_text(library: Library) -> None:
    rows = list(csv.DictReader(io.StringIO(made(library, "csv").decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == ["w01", "w00", "blank", "x"]
    assert (rows[1]["medium"], rows[1]["note"]) == (f"'{FORMULA}", f"'{FORMULA}")
    assert rows[0]["found"] == "like w05 · tiny"
    assert (rows[3]["title"], "no longer here" in rows[3]["missing"]) == ("Lost", True)


def test_a_workbook_holds_text_and_a_picture_in_each_row(library: Library) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(library, "xlsx")))
    sheet = book.active
    header = [cell.value for cell in sheet[1]]
    note = sheet.cell(3, header.index("note") + 1)
    assert (note.value, note.data_type) == (FORMULA, "s")
    assert sheet.cell(2, header.index("year") + 1).value == 1801
    anchored = sorted(picture.anchor._from.row for picture in sheet._images)
    assert anchored == [1, 2], "those with a picture, in their own rows"
    assert {picture.anchor._from.col for picture in sheet._images} == {0}


def test_a_document_says_what_is_gone(library: Library) -> None:
    told = json.loads(made(library, "json"))
    assert told["name"] == "Snow & ice/2027"
    assert {"collection", "id", "note", "order"} <= set(told["items"][0])
    assert told["items"][0]["work"]["title"] == "Боярыня"
    assert told["items"][3]["work"] is None


def test_pictures_are_numbered_and_named_for_every_system(library: Library) -> None:
    with zipfile.ZipFile(io.BytesIO(made(library, "zip", credit="© M"))) as archive:
        names = archive.namelist()
        told = archive.read("captions.txt").decode("utf-8-sig")
        with Image.open(io.BytesIO(archive.read(names[0]))) as picture:
            assert picture.size == (64, 48)
    assert names == [
        "01-боярыня-w01.jpg",
        "02-script-alert-1-script-w00.jpg",
        "captions.txt",
        "captions.csv",
    ]
    assert "01-боярыня-w01.jpg\r\nБоярыня\r\nArtist 1" in told
    assert "03 (no picture)" in told
    assert told.rstrip().endswith("© M")


class Page(HTMLParser):
    """What a browser would make of a page: elements, sources, addresses and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.values: dict[str, list[str]] = {}
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.values.setdefault(name, []).append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_needs_nothing_and_runs_nothing(library: Library) -> None:
    page = Page(made(library, "html", credit="© <b>M</b>").decode())
    assert not page.tags & {"script", "link", "iframe", "b"}
    assert [src[:23] for src in page.values["src"]] == ["data:image/jpeg;base64,"] * 2
    assert page.values["href"] == ["https://example.org/1"]
    assert HOSTILE in page.text
    assert "© <b>M</b>" in page.text
    assert not [name for name in page.values if name.startswith("on")]


def test_what_packages_register_writes_the_table_of_a_tray(library: Library) -> None:
    assert made(library, "parquet")[:4] == b"PAR1"
    with pytest.raises(InvalidInput, match="'docx' is no format of a tray: use pdf, xlsx"):
        made(library, "docx")


def test_a_caption_names_columns_that_there_are(library: Library) -> None:
    told = made(library, "html", caption=("style", "id"), found=False).decode()
    assert re.findall(r'<p class="fact" dir="auto">(\w+)</p>', told)[:2] == ["Baroque", "w01"]
    with pytest.raises(InvalidInput, match="No work of this tray has a column 'colour'"):
        made(library, "html", caption=("colour",))


def test_an_empty_tray_can_be_exported(library: Library, tmp_path: Path) -> None:
    empty = library.trays.create("Nothing yet")
    for name in formats.FORMATS:
        assert library.export_tray(empty, name, ExportOptions())
