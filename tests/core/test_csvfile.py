"""What a spreadsheet makes of a table of artsim: text and numbers, never a formula."""

import csv
import io

import pandas as pd
import pytest

from artsim.core.csvfile import csv_bytes

FORMULAS = [
    *("=1+1", "+1", "-cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", "＝1", "－1"),
    *("Sun;=1+1", "Sun;=1+1;Moon", 'Sun;"=1+1"', "a\n=1", "a\t@x", "a|+1", '=1,"', '";=1;"'),
]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_a_formula_whatever_a_spreadsheet_takes_for_a_separator(
    text: str, separator: str
) -> None:
    table = csv_bytes(pd.DataFrame({text: ["x"], "title": [text], "year": [-3]}))
    rows = list(
        csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=None), delimiter=separator)
    )
    cells = [cell.strip('"') for row in rows for cell in row if cell != "-3"]
    assert not [c for c in cells if c.startswith(("=", "+", "@", "＝", "－", "-cmd"))], rows


def test_what_is_no_formula_stays_as_it_is() -> None:
    table = csv_bytes(pd.DataFrame({"date": ["1850-1860", "c. 1900; later"], "year": [-3, 4]}))
    assert table.decode("utf-8-sig") == "date,year\r\n1850-1860,-3\r\nc. 1900; later,4\r\n"
