"""A collection is renamed with all that has its name, and a map forgets what was taken down."""

import json

import numpy as np
import pytest
from face_kit import make_demo

import artsim
from artsim.collection.edits.history import History
from artsim.collection.edits.sentences import sentence
from artsim.collection.store import Collection, list_collections
from artsim.core.errors import Conflict, InvalidInput, NotFound
from artsim.core.workspace import Workspace
from artsim.evaluation import votes
from artsim.evaluation.runs import list_runs
from artsim.library import Library
from artsim.maps.clusters import Cluster, Clusters
from artsim.maps.config import MapConfig
from artsim.maps.model import Map, MapInfo
from artsim.maps.staleness import fingerprints
from artsim.maps.storage import keep


@pytest.fixture
def demo(workspace: Workspace) -> artsim.Collection:
    """24 works with embeddings and a map."""
    make_demo(workspace)
    return artsim.open()["demo"]


def keep_map(library: Library) -> Map:
    """A map of the demo that was kept: its points lie anywhere, its neighbours are in a row."""
    gallery = library.gallery("demo", "tiny")
    count, rng = len(gallery.ids), np.random.default_rng(0)
    near = (np.arange(count)[:, None] + np.arange(1, 6)) % count
    labels = (np.arange(count) % 2).astype(np.int32)
    both = [Cluster(n, "", 0, count // 2, [n, n + 2]) for n in (0, 1)]
    info = MapInfo(
        id="m1",
        config=MapConfig(collection="demo", backbone="tiny"),
        digest=gallery.column.digest,
        works=count,
        trustworthiness=None,
        continuity=None,
        measured_on=0,
        seconds=0.0,
        created="2026-01-01T00:00:00+00:00",
        code_version="",
        version=0,
    )
    found = Map(
        info,
        list(gallery.ids),
        rng.random((count, 2), np.float32),
        Clusters(labels, both, [3, 4], rng.random(count, np.float32)),
        np.stack([np.arange(count), np.zeros(count)], axis=1).astype(np.int32),
        near.astype(np.int32),
        fingerprints(gallery.matrix),
    )
    keep(library, found)
    return found


def test_all_that_has_its_name_goes_with_it(workspace: Workspace, demo: artsim.Collection) -> None:
    demo.evaluate("tiny", "artist", k=5)
    drawn = keep_map(Library(workspace))
    (workspace.root / "uploads" / "demo").mkdir(parents=True)
    workspace.show_first("demo")
    lists = (votes.ShownList("tiny", "d", "cosine", ("w01",)),) * 2
    votes.cast(workspace, votes.Vote("v", "demo", "w00", "", 1, lists, 0))
    run = workspace.checkpoints / "mine" / "run"
    run.mkdir(parents=True)
    (run / "config.json").write_text(json.dumps({"source": "demo"}), encoding="utf-8")
    (run / "summary.json").write_text(json.dumps({"source": "collection 'demo'"}), encoding="utf-8")

    library = Library(workspace)
    step = library.rename("demo", "prints", "ana")
    assert (step.what, step.before, step.after) == ("rename", {"name": "demo"}, {"name": "prints"})
    assert list_collections(workspace) == ["prints"]
    assert Collection.open(workspace, "prints").about()["name"] == "prints"
    assert workspace.first_collection == "prints"
    assert [p.name for p in (workspace.root / "uploads").iterdir()] == ["prints"]
    kept = list_runs(workspace)[0]
    assert (kept.collection, kept.queries_collection) == ("prints", "prints")
    assert kept.command.startswith("artsim evaluate prints --backbone tiny")
    assert [vote.id for vote in votes.of_collection(workspace, "prints")] == ["v"]
    assert json.loads((run / "config.json").read_text(encoding="utf-8"))["source"] == "prints"
    found = library.map("prints", library.maps("prints")[0].id)
    assert np.array_equal(found.points, drawn.points)
    with pytest.raises(NotFound, match="'demo' is called 'prints' now"):
        library.collection("demo")


@pytest.mark.parametrize(
    ("new", "error", "said"),
    [
        ("demo", InvalidInput, "called 'demo' already"),
        ("A b", InvalidInput, "cannot name a collection"),
        ("other", Conflict, "collection 'other' already"),
        ("old-uploads", Conflict, "uploads for 'old-uploads' already"),
    ],
)
def test_a_name_that_cannot_be_had_changes_nothing(
    workspace: Workspace, demo: artsim.Collection, new: str, error: type[Exception], said: str
) -> None:
    make_demo(workspace, "other")
    (workspace.root / "uploads" / "old-uploads").mkdir(parents=True)
    with pytest.raises(error, match=said):
        Library(workspace).rename("demo", new, "ana")
    assert list_collections(workspace) == ["demo", "other"]
    assert History(Collection.open(workspace, "demo")).steps == []


def test_no_map_shows_a_work_that_was_taken_down(
    workspace: Workspace, demo: artsim.Collection
) -> None:
    library = Library(workspace)
    before = keep_map(library)
    map_id = before.info.id
    assert library.map("demo", map_id).ids == before.ids
    library.desk("demo", "ana").remove(["w03", "w20"])
    library.refresh("demo")
    now = library.map("demo", map_id)
    left = [i for i in before.ids if i not in ("w03", "w20")]
    assert now.ids == left
    assert len(now.points) == len(now.mosaic) == len(now.clusters.labels) == now.info.works == 22
    old, new = np.asarray(before.neighbours), np.asarray(now.neighbours)
    for row, name in enumerate(left):
        near = [before.ids[i] for i in old[before.ids.index(name)] if before.ids[i] in left]
        assert [left[i] for i in new[row]] == near[: new.shape[1]]
    assert [c.works for c in now.clusters.clusters] == [11, 11]
    assert [left[row] for row in now.clusters.outliers] == ["w04"]
    assert "2 works were removed" in library.maps("demo")[0].stale


def test_who_waited_for_it_hears_that_it_is_gone_and_leaves_nothing(
    workspace: Workspace, demo: artsim.Collection
) -> None:
    waiting = Collection.open(workspace, "demo")
    Library(workspace).rename("demo", "prints", "ana")
    with pytest.raises(NotFound, match="no longer there"), waiting.lock("import"):
        pass
    assert [path.name for path in workspace.collections.glob("[!.]*")] == ["prints"]


def test_what_was_typed_is_kept_and_can_change_alone(
    workspace: Workspace, demo: artsim.Collection
) -> None:
    """The address stays where only the title changes; a link or a map is not made anew for it."""
    library = Library(workspace)
    before, stamp = library.info("demo"), library.collection("demo").stamp
    library.rename("demo", "demo", "ana", title="Müllers  Sammlung")
    assert (library.info("demo").title, library.called("demo")) == ("Müllers Sammlung",) * 2
    assert library.collection("demo").stamp == stamp
    with pytest.raises(InvalidInput, match="'Müllers Sammlung' already"):
        library.rename("demo", "demo", "ana", title="Müllers Sammlung")
    step = library.rename("demo", "moi-risunki", "ana", title="Мои рисунки")
    assert sentence(step) == "renamed Müllers Sammlung to Мои рисунки"
    assert library.called("moi-risunki") == "Мои рисунки"
    library.undo("moi-risunki", None, "ana")
    assert library.called("demo") == "Müllers Sammlung"
    library.rename("demo", "prints", "ana")
    assert (library.info("prints").title, library.called("prints")) == ("", "Prints")
    assert library.info("prints").embeddings == before.embeddings
