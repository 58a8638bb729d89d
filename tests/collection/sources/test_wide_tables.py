"""Tables that are no tables: what takes for ever is refused at once."""

import time
from pathlib import Path

import pytest

from artsim.collection.sources.metadata import MetadataTable
from artsim.core.errors import InvalidInput


@pytest.mark.parametrize(
    ("columns", "said"), [(2_000_000, "2,000,002 columns"), (16_000, "columns beyond")]
)
def test_a_table_with_too_many_columns_is_refused_at_once(
    tmp_path: Path, columns: int, said: str
) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("id," + "," * columns + "\n1\n")
    began = time.monotonic()
    with pytest.raises(InvalidInput, match=said):
        MetadataTable(path)
    assert time.monotonic() - began < 20
