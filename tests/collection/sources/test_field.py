"""The field's tables, as museums brought them."""

from pathlib import Path

from benchmarks.field import tables


def test_every_case_gives_its_expected_result(shared_data: Path) -> None:
    found = tables.rows(shared_data / "field")
    assert {case for case, *_ in found} == {"20", "22", "23"}
    assert [row for row in found if not row[-1]] == []
