"""Making, keeping and finding maps; what has changed since; bad input."""

import json
import time

import numpy as np
import pytest
from collection_kit import add_works
from maps_kit import DIGEST, config_of, embed, embeddings_of, engine_with, map_of, works_of

from artsim.collection import works as artworks
from artsim.core.errors import Cancelled, Conflict, InvalidInput, NotFound, Unreadable
from artsim.core.progress import NullProgress
from artsim.library import Library
from artsim.maps.make import make_map
from artsim.maps.storage import delete_map, find_map, list_maps, load_map, unreadable_maps
from artsim.tasks.kinds import KINDS
from artsim.tasks.queue import TaskQueue

pytestmark = pytest.mark.xdist_group("maps")  # one worker compiles UMAP, for 15 seconds


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """An engine over 60 works in three groups, and their map."""
    from artsim.core.workspace import Workspace

    library = engine_with(Workspace.open(tmp_path_factory.mktemp("maps")))
    return library, map_of(library)


def folder(library):
    return library.workspace.collections / "mine" / "maps"


def test_a_map_is_kept_whole_and_found_again(drawn) -> None:
    library, found = drawn
    info = found.info
    assert found.ids == [f"w{i:03}" for i in range(60)]
    assert found.points.shape == (60, 2)
    assert found.points.dtype == np.float32
    assert found.neighbours.shape == (60, 15)
    assert len({tuple(cell) for cell in found.mosaic.tolist()}) == 60
    assert info.digest == DIGEST
    assert 0.5 < info.trustworthiness <= 1
    assert 0.5 < info.continuity <= 1
    assert info.stale == ""
    assert list_maps(library, "mine") == [info]
    assert find_map(library, config_of()) == info
    assert find_map(library, config_of(seed=1)) is None
    assert json.loads(json.dumps(info.to_json()))["config"]["backbone"] == "tiny"
    assert not list(folder(library).glob(".*"))


def test_the_same_map_is_not_made_twice_and_is_the_same_elsewhere(drawn, workspace) -> None:
    library, found = drawn
    assert make_map(library, config_of()) == found.info
    again = map_of(engine_with(workspace))
    assert again.info.id == found.info.id
    assert (again.points == found.points).all()
    assert (again.mosaic == found.mosaic).all()
    assert (again.clusters.labels == found.clusters.labels).all()


def test_groups_of_the_space_are_clusters_with_names(drawn) -> None:
    _, found = drawn
    labels = np.asarray(found.clusters.labels)
    assert [cluster.number for cluster in found.clusters.clusters] == [0, 1, 2]
    for cluster in found.clusters.clusters:
        rows = np.flatnonzero(labels == cluster.number)
        assert len(set((rows % 3).tolist())) == 1
        assert cluster.works == len(rows)
        assert set(cluster.examples) <= set(rows.tolist())
        style = ("Cubism", "Baroque", "Ukiyo_e")[rows[0] % 3]
        assert style.replace("_", " ") in cluster.name
        assert cluster.purity["style"] == (style, 1.0)
        assert 0 < cluster.share <= 1


def test_a_map_can_be_deleted_and_then_is_nowhere(workspace) -> None:
    library = engine_with(workspace, 8)
    info = make_map(library, config_of())
    delete_map(library, "mine", info.id)
    assert list_maps(library, "mine") == []
    for lost in (info.id, "0" * 16, "nothing"):
        with pytest.raises(NotFound, match="There is no map"):
            load_map(library, "mine", lost)
        with pytest.raises(NotFound, match="There is no map"):
            delete_map(library, "mine", lost)
    with pytest.raises(InvalidInput):
        load_map(library, "mine", "../other")


def test_what_changed_since_is_said_and_made_good(workspace) -> None:
    library = engine_with(workspace, 20)
    first = make_map(library, config_of())
    collection = library.collection("mine")
    add_works(collection, [{"id": "x1"}, {"id": "x2"}])
    assert fresh(workspace).stale == ""  # without an embedding they are not on any map
    embed(collection, [{"id": "x1"}, {"id": "x2"}], embeddings_of(2, seed=1))
    artworks.remove(collection.uri, ["w003"])
    again = embeddings_of(20)[:1] + 1
    embed(collection, [{"id": "w000"}], again)
    said = fresh(workspace).stale
    assert said == (
        "Since the map was made, 2 works were added, 1 work was removed and "
        "1 work was embedded again from another picture."
    )
    anew = Library(workspace)
    info = make_map(anew, config_of())
    assert info.id != first.id
    assert info.works == 21
    assert [kept.id for kept in list_maps(anew, "mine")] == [info.id]


def test_other_metadata_does_not_make_a_map_stale(workspace) -> None:

    library = engine_with(workspace, 8)
    make_map(library, config_of())
    artworks.change_metadata(library.collection("mine").uri, {"w001": {"title": "Other"}})
    assert fresh(workspace).stale == ""


def test_other_weights_make_a_map_stale(workspace) -> None:
    library = engine_with(workspace, 8)
    make_map(library, config_of())
    collection = library.collection("mine")
    embed(collection, works_of(8), embeddings_of(8), digest="e" * 64)
    assert "other weights of 'tiny'" in fresh(workspace).stale


def fresh(workspace):
    """The only map, as an engine that has cached nothing sees it."""
    return list_maps(Library(workspace), "mine")[0]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_works_are_one_sentence(workspace, count) -> None:
    library = engine_with(workspace, 8, embeddings=np.zeros((8, 4)))
    if count:
        embed(library.collection("mine"), works_of(count), embeddings_of(count)[:, :4])
    with pytest.raises(InvalidInput, match=f"at least 4 works, and 'mine' has {count} with"):
        make_map(Library(workspace), config_of())
    assert not list(folder(library).glob("*"))


