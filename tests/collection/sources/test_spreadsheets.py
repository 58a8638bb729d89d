"""Spreadsheets as museums keep them: notes before the list, merged titles, typed cells."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from artsim.collection.sources.tables import Table
from artsim.core.errors import InvalidInput

ROWS = [
    ["Inventarnummer", "Titel", "Jahr", "Höhe", "Erworben"],
    [12, "Mädchen „in Blau“", 1900, 77.0, date(1989, 6, 1)],
    ["0013", "Łódź", "um 1901", 12.5, datetime(1990, 1, 2, 3, 4)],
    [1230000000000, "Ohne Jahr", None, None, None],
]
SHOWN = [
    ["12", "Mädchen „in Blau“", "1900", "77", "1989-06-01"],
    ["0013", "Łódź", "um 1901", "12.5", "1990-01-02 03:04:00"],
    ["1230000000000", "Ohne Jahr", "", "", ""],
]


def xlsx(path: Path) -> Path:
    book = Workbook()
    book.active.title = "Hinweise"
    book.active.append(["Titel"])
    book.active.append(["Liste der Sammlung, Stand 2024"])
    works = book.create_sheet("Werke")
    works.append(["Sammlung Grafik"])
    works.merge_cells("A1:E1")
    works.append([])
    for row in ROWS:
        works.append(row)
    book.save(path)
    return path


def ods(path: Path) -> Path:
    with pd.ExcelWriter(path, engine="odf") as writer:
        pd.DataFrame([["Titel"], ["Stand 2024"]]).to_excel(
            writer, sheet_name="Hinweise", index=False, header=False
        )
        pd.DataFrame([["Sammlung Grafik", *[None] * 4], *ROWS], dtype=object).to_excel(
            writer, sheet_name="Werke", index=False, header=False
        )
    return path


@pytest.mark.parametrize(("write", "header"), [(xlsx, 3), (ods, 2)])
@pytest.mark.parametrize("name", ["works.xlsx", "artsim-metadata.csv"])
def test_the_sheet_that_lists_works_is_read(
    tmp_path: Path, write: object, header: int, name: str
) -> None:
    made = write(tmp_path / ("t.ods" if write is ods else "t.xlsx"))  # type: ignore[operator]
    found = Table(made.rename(tmp_path / name), "table")
    assert found.header == ["inventarnummer", "titel", "jahr", "höhe", "erworben"]
    assert [row for _, row in found.rows()] == SHOWN
    assert found.reading == (
        f"read as a spreadsheet, sheet 'Werke' (not 'Hinweise'), header in row {header}"
    )


def test_cells_come_as_their_format_shows_them(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["id", "date", "made", "width", "checked", "failed"])
    book.active.append([12, date(1889, 6, 1), date(1889, 6, 1), 0.1 + 0.2, True, "#N/A"])
    for cell, layout in (("A2", "00000"), ("B2", "yyyy"), ("C2", "[$-407]mmmm yyyy")):
        book.active[cell].number_format = layout
    book.active["F2"].data_type = "e"
    book.active.append([12345678901234567890.0])
    book.save(tmp_path / "t.xlsx")
    table = Table(tmp_path / "t.xlsx", "table")
    rows = table.rows()
    assert next(rows) == (2, ["00012", "1889", "1889-06", "0.3", "true", ""])
    assert next(rows)[1][0] == "12345678901234600000"  # no digits that nobody has written
    assert table.notes() == []


def damaged_xlsx(path: Path) -> None:
    xlsx(path)
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(path, "w") as torn:
        for name, data in parts.items():
            torn.writestr(name, data[: len(data) // 2] if "sheet2" in name else data)


def other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("Index/Document.iwa", "x")


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda p: p.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600), "old kind (.xls) or has a"),
        (lambda p: p.write_bytes(b"PK\x03\x04" + b"\0" * 60), "is damaged: save it as .xlsx"),
        (other_zip, "is no spreadsheet that can be read: save it as .xlsx, .ods or CSV."),
        (damaged_xlsx, "is damaged"),
        (lambda p: Workbook().save(p), "is empty: give a table with a header line."),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path: Path, write: object, message: str) -> None:
    path = tmp_path / "t.xlsx"
    write(path)  # type: ignore[operator]
    with pytest.raises(InvalidInput) as caught:
        list(Table(path, "table").rows())
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_cell_that_is_merged_with_those_below_it_is_said_of_each_row(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    for row in (["Maler", "Nr", "Titel", "Raum"], [], ["Ada", 1, "Eins", 7], [None, 2, "Zwei"]):
        sheet.append(row)
    sheet.append(["Bea", 3, "Drei", 8])
    for cells in ("A1:A2", "A3:A4", "D3:D4"):
        sheet.merge_cells(cells)
    book.save(tmp_path / "t.xlsx")
    rows = [cells for _, cells in Table(tmp_path / "t.xlsx", "table").rows()]
    assert rows == [["Ada", "1", "Eins", "7"], ["Ada", "2", "Zwei", "7"], ["Bea", "3", "Drei", "8"]]


@pytest.mark.parametrize("hidden", ["hidden", "veryHidden"])
def test_a_sheet_that_is_shown_is_read_before_one_that_is_hidden(
    tmp_path: Path, hidden: str
) -> None:
    book = Workbook()
    book.active.title, book.active.sheet_state = "old", hidden
    works = book.create_sheet("works")
    for sheet, title in ((book.active, "Former"), (works, "One")):
        sheet.append(["id", "title"])
        sheet.append([1, title])
    book.active = 1
    book.save(tmp_path / "t.xlsx")
    found = Table(tmp_path / "t.xlsx", "table")
    assert [cells for _, cells in found.rows()] == [["1", "One"]]
    assert "(not 'old')" in found.reading
