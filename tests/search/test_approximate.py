"""The approximate index of real collections: built, trusted or refused, kept up to date, asked."""

import json
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from collection_kit import embed_with

from artsim.cli.run import run
from artsim.collection import lance_io
from artsim.collection.artwork import ARTWORK_SCHEMA
from artsim.collection.store import Collection
from artsim.core.errors import Conflict, InvalidInput
from artsim.core.progress import NULL
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.search.build_index import build_index
from artsim.search.filters import Filters
from artsim.search.index_store import list_indexes, read_index
from artsim.search.query import Query
from artsim.tasks.kinds import checked_config, kind_named

DIGEST = "d" * 64
WORKS = 1_200


def clusters(rng, count, dimension=24, spread=0.3):
    centres = np.random.default_rng(99).standard_normal((30, dimension))
    noise = spread * rng.standard_normal((count, dimension))
    return centres[rng.integers(0, 30, count)] + noise


def add(collection, start, vectors):
    """Works w<start> and on, every second one by artist A, with these embeddings."""
    ids = [f"w{start + i:05d}" for i in range(len(vectors))]
    rows = [
        {"id": name, "title": name, "artist": "AB"[i % 2], "has_image": True}
        for i, name in enumerate(ids)
    ]
    lance_io.append(collection.uri, pa.Table.from_pylist(rows, schema=ARTWORK_SCHEMA))
    embed_with(collection, "tiny", DIGEST, dict(zip(ids, vectors, strict=True)))


@pytest.fixture
def made(tmp_path):
    """A collection of works in clusters."""
    workspace = Workspace.open(tmp_path)
    collection = Collection.create(workspace, "many", "folder")
    add(collection, 0, clusters(np.random.default_rng(1), WORKS))
    return workspace, collection


def indexed(workspace, metric="cosine", **options):
    here = Library(workspace)
    info = build_index(here.collection("many"), here.gallery("many", "tiny"), metric, **options)
    return here, info


def ask(here, index="approximate", name="w00007", **options):
    return here.search("many", Query("tiny", id=name, index=index, **options))


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_it_is_built_measured_and_found_again(made, metric):
    workspace, collection = made
    _, info = indexed(workspace, metric)
    assert info.trusted
    assert info.recall_at_10 >= 0.98
    assert list_indexes(collection) == [info]
    here = Library(workspace)  # another process finds it
    found, exact = ask(here, metric=metric, k=10), ask(here, "exact", metric=metric, k=10)
    assert (found.index, exact.index, found.note) == ("approximate", "exact", "")
    assert found.candidates == exact.candidates == WORKS - 1
    same = {h.id: h.score for h in found.hits}.items() & {h.id: h.score for h in exact.hits}.items()
    assert len(same) >= 8


def test_auto_is_approximate_where_there_are_many_works(made, monkeypatch):
    workspace, _ = made
    here = Library(workspace)
    monkeypatch.setenv("ARTSIM_APPROXIMATE_FROM", str(WORKS))
    first = ask(here, "auto")
    assert first.index == "exact"
    assert "'artsim index many --backbone tiny' builds" in first.note
    indexed(workspace)
    assert ask(here, "auto").index == "approximate"
    assert ask(here, "exact").index == "exact"
    monkeypatch.setenv("ARTSIM_APPROXIMATE_FROM", str(WORKS + 1))
    assert ask(here, "auto").index == "exact"
    monkeypatch.setenv("ARTSIM_APPROXIMATE_FROM", "many")
    with pytest.raises(InvalidInput, match="set it to a number of works"):
        ask(here, "auto")


def test_without_an_index_the_command_is_named(made):
    with pytest.raises(Conflict, match=r"run 'artsim index many --backbone tiny --metric euc"):
        ask(Library(made[0]), metric="euclidean")


def test_an_index_that_finds_too_little_is_refused_and_said(tmp_path, monkeypatch):
    workspace = Workspace.open(tmp_path)
    # No work is much nearer than another, and hardly any effort is allowed.
    noise = np.random.default_rng(2).standard_normal((WORKS, 200))
    add(Collection.create(workspace, "many", "folder"), 0, noise)
    monkeypatch.setattr("artsim.search.build_index._EFFORTS", (1,))
    here, info = indexed(workspace)
    assert not info.trusted
    result = ask(here)
    assert result.index == "exact"
    assert "less than 98% is not used" in result.note
    assert result.hits == ask(here, "exact").hits
    assert result.to_json()["note"] == result.note