def test_few_works_have_fewer_neighbours_and_no_clusters(workspace) -> None:
    found = map_of(engine_with(workspace, 4), neighbours=15)
    assert found.info.notes == ("Fewer works than neighbours: 3 used.",)
    assert found.neighbours.shape == (4, 3)
    assert np.isfinite(found.points).all()
    assert found.clusters.clusters == []


def test_identical_embeddings_make_a_map_that_says_so(workspace) -> None:
    found = map_of(engine_with(workspace, 20, embeddings=np.ones((20, 4))))
    assert np.isfinite(found.points).all()
    assert len(np.unique(found.points, axis=0)) == 20
    assert "All embeddings are the same" in found.info.notes[0]


def test_unusable_embeddings_are_left_out_and_noted(workspace) -> None:
    vectors = embeddings_of(20)
    vectors[3], vectors[7, 0], vectors[9, 1] = 0, np.nan, np.inf
    library = engine_with(workspace, 20, embeddings=vectors)
    found = map_of(library)
    assert found.info.works == 17
    assert not {"w003", "w007", "w009"} & set(found.ids)
    assert "3 works are left out" in found.info.notes[0]
    assert fresh(workspace).stale == ""


def test_a_cancelled_map_leaves_nothing(workspace) -> None:
    library = engine_with(workspace, 12)
    for after in (1, 30, 505, 513):

        class Stops(NullProgress):
            left = after

            def advance(self, n=1):
                self.left -= n
                if self.left < 0:
                    raise Cancelled("stop")

        with pytest.raises(Cancelled):
            make_map(library, config_of(), Stops())
        assert list_maps(library, "mine") == []
        assert not folder(library).exists() or not list(folder(library).iterdir())


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_map_that_is_drawn_by_a_job_can_be_cancelled(workspace) -> None:
    library = engine_with(workspace, 4000)
    jobs = TaskQueue(workspace)
    job = jobs.submit("map", config_of())
    while (job := jobs.get(job.id)).active and not job.stage.startswith("Laying out the map"):
        time.sleep(0.1)
    assert job.state == "running"
    began = time.monotonic()
    jobs.cancel(job.id)
    assert jobs.wait(job.id, 240).state == "cancelled"
    assert time.monotonic() - began < 120  # the worker has 10 seconds, then it is killed
    assert list_maps(library, "mine") == []
    assert not list(folder(library).glob("*"))


def test_a_map_that_cannot_be_read_is_named_and_can_be_deleted(workspace) -> None:
    library = engine_with(workspace, 8)
    info = make_map(library, config_of())
    for name, text in (("a", "{"), ("b", "[]"), ("c", '{"format": 0}'), ("d", '{"format": 1}')):
        (folder(library) / name).mkdir()
        (folder(library) / name / "map.json").write_text(text, encoding="utf-8")
    assert list_maps(library, "mine") == [info]
    assert sorted(unreadable_maps(library, "mine")) == ["a", "b", "c", "d"]
    (folder(library) / info.id / "points.npy").write_bytes(b"")
    with pytest.raises(Unreadable, match="delete it and draw it again"):
        load_map(library, "mine", info.id)
    for name in unreadable_maps(library, "mine"):
        delete_map(library, "mine", name)
    assert list(folder(library).glob("*")) == []


def test_a_map_of_another_format_is_not_removed_by_the_next_one(workspace) -> None:
    engine = engine_with(workspace, 8)
    newer = folder(engine) / make_map(engine, config_of()).id / "map.json"
    newer.write_text('{"format": 99}', encoding="utf-8")
    make_map(engine, config_of(seed=1))
    assert newer.read_text(encoding="utf-8") == '{"format": 99}'


def test_two_backbones_give_two_maps_beside_each_other(workspace) -> None:
    library = engine_with(workspace, 30)
    collection = library.collection("mine")
    embed(collection, works_of(30), embeddings_of(30, seed=5), backbone="other")
    anew = Library(workspace)
    config = config_of(beside="other")
    info = make_map(anew, config)
    second = find_map(anew, config.turned())
    assert info.config == config
    assert second.config.backbone == "other"
    assert len(list_maps(anew, "mine")) == 2
    assert make_map(anew, config) == info


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"neighbours": 1}, "neighbours"),
        ({"neighbours": 201}, "neighbours"),
        ({"min_distance": 1.0}, "min_distance"),
        ({"min_distance": float("nan")}, "min_distance"),
        ({"dimensions": 4}, "dimensions"),
        ({"seed": -1}, "seed"),
        ({"metric": "manhattan"}, "metric"),
        ({"collection": "../up"}, "cannot name a collection"),
        ({"beside": "tiny"}, "of one backbone"),
    ],
)
def test_configs_that_make_no_sense(values, message) -> None:
    with pytest.raises(ValueError, match=message):
        config_of(**values)


def test_what_is_not_there_is_said(workspace) -> None:
    library = engine_with(workspace, 8)
    with pytest.raises(NotFound, match="no collection"):
        make_map(library, config_of(collection="none"))
    with pytest.raises(Conflict, match="artsim embed mine --backbone resnet18"):
        make_map(library, config_of(backbone="resnet18"))
    with pytest.raises(NotFound, match="no collection"):
        list_maps(library, "none")


def test_the_job_says_what_came_of_it(workspace) -> None:
    engine_with(workspace, 8)
    said = KINDS["map"].run(workspace, config_of(), NullProgress())
    assert said == "The map of 8 works of 'mine' with tiny is ready."
