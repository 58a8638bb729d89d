"""What museums really bring, measured as the field's benchmark measures it."""

from pathlib import Path
from types import ModuleType

import pytest

from benchmarks.field import groups, tables


@pytest.mark.parametrize(("measure", "cases"), [(tables, {"20", "22", "23"}), (groups, {"40"})])
def test_every_case_gives_its_expected_result(
    shared_data: Path, measure: ModuleType, cases: set[str]
) -> None:
    found = measure.rows(shared_data / "field")
    assert {case for case, *_ in found} == cases
    assert [row for row in found if not row[-1]] == []
