"""Numbers of a table's own columns: filtered as numbers, whatever later tables hold."""

import os
from pathlib import Path

import pytest

from artsim.collection import lance_io
from artsim.collection.importer import import_collection
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace
from tests.collection.sources.test_folder import picture


def bring(tmp_path: Path, workspace: Workspace, rows: dict[str, str]) -> Collection:
    """Import works with what their column weight says."""
    folder = tmp_path / "in"
    for n, name in enumerate(rows):
        if not (folder / f"{name}.jpg").exists():
            picture(folder / f"{name}.jpg", 10 * n + len(os.listdir(tmp_path)))
    table = tmp_path / "t.csv"
    table.write_text("id|title|weight\n" + "".join(f"{k}|T|{v}\n" for k, v in rows.items()))
    import_collection(workspace, "c", FolderSource(folder, table), quality=False)
    return Collection.open(workspace, "c")


def weights(collection: Collection) -> list[object]:
    return collection.metadata(["weight"]).column("weight").to_pylist()


def test_numbers_filter_and_widen_with_later_tables(tmp_path: Path, workspace: Workspace) -> None:
    rows = {"a": "9", "b": "100", "c": "", "d": "77.0"}
    whole = bring(tmp_path, workspace, {k: v.removesuffix(".0") for k, v in rows.items()})
    assert weights(whole) == [9, 100, None, 77]
    assert whole.ids_matching("weight > 10 AND weight < 100") == ["d"]
    fraction = bring(tmp_path, workspace, {**rows, "e": "12.5"})
    assert weights(fraction) == [9.0, 100.0, None, 77.0, 12.5]
    assert fraction.ids_matching("weight > 10 AND weight < 77.5") == ["d", "e"]
    text = bring(tmp_path, workspace, {**rows, "e": "12.5", "f": "ca. 7"})
    assert weights(text)[-1] == "ca. 7"
    assert text.ids_matching("weight LIKE 'ca%'") == ["f"]
    with pytest.raises(InvalidInput, match="cannot be used"):
        text.ids_matching("weight > 10")
    # what is text stays text, and brings no change where a table says the same again
    again = bring(tmp_path, workspace, {**rows, "e": "12.5", "f": ""})
    assert weights(again)[:2] == weights(text)[:2]
    assert again.metadata(["title"]).num_rows == 6


@pytest.mark.parametrize("step", ["added", "dropped"])
def test_a_kill_while_a_column_widens_loses_nothing(
    tmp_path: Path, workspace: Workspace, step: str
) -> None:
    uri = bring(tmp_path, workspace, {"a": "9", "b": "100"}).uri
    lance_io.opened(uri).add_columns({"weight__wider": "CAST(weight AS double)"})
    if step == "dropped":
        lance_io.opened(uri).drop_columns(["weight"])
    collection = bring(tmp_path, workspace, {"a": "9", "b": "100", "e": "0.5"})
    assert "weight__wider" not in collection.columns()
    assert weights(collection) == [9.0, 100.0, 0.5]
