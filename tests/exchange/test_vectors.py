"""Embeddings from one museum to another: checked, and ranked the same."""

import json

import numpy as np
import pyarrow as pa
import pytest
from collection_kit import embed_with, make_collection
from pyarrow import parquet

from artsim.collection.store import Collection
from artsim.core.digests import file_sha256
from artsim.core.errors import ArtsimError, Conflict, InvalidInput, NotFound
from artsim.core.workspace import Workspace
from artsim.exchange import vectors
from artsim.exchange.vectors import export_embeddings, import_embeddings
from artsim.library import Library
from artsim.search.query import Query

WORKS = [{"id": f"w{i}", "title": f"Work {i}"} for i in range(12)]


def library(folder, name="small", works=WORKS, seed=0):
    workspace = Workspace.open(folder)
    make_collection(workspace, name, works, seed=seed, backbone="theirs")
    return Library(workspace)


@pytest.fixture
def exported(tmp_path):
    """The embeddings of one workspace in a folder, and the library that they are from."""
    home = library(tmp_path / "one")
    export_embeddings(home, "small", "theirs", tmp_path / "out")
    return home, tmp_path / "out"


@pytest.fixture
def other(tmp_path):
    """Another museum with the same works and no embeddings of that backbone."""
    workspace = Workspace.open(tmp_path / "two")
    make_collection(workspace, "ours", WORKS, seed=5)
    return Library(workspace)


def test_two_workspaces_that_exchange_embeddings_rank_identically(exported, other):
    home, folder = exported
    made = import_embeddings(other, "ours", folder)
    assert (made.works, made.left_out, made.digest) == (12, 0, "d" * 64)
    for metric in ("cosine", "euclidean"):
        for work in ("w0", "w7"):
            query = Query("theirs", id=work, metric=metric, k=11)
            first, second = home.search("small", query), other.search("ours", query)
            assert [(h.id, h.score) for h in first.hits] == [(h.id, h.score) for h in second.hits]
    again = import_embeddings(other, "ours", folder)
    assert again.works == 12


def test_embeddings_of_other_weights_are_refused(exported, other):
    _, folder = exported
    ours = Collection.open(other.workspace, "ours")
    embed_with(ours, "theirs", "e" * 64, {"w0": np.ones(8)})
    with pytest.raises(Conflict, match="other weights"):
        import_embeddings(other, "ours", folder)


def test_works_that_are_not_there_are_named_or_left_out(exported, other):
    _, folder = exported
    works = [*WORKS[:3], {"id": "mine"}]
    make_collection(other.workspace, "few", works)
    with pytest.raises(NotFound, match="9 of the 12 ids"):
        import_embeddings(other, "few", folder)
    made = import_embeddings(other, "few", folder, skip_unknown=True)
    assert (made.works, made.left_out) == (3, 9)
    make_collection(other.workspace, "none", [{"id": "mine"}])
    with pytest.raises(InvalidInput, match="None of these"):
        import_embeddings(other, "none", folder, skip_unknown=True)


def rewritten(folder, **changes):
    path = folder / vectors.DESCRIPTION
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def lie(folder):
    """A table of other numbers whose description was made to fit."""
    parquet.write_table(
        pa.table({"id": ["w0"], "embedding": pa.array([[1.0, 2.0]], pa.list_(pa.float32(), 2))}),
        folder / vectors.VECTORS,
    )
    rewritten(folder, sha256=file_sha256(folder / vectors.VECTORS))


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / vectors.DESCRIPTION).unlink(),
        lambda folder: (folder / vectors.DESCRIPTION).write_text("{"),
        lambda folder: (folder / vectors.DESCRIPTION).write_bytes(b"\xff" * 9),
        lambda folder: rewritten(folder, format=99),
        lambda folder: rewritten(folder, dimension="8"),
        lambda folder: rewritten(folder, digest=None),
        lambda folder: rewritten(folder, backbone="../evil"),
        lambda folder: rewritten(folder, digest="short"),
        lambda folder: (folder / vectors.VECTORS).unlink(),
        lambda folder: (folder / vectors.VECTORS).write_bytes(b"PAR1"),
        lie,
    ],
)
def test_a_folder_that_is_damaged_or_lies_adds_nothing(exported, other, damage):
    _, folder = exported
    damage(folder)
    with pytest.raises(ArtsimError) as refused:
        import_embeddings(other, "ours", folder)
    assert str(refused.value).endswith(".")
    names = {e.backbone for e in Collection.open(other.workspace, "ours").info().embeddings}
    assert names == {"tiny"}


def test_what_is_there_is_not_written_over(exported):
    home, folder = exported
    before = (folder / vectors.VECTORS).read_bytes()
    with pytest.raises(InvalidInput, match="is there already"):
        export_embeddings(home, "small", "theirs", folder)
    assert (folder / vectors.VECTORS).read_bytes() == before
