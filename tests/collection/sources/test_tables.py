"""CSV files as other people write and break them."""

import csv
import io
import tempfile
from pathlib import Path

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


@given(ROWS, st.sampled_from(["x", "x,y", 'x,"never closed', "x,y,z,more", '"x,y,z']))
def test_a_broken_row_costs_only_itself(rows: list[tuple[str, str, str]], broken: str) -> None:
    plain = [(i, t.replace('"', "").replace("\r", "").replace("\n", ""), "n") for i, t, _ in rows]
    plain = [(i, t.strip(), n) for i, t, n in plain]
    head, _, rest = written(plain).partition("\r\n")
    found, table = read(f"{head}\r\n{broken}\r\n{rest}")
    assert found == [list(row) for row in plain]
    assert table.malformed == 1
    assert table.first_malformed == 2


def test_stray_quotes_inside_fields_are_text() -> None:
    found, table = read('id,title,note\n1,5" x 7" panel,a\n2,12" wide,b\n3,plain,c\n')
    assert found == [["1", '5" x 7" panel', "a"], ["2", '12" wide', "b"], ["3", "plain", "c"]]
    assert table.malformed == 0


@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    found, table = read("id,title,note\n" + text)
    assert all(len(fields) == 3 for fields in found)
    assert table.malformed >= 0
