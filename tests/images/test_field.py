"""Pictures that museums brought: each is shown as it is."""

from pathlib import Path

import pytest

from benchmarks.field import pixels


def test_pictures_from_the_field_are_true(shared_data: Path) -> None:
    folder = shared_data / "field"
    if not (folder / "02").is_dir():
        pytest.skip("the field's cases are not here")
    measured = pixels.rows(folder)
    assert [row for row in measured if not row[-1]] == []
    assert {row[0] for row in measured} == {"02", "05", "08", "10", "13", "16"}
