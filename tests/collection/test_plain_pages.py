"""Embeddings read straight from Lance's files are those that Lance gives."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from artsim.collection import lance_io, plain_pages
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace

WIDTH = 96


@pytest.fixture
def made(workspace: Workspace) -> tuple[Collection, str]:
    """Works in three fragments, whose ids are in no order, all with an embedding."""
    collection = Collection.create(workspace, "works", "folder")
    column = collection.ensure_embedding_column("mine", "0" * 64, WIDTH)
    rng = np.random.default_rng(0)
    ids = [f"w{i}" for i in rng.permutation(900)]
    for start in (0, 400, 500):
        some = ids[start : {0: 400, 400: 500, 500: 900}[start]]
        vectors = pa.array(rng.standard_normal(len(some) * WIDTH).astype(np.float32))
        columns = {
            "id": some,
            "has_image": [True] * len(some),
            column: pa.FixedSizeListArray.from_arrays(vectors, WIDTH),
            f"{column}_ok": [True] * len(some),
        }
        lance_io.append(collection.uri, pa.table(columns))
    return collection, column


def by_lance(collection: Collection, column: str) -> dict[str, bytes]:
    """The embeddings as a plain scan gives them."""
    table = collection.dataset().to_table(columns=["id", column], filter=f"{column}_ok")
    rows = table.column(column).combine_chunks().flatten().to_numpy().reshape(-1, WIDTH)
    ids = table.column("id").to_pylist()
    return {i: row.tobytes() for i, row in zip(ids, rows, strict=True)}


def read(
    collection: Collection, column: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[dict[str, bytes], list[bool]]:
    """The embeddings as the collection gives them, and which fragments were read directly."""
    direct: list[bool] = []
    own = plain_pages._read

    def noted(*given: object) -> bool:
        direct.append(own(*given))  # type: ignore[arg-type]
        return direct[-1]

    monkeypatch.setattr(plain_pages, "_read", noted)
    ids, matrix = collection.embedding(column)
    assert matrix.shape == (len(ids), WIDTH)
    assert matrix.flags.c_contiguous
    return {i: row.tobytes() for i, row in zip(ids, matrix, strict=True)}, direct


def test_whole_columns_are_read_directly(
    made: tuple[Collection, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found, direct = read(*made, monkeypatch)
    assert found == by_lance(*made)
    assert direct == [True] * 3


def test_deleted_written_again_and_compacted_rows_are_those_of_lance(
    made: tuple[Collection, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    collection, column = made
    lance_io.delete_where_in(collection.uri, "id", [f"w{i}" for i in range(0, 900, 3)])
    anew = [f"w{i}" for i in range(1, 900, 3)]
    collection.write_embeddings(column, anew, np.ones((len(anew), WIDTH), np.float32))
    found, direct = read(collection, column, monkeypatch)
    assert len(found) == 600
    assert found["w1"] == np.ones(WIDTH, np.float32).tobytes()
    assert found == by_lance(collection, column)
    assert direct == [True] * 3
    lance_io.vacuum(collection.uri)
    found, direct = read(collection, column, monkeypatch)
    assert found == by_lance(collection, column)
    assert all(direct)


def test_what_is_not_plain_is_left_to_lance(
    made: tuple[Collection, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    collection, column = made
    lance_io.append(collection.uri, pa.table({"id": ["none", "other"], "has_image": [True] * 2}))
    collection.write_embeddings(column, ["other"], np.ones((1, WIDTH), np.float32))
    found, direct = read(collection, column, monkeypatch)
    assert len(found) == 901
    assert "none" not in found
    assert found == by_lance(collection, column)
    assert sorted(direct) == [False, True, True, True]


def test_a_file_that_says_one_thing_and_holds_another_is_left_to_lance(
    made: tuple[Collection, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = plain_pages._Page

    def elsewhere(file: Path, position: int, first: int, rows: int) -> plain_pages._Page:
        return place(file, position + 4, first, rows)

    monkeypatch.setattr(plain_pages, "_Page", elsewhere)
    found, direct = read(*made, monkeypatch)
    assert found == by_lance(*made)
    assert direct == [False] * 3
