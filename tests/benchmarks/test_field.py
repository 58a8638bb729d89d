"""The cases of the field, measured: sources here, the other modules where they are tested."""

from pathlib import Path

from benchmarks import field
from benchmarks.field import sources


def test_every_case_of_sources_gives_its_expected_result(shared_data: Path) -> None:
    found = sources.rows(shared_data / "field")
    assert {case for case, *_ in found} == {"18", "50"}
    assert [row for row in found if not row[-1]] == []


def test_every_module_of_the_field_is_measured(shared_data: Path) -> None:
    names = {path.stem for path in Path(field.__file__).parent.glob("[!_]*.py")}
    assert names >= {"sources", "tables"}
    assert {case for case, *_ in field.measured(shared_data / "field")} >= {"18", "20", "50"}