def test_filters_and_exclusions_hold(made):
    here, _ = indexed(made[0])
    for filters in (Filters(artists=("A",)), Filters(where="id < 'w00500' OR id > 'w00600'")):
        found, exact = ask(here, filters=filters, k=20), ask(here, "exact", filters=filters, k=20)
        assert found.index == "approximate"
        assert found.candidates == exact.candidates
        assert len({h.id for h in found.hits} & {h.id for h in exact.hits}) >= 18
    barred = tuple(h.id for h in ask(here, k=5).hits)
    assert not {h.id for h in ask(here, k=50, exclude_ids=barred).hits} & {*barred, "w00007"}


def test_few_works_and_a_large_k_are_searched_exactly(made):
    here, _ = indexed(made[0])
    few = ask(here, filters=Filters(where="id < 'w00100'"))
    assert (few.index, few.candidates, len(few.hits)) == ("exact", 99, 12)
    many = ask(here, k=101)
    assert (many.index, len(many.hits)) == ("exact", 101)
    assert "K up to 100" in many.note


def test_new_works_are_found_and_gone_ones_are_not_without_building_again(made):
    workspace, collection = made
    here, info = indexed(workspace)
    vectors = here.gallery("many", "tiny").matrix[[7, 8]]
    add(collection, WORKS, vectors * np.float32(1.01))
    lance_io.delete_where_in(collection.uri, "id", ["w00010", "w00011"])
    embed_with(collection, "tiny", DIGEST, {"w00020": vectors[0] * np.float32(0.99)})
    later = Library(workspace)
    found = ask(later, k=100)
    assert found.index == "approximate"
    assert {h.id for h in found.hits[:2]} == {"w00020", f"w{WORKS:05d}"}
    assert not {"w00010", "w00011"} & {h.id for h in found.hits}
    _, again = indexed(workspace)
    assert (again.learned, again.changed, again.works) == (WORKS, 6, WORKS)
    assert again.trusted
    assert (info.learned, info.changed) == (WORKS, 0)
    _, anew = indexed(workspace, anew=True)
    assert anew.changed == 0


def test_where_much_has_changed_it_is_built_anew(made):
    workspace, collection = made
    indexed(workspace)
    add(collection, WORKS, clusters(np.random.default_rng(5), 300))
    result = ask(Library(workspace))
    assert result.index == "exact"
    assert "'artsim index many --backbone tiny' adds them" in result.note
    here, info = indexed(workspace)
    assert (info.learned, info.changed) == (1_500, 0)
    assert ask(here).index == "approximate"


def test_an_index_of_another_collection_or_a_damaged_one_is_none(made):
    workspace, collection = made
    here, _ = indexed(workspace)
    folder = next((collection.path / "indexes").iterdir())
    column = here.column("many", "tiny")
    assert read_index(collection, column, "cosine") is not None
    assert read_index(collection, replace(column, digest="e" * 64), "cosine") is None
    about = folder / "index.json"
    text = about.read_text(encoding="utf-8")
    for broken in ("{", "[]", json.dumps({**json.loads(text), "format": 0})):
        about.write_text(broken, encoding="utf-8")
        with pytest.raises(Conflict, match="No approximate index"):
            ask(Library(workspace))
    about.write_text(text, encoding="utf-8")
    next(folder.glob("*.faiss")).write_bytes(b"nothing")
    assert ask(Library(workspace)).index == "exact"


def test_nothing_is_left_of_the_index_before(made):
    workspace, collection = made
    for _ in range(2):
        indexed(workspace)
    assert len(list((collection.path / "indexes").glob("*/*"))) == 3


def test_the_commands_build_show_and_use_it(made, monkeypatch, capsys):
    monkeypatch.setenv("ARTSIM_HOME", str(made[0].root))
    assert run(["index", "many", "--backbone", "tiny", "--json"]) == 0
    built = json.loads(capsys.readouterr().out)
    assert (built["collection"], built["works"], built["trusted"]) == ("many", WORKS, True)
    assert run(["collection", "show", "many"]) == 0
    assert f"tiny, cosine: recall@10 {built['recall_at_10']:.3f}" in capsys.readouterr().out
    asked = ["search", "many", "--backbone", "tiny", "--id", "w00007", "-k", "5"]
    assert run([*asked, "--index", "approximate", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["index"] == "approximate"
    assert run(["index", "many", "--backbone", "tiny", "--index", "milvus", "--anew"]) == 2
    assert run(["index", "many", "--backbone", "tiny", "--drop"]) == 2


def test_a_job_builds_it(made):
    kind = kind_named("index")
    config = checked_config("index", {"collection": "many", "backbone": "tiny"})
    assert "finds 100.0% of the ten nearest." in kind.run(made[0], config, NULL)
    assert list_indexes(made[1])


def test_too_few_works_need_none(tmp_path):
    workspace = Workspace.open(tmp_path)
    add(Collection.create(workspace, "many", "folder"), 0, np.eye(5))
    with pytest.raises(InvalidInput, match=r"has 5 usable embeddings.*exact search is fast"):
        indexed(workspace)
