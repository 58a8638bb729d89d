"""Dates and artists that museums really brought, where their tables are at hand."""

from pathlib import Path

import pytest

from benchmarks.field import labels


def test_dates_and_artists_of_the_field(shared_data: Path) -> None:
    folder = shared_data / "field"
    if not (folder / "39").is_dir() or not (folder / "45").is_dir():
        pytest.skip(f"no cases of the field at {folder}")
    found = labels.rows(folder)
    assert len(found) > 100
    assert [row for row in found if not row[-1]] == []
