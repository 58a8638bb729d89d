"""Spreadsheets of a few kilobytes that unpack to gigabytes are refused before they do."""

import zipfile
from pathlib import Path

import pandas as pd
import pytest

from artsim.collection.sources import opendocument, spreadsheets
from artsim.collection.sources.metadata import MetadataTable
from artsim.collection.sources.tables import Table
from artsim.core.errors import InvalidInput

WORKS = pd.DataFrame({"id": ["w1", "w2"], "title": ["A", "B"]})
SHEET = "xl/worksheets/sheet1.xml"
CELL = '<c r="XFD{row}" t="inlineStr"><is><t>x</t></is></c>'


def changed(path: Path, member: str, old: str, new: str) -> Path:
    """The spreadsheet at ``path`` with the first ``old`` in one of its files replaced."""
    with zipfile.ZipFile(path) as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    assert old in files[member].decode()
    files[member] = files[member].decode().replace(old, new, 1).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return path


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            '<table:table-cell office:value-type="string" office:string-value="w1">',
            '<table:table-cell table:number-columns-repeated="2000000000">',
        ),
        ("<table:table-row>", '<table:table-row table:number-rows-repeated="2000000000">'),
        ("<table:table-row>", f'<table:table-row table:number-rows-repeated="{"9" * 5000}">'),
        (">w1<", '>w1<text:s text:c="2000000000"/><'),
    ],
)
def test_what_a_sheet_repeats_without_end_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "works.ods"
    WORKS.to_excel(path, engine="odf", index=False)
    assert opendocument.cells_of(path) == 6
    with pytest.raises(InvalidInput, match="too large: save it as CSV"):
        MetadataTable(changed(path, "content.xml", old, new))


def test_empty_rows_at_the_end_as_programs_repeat_them_do_not_count(tmp_path: Path) -> None:
    path = tmp_path / "works.ods"
    WORKS.to_excel(path, engine="odf", index=False)
    empty = (
        '<table:table-row table:number-rows-repeated="1048573"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    assert opendocument.cells_of(changed(path, "content.xml", "</table:table>", empty)) == 6
    assert [row for _, row in Table(path, "table").rows()] == [["w1", "A"], ["w2", "B"]]


def test_a_sheet_that_unpacks_to_much_more_than_its_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "works.xlsx"
    WORKS.to_excel(path, index=False)
    long = f"<sheetData><!--{' ' * (65 << 20)}-->"
    with pytest.raises(InvalidInput, match="too large: save it as CSV"):
        MetadataTable(changed(path, SHEET, "<sheetData>", long))


@pytest.mark.parametrize(
    ("ending", "member", "old", "new"),
    [
        ("ods", "content.xml", "</table:table>", "<!--{}--></table:table>"),
        ("xlsx", "xl/styles.xml", "</styleSheet>", "<!--{}--></styleSheet>"),
        ("xlsx", SHEET, '<dimension ref="A1:B3"/>', "<sheetPr/><!--{}-->"),
    ],
)
def test_what_is_held_whole_before_the_first_row_is_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, member: str, old: str, new: str
) -> None:
    monkeypatch.setattr(spreadsheets, "_MOST_HELD", 1 << 20)
    path = tmp_path / f"works.{ending}"
    WORKS.to_excel(path, engine={"ods": "odf"}.get(ending), index=False)
    assert len(list(MetadataTable(path).rows())) == 2
    with pytest.raises(InvalidInput, match="too large: save it as CSV"):
        MetadataTable(changed(path, member, old, new.format("x" * (1 << 20))))


def test_rows_that_are_wide_without_end_are_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(spreadsheets, "_MOST_CELLS", 1_000_000)
    path = tmp_path / "works.xlsx"
    WORKS.to_excel(path, index=False)
    wide = "".join(f'<row r="{n}">{CELL.format(row=n)}</row>' for n in range(4, 100))
    table = changed(path, SHEET, "</sheetData>", f"{wide}</sheetData>")
    with pytest.raises(InvalidInput, match="too large: save it as CSV"):
        list(MetadataTable(table).rows())
