"""The store: columns added without rewriting others, filters, locks, two writers."""

import threading
from pathlib import Path

import lance
import numpy as np
import pytest
from pictures_kit import jpeg

from artsim.collection import works
from artsim.collection.artwork import Artwork
from artsim.collection.store import Collection, list_collections
from artsim.core.errors import Conflict, InvalidInput, NotFound
from artsim.core.trouble import trouble
from artsim.core.workspace import Workspace

DIGEST = "ab" * 32


def _work(artwork_id: str, **metadata: object) -> works.Work:
    extra = {str(k): str(v) for k, v in metadata.items() if k == "shelf"}
    known = {k: v for k, v in metadata.items() if k != "shelf"}
    artwork = Artwork(id=artwork_id, extra=extra, **known)  # type: ignore[arg-type]
    return works.Work(artwork, f"{artwork_id}.jpg", 160, 120, 1.0, jpeg(1), b"thumb")


@pytest.fixture
def collection(workspace: Workspace) -> Collection:
    made = Collection.create(workspace, "little", "folder", "a few works")
    works.store(
        made.uri,
        [
            _work("10", title="Harbour", artist="A", year=1880, shelf="x"),
            _work("9", title="Portrait", artist="B", year=1650),
            _work("b", title="Still life", artist="A"),
        ],
    )
    return made


def _files_by_field(uri: str) -> dict[int, set[str]]:
    dataset = lance.dataset(uri)
    files: dict[int, set[str]] = {}
    for fragment in dataset.get_fragments():
        for file in fragment.metadata.files:
            for field in file.fields:
                files.setdefault(field, set()).add(file.path)
    return files


def test_metadata_is_in_id_order_with_whole_numbers_by_value(collection: Collection) -> None:
    assert collection.metadata(["id"]).column("id").to_pylist() == ["9", "10", "b"]


def test_unknown_metadata_is_a_column_that_can_be_filtered(collection: Collection) -> None:
    assert collection.ids_matching("shelf = 'x'") == ["10"]
    assert collection.artwork("9")["shelf"] is None


def test_adding_an_embedding_column_rewrites_no_other(collection: Collection) -> None:
    before = _files_by_field(collection.uri)
    column = collection.ensure_embedding_column("tiny", DIGEST, 4)
    collection.write_embeddings(column, ["9", "b"], np.ones((2, 4), np.float32))
    after = _files_by_field(collection.uri)
    assert {field: after[field] for field in before} == before
    assert set(after) > set(before)


def test_only_works_without_embedding_are_pending(collection: Collection) -> None:
    column = collection.ensure_embedding_column("tiny", DIGEST, 2)
    collection.write_embeddings(column, ["9"], np.array([[1, 2]], np.float32))
    works.store(collection.uri, [_work("new", title="Later")])
    pending = [i for ids, _ in collection.pending(column, 1) for i in ids]
    assert sorted(pending) == ["10", "b", "new"]
    ids, matrix = collection.embedding(column)
    assert ids == ["9"]
    assert matrix.tolist() == [[1.0, 2.0]]
    assert collection.info().embeddings[0].count == 1


def test_embeddings_come_back_in_id_order(collection: Collection) -> None:
    column = collection.ensure_embedding_column("tiny", DIGEST, 1)
    collection.write_embeddings(column, ["b", "10", "9"], np.array([[3], [2], [1]], np.float32))
    ids, matrix = collection.embedding(column)
    assert ids == ["9", "10", "b"]
    assert matrix.ravel().tolist() == [1.0, 2.0, 3.0]


def test_two_digests_of_one_backbone_are_two_columns(collection: Collection) -> None:
    one = collection.ensure_embedding_column("tiny", "a" * 64, 2)
    other = collection.ensure_embedding_column("tiny", "b" * 64, 3)
    assert one != other
    collection.write_embeddings(one, ["9"], np.ones((1, 2), np.float32))
    collection.write_embeddings(other, ["9"], np.ones((1, 3), np.float32))
    assert {e.digest for e in collection.info().embeddings} == {"a" * 64, "b" * 64}


