"""A collection of 0.2.0, in which works that look alike were set aside, gets them back."""

import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from artsim.collection import set_aside
from artsim.collection.reconcile import quality_report, reapply
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.evaluate import evaluate
from artsim.library import Library
from artsim.search.query import Query

OLD = Path(__file__).parents[1] / "fixtures" / "collections" / "0.2.0.tar.gz"
WORKS = ["blurred", "other", "plain", "print-a", "print-b"]


@pytest.fixture
def old(home: Path) -> Workspace:
    with tarfile.open(OLD) as tar:
        tar.extractall(home.parent, filter="data")
    (home.parent / "workspace").rename(home)
    return Workspace.open(home)


def _ids(collection: Collection) -> list[str]:
    return [str(row["id"]) for row in collection.metadata(["id"]).to_pylist()]


def test_works_that_were_merged_away_are_found_again_with_all_that_was_known(
    old: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    collection = Collection.open(old, "attic")
    assert "was migrated from format 2 to 3" in capsys.readouterr().err
    assert _ids(collection) == WORKS
    back = collection.artwork("print-b")
    assert (back["title"], back["year"], back["has_image"]) == ("Title of print-b", 1830, True)
    assert back["duplicate_group"] == collection.artwork("print-a")["duplicate_group"]
    assert collection.image("print-b") is not None
    states = {row["file"]: (row["state"], row["work"]) for row in collection.pictures.listed()}
    assert states == {
        "plain-copy.jpg": ("copy", "plain"),
        "blurred-unnamed.jpg": ("rejected", None),
    }
    assert collection.artwork("plain-copy")["id"] == "plain"
    files = {f.file: f for f in quality_report(collection).files}
    assert (files["print-b.jpg"].action, files["print-b.jpg"].group) == ("keep", "g-print-a")
    assert (files["blurred.jpg"].action, files["blurred.jpg"].doubt[:7]) == ("keep", "blurred")
    assert (files["plain-copy.jpg"].action, files["plain-copy.jpg"].of) == ("duplicate", "plain")
    assert files["blurred-unnamed.jpg"].action == "reject"
    Collection.open(old, "attic")
    assert capsys.readouterr().err == "", "it is migrated once"


def test_judged_anew_it_stays_as_it_was_migrated(old: Workspace) -> None:
    collection = Collection.open(old, "attic")
    before = collection.pictures.listed()
    report = reapply(collection)
    assert (report.kept, report.rejected, report.duplicates) == (5, 2, 1)
    assert _ids(collection) == WORKS
    after = collection.pictures.listed()
    assert [(r["file"], r["state"], r["work"]) for r in after] == [
        (r["file"], r["state"], r["work"]) for r in before
    ]


def _of_one_decade(query: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return bool(abs(query["year"] - other["year"]) <= 10)


def test_it_is_embedded_further_searched_and_evaluated(old: Workspace) -> None:
    collection = Collection.open(old, "attic")
    column = collection.info().embeddings[0].column
    assert collection.pending_count(column) == 2
    collection.write_embeddings(column, ["blurred", "print-b"], np.eye(4, dtype=np.float32)[:2])
    library = Library(old)
    hits = library.search("attic", Query("given", id="print-a", k=9)).hits
    assert {hit.id for hit in hits} == {"blurred", "other", "plain"}
    config = EvaluateConfig(collection="attic", backbones=("given",), k=2)
    found = evaluate(library, config, relevances=[_of_one_decade])
    assert found.runs[0].queries == 5


@pytest.mark.parametrize("step", ["to_artworks", "_write_groups", "_write_decisions"])
def test_killed_on_the_way_the_next_one_finishes(
    old: Workspace, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = set_aside.moves if step == "to_artworks" else set_aside

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as context:
        context.setattr(module, step, killed)
        with pytest.raises(Killed):
            Collection.open(old, "attic")
    collection = Collection.open(old, "attic")
    assert _ids(collection) == WORKS
    assert len(collection.pictures.listed()) == 2


def test_where_nothing_can_be_written_it_is_read_as_it_is(
    old: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("Read-only file system")

    monkeypatch.setattr(set_aside, "migrate", full)
    assert _ids(Collection.open(old, "attic")) == ["other", "plain", "print-a"]
