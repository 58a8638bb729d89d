"""CSV files as other people write and break them."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artsim.collection.sources.tables import Table

HEADER = ["id", "title", "note"]
CELL = st.text(
    st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12
).map(str.strip)
ROWS = st.lists(st.tuples(st.integers(1, 999).map(str), CELL, CELL), max_size=8)


def read(text: str) -> tuple[list[list[str]], Table]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        path.write_bytes(text.encode())
        table = Table(path, "table")
        return [fields for _, fields in table.rows()], table


def written(rows: list[tuple[str, str, str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue()


@given(ROWS)
def test_what_a_csv_writer_wrote_is_read_back(rows: list[tuple[str, str, str]]) -> None:
    found, table = read(written(rows))
    assert found == [list(row) for row in rows]
    assert table.malformed == 0


@given(
    ROWS,
    st.sampled_from(
        [
            ('x,"never closed', None),
            ('"x,y,z', None),
            ("x, y, z, more", None),
            ("x", ["x", "", ""]),
            ("x,y", ["x", "y", ""]),
            ("x,y,z,more", ["x", "y", "z"]),
            ("x,y,z,,", ["x", "y", "z"]),
        ]
    ),
)
def test_an_odd_row_costs_at_most_itself(
    rows: list[tuple[str, str, str]], odd: tuple[str, list[str] | None]
) -> None:
    line, kept = odd
    plain = [(i, t.replace('"', "").replace("\r", "").replace("\n", ""), "n") for i, t, _ in rows]
    plain = [(i, t.strip(), n) for i, t, n in plain]
    head, _, rest = written(plain).partition("\r\n")
    found, table = read(f"{head}\r\n{line}\r\n{rest}")
    assert found == [*([kept] if kept else []), *(list(row) for row in plain)]
    assert (table.malformed, table.first_malformed) == ((0, 0) if kept else (1, 2))
    assert (table.longer, table.first_longer) == ((1, 2) if "more" in line and kept else (0, 0))


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('id,title,note\n1,"two\nlines"\n2,b,c\n', [["1", "two\nlines", ""], ["2", "b", "c"]]),
        ('id,title,note\n1,"two\nlines",n\n', [["1", "two\nlines", "n"]]),
        ('id,title,note\n1,"open\n2,"b, c",d\n3,e,f\n', [["2", "b, c", "d"], ["3", "e", "f"]]),
        ('id,title,note\n1,"open\n2,b,12"\n3,e,f\n', [["2", "b", '12"'], ["3", "e", "f"]]),
        ("id,title,note\n\n\x001,a", [["1", "a", ""]]),
        ("id,title\r1,a\r2,b\r", [["1", "a"], ["2", "b"]]),
        ("sep=|\r\nid|title\r\n1|a, b; c\r\n", [["1", "a, b; c"]]),
        ('"sep=\t"\nid\ttitle\n1\ta;b\n', [["1", "a;b"]]),
        ("Export, 3, May; 2024;;\n\n;;\nid;title;note\n1;a, b;c\n", [["1", "a, b", "c"]]),
        ("Liste;;\nStand: 1.1.2024;;\nInv. Nr.;Werk;Saal\n1;a;b\n", [["1", "a", "b"]]),
        ("id;title;note\n1;M&uuml;ller &amp; Co;n\n", [["1", "M&uuml;ller &amp; Co", "n"]]),
        ("id|title\n1|a,b,c,d\n", [["1", "a,b,c,d"]]),
        ("id,title,year\n1,Still life,with fruit,1890\n2,b,1900,x\n", [["2", "b", "1900"]]),
        ("id,title\n1,a\n\n,,\n2,b\n", [["1", "a"], ["2", "b"]]),
        ("id,title,,\n1,a,,\n", [["1", "a", "", ""]]),
    ],
)
def test_tables_as_they_come(text: str, rows: list[list[str]]) -> None:
    assert read(text)[0] == rows


def test_a_machine_written_table_pads_nothing(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,title\n1\n2,b\n3,c,d\n")
    table = Table(path, "table", exact=True)
    assert [row for _, row in table.rows()] == [["2", "b"]]
    assert (table.malformed, table.first_malformed) == (2, 2)


def test_stray_quotes_inside_fields_are_text() -> None:
    found, table = read('id,title,note\n1,5" x 7" panel,a\n2,12" wide,b\n3,plain,c\n')
    assert found == [["1", '5" x 7" panel', "a"], ["2", '12" wide', "b"], ["3", "plain", "c"]]
    assert table.malformed == 0


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found, table = read("id,title,note\n" + text)
    assert all(len(fields) == 3 for fields in found)
    assert table.malformed >= 0