def test_writers_at_once_lose_nothing(collection: Collection) -> None:
    column = collection.ensure_embedding_column("tiny", DIGEST, 2)
    errors: list[Exception] = []

    def add(start: int) -> None:
        try:
            for i in range(start, start + 5):
                works.store(collection.uri, [_work(f"t{i}")])
        except Exception as error:
            errors.append(error)

    def embed() -> None:
        try:
            for artwork_id in ("9", "10", "b"):
                vector = np.ones((1, 2), np.float32)
                collection.write_embeddings(column, [artwork_id], vector)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=add, args=(s,)) for s in (0, 100)]
    threads.append(threading.Thread(target=embed))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    info = collection.info()
    assert info.artworks == 13
    assert info.embeddings[0].count == 3


def test_a_column_without_embeddings_is_not_told_of(collection: Collection) -> None:
    column = collection.ensure_embedding_column("tiny", "1" * 64, 4)
    assert collection.info().embeddings == ()
    collection.write_embeddings(column, ["9"], np.ones((1, 4), np.float32))
    assert [e.count for e in collection.info().embeddings] == [1]


def test_a_pinned_collection_does_not_see_later_works(collection: Collection) -> None:
    pinned = collection.pinned()
    works.store(collection.uri, [_work("later")])
    assert pinned.info().artworks == 3
    assert collection.info().artworks == 4


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("nocolumn = 1", "the columns are id, title"),
        ("title === 'x'", "cannot be used"),
        ("title", "cannot be used"),
        ("1; DROP TABLE x", "cannot hold"),
        ("  ", "The filter is empty"),
        ("emb_tiny_ok", "cannot use 'emb_tiny_ok'"),
    ],
)
def test_a_bad_filter_is_one_sentence(collection: Collection, where: str, said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as raised:
        collection.ids_matching(where)
    assert "\n" not in str(raised.value)
    assert "/src/" not in str(raised.value)


def test_a_damaged_table_is_not_called_a_bad_filter(collection: Collection) -> None:
    for file in Path(collection.uri).glob("data/*.lance"):
        file.write_bytes(b"damaged")
    with pytest.raises((OSError, ValueError, RuntimeError)) as raised:
        collection.ids_matching("title = 'x'")
    assert "is damaged" in str(trouble(raised.value))


def test_a_filter_may_hold_quotes_and_any_script(collection: Collection) -> None:
    works.store(collection.uri, [_work("q", title="L'Étang — بركة")])
    assert collection.ids_matching("title = 'L''Étang — بركة'") == ["q"]


def test_rename_keeps_the_embedding(collection: Collection) -> None:
    column = collection.ensure_embedding_column("tiny", DIGEST, 1)
    collection.write_embeddings(column, ["b"], np.array([[7]], np.float32))
    works.rename(collection.uri, "b", "accession-7")
    ids, matrix = collection.embedding(column)
    assert ids == ["accession-7"]
    assert matrix.tolist() == [[7.0]]


def test_a_name_that_is_taken_or_missing_is_said(workspace: Workspace) -> None:
    Collection.create(workspace, "one", "folder")
    with pytest.raises(Conflict, match="already"):
        Collection.create(workspace, "one", "folder")
    with pytest.raises(NotFound, match="there are: one"):
        Collection.open(workspace, "two")


@pytest.mark.parametrize("name", ["../up", "a/b", "", "A", "x" * 64, "-x", "a b", "name'"])
def test_unsafe_names_are_refused(workspace: Workspace, name: str) -> None:
    with pytest.raises(InvalidInput, match="lower-case"):
        Collection.create(workspace, name, "folder")
    assert list(workspace.collections.iterdir()) == []


def test_a_deleted_collection_is_gone_at_once(collection: Collection, workspace: Workspace) -> None:
    pinned = collection.pinned()
    collection.delete()
    assert list_collections(workspace) == []
    assert [p for p in Path(workspace.collections).iterdir() if "little" in p.name] == []
    with pytest.raises(NotFound, match="no longer there"):
        pinned.metadata()
