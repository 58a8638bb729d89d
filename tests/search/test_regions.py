"""Searching by a region of a picture, in a real collection with patches of a real network."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from patches_kit import (
    BACKBONE,
    HOST,
    MOTIF,
    NAME,
    PASTED,
    SOURCE,
    add_scenes,
    cut,
    host,
    jpeg_of,
    make_prints,
    publish,
    scene,
    upload,
)

from artsim.backbones.build_patches import build_patches
from artsim.backbones.embed import embed_collection
from artsim.collection import patch_store
from artsim.collection.pictures import Placement
from artsim.collection.store import Collection
from artsim.core.errors import Conflict, InvalidInput
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.search.filters import Filters
from artsim.search.patch_gallery import NoPatches
from artsim.search.query import Query
from artsim.search.query_item import MAX_REGIONS, Item, region_of_text

WHOLE = (0, 0, 1, 1)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Reading only."""
    workspace = Workspace.open(tmp_path_factory.mktemp("home"))
    make_prints(workspace)
    return Library(workspace)


def ask(library, *like, **options):
    return library.search(NAME, Query(BACKBONE, like=like, **options))


def overlap(one, other):
    width, height = (
        min(one[i] + one[i + 2], other[i] + other[i + 2]) - max(one[i], other[i]) for i in (0, 1)
    )
    both = max(width, 0) * max(height, 0)
    return both / (one[2] * one[3] + other[2] * other[3] - both)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize(("work", "box"), [(3, (0.1, 0.4, 0.5, 0.5)), (7, (0.5, 0.1, 0.36, 0.36))])
def test_a_crop_finds_its_picture_and_where_it_was_cut(library, work, box, metric):
    crop = upload(cut(scene(work), box))
    found = ask(library, Item(picture=crop, box=WHOLE), metric=metric)
    assert found.hits[0].id == f"w{work}"
    assert overlap(found.hits[0].box, box) > 0.5
    scores = [hit.score for hit in found.hits]
    assert scores == sorted(scores, reverse=True)
    boxes = np.array([hit.box for hit in found.hits])
    assert (boxes > -1e-9).all()
    assert (boxes[:, :2] + boxes[:, 2:] <= 1.0001).all()
    assert (boxes[:, 2:] > 0.1).all()


def test_a_region_of_a_work_finds_the_motif_elsewhere_and_never_itself(library):
    found = ask(library, Item(id=SOURCE, box=MOTIF))
    assert found.hits[0].id == HOST
    assert overlap(found.hits[0].box, PASTED) > 0.4
    assert SOURCE not in {hit.id for hit in found.hits}
    assert found.to_json()["query"]["like"] == ["w0@0.25,0.25,0.5,0.5"]
    kept = ask(library, Item(id=SOURCE, box=MOTIF), filters=Filters(where="artist = 'Someone'"))
    assert HOST not in {hit.id for hit in kept.hits}
    assert kept.candidates == 9


def test_regions_mix_with_works_and_with_what_is_not_liked(library):
    motif = Item(id=SOURCE, box=MOTIF)
    mixed = ask(library, motif, Item(id="w5"))
    assert not {SOURCE, "w5"} & {hit.id for hit in mixed.hits}
    assert all(hit.box for hit in mixed.hits)
    alone = {hit.id: hit.score for hit in ask(library, motif).hits}
    heavy = ask(library, motif, Item(id="w5", weight=1000), k=20)
    by_work = library.search(NAME, Query(BACKBONE, id="w5", k=20))
    whole = {hit.id: hit.score for hit in by_work.hits}
    assert {hit.id: hit.score for hit in heavy.hits} == pytest.approx(
        {i: score for i, score in whole.items() if i != SOURCE}, abs=0.002
    )
    away = ask(library, motif, unlike=(Item(picture=upload(host()), box=PASTED),))
    assert away.hits[0].score < alone[HOST] - 0.2
    assert "w6" not in {hit.id for hit in ask(library, motif, unlike=(Item(id="w6"),)).hits}
    without = ask(library, Item(id="w5"), unlike=(motif,), k=20)
    lost = {hit.id: whole[hit.id] - hit.score for hit in without.hits}
    assert {hit.box for hit in without.hits} == {None}
    assert max(lost, key=lambda one: lost[one]) == HOST


@pytest.mark.parametrize(
    ("box", "sentence"),
    [
        ((0.2, 0.2, 0, 0.5), "has no area"),
        ((0.2, 0.2, 0.5, -0.1), "has no area"),
        ((0.8, 0, 0.5, 0.5), "outside the picture"),
        ((-0.2, 0, 0.1, 0.5), "outside the picture"),
        ((float("nan"), 0, 1, 1), "four numbers"),
        ((0, 0, 1), "four numbers"),
        ("abcd", "four numbers"),
        ((0.5, 0.5, 0.01, 0.01), "too few to tell a motif"),
    ],
)
def test_a_region_that_shows_nothing_is_one_sentence(library, box, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        ask(library, Item(id="w1", box=box))


def test_too_many_regions_and_a_text_that_is_none(library):
    with pytest.raises(InvalidInput, match="part of a work or of a picture"):
        Item(concept="winter", box=MOTIF)
    boxes = [Item(id="w1", box=(0, 0, 0.5, 0.1 + i / 100)) for i in range(MAX_REGIONS + 1)]
    with pytest.raises(InvalidInput, match="at most 8"):
        ask(library, *boxes)
    assert region_of_text("a@b@0,0,.5,.5") == ("a@b", (0, 0, 0.5, 0.5))
    for text in ("w1", "w1@0,0,1", "w1@a,b,c,d", "@"):
        with pytest.raises(InvalidInput, match="is no region"):
            region_of_text(text)


def test_without_patches_a_search_says_what_builds_them_and_builds_nothing(workspace):
    made = make_prints(workspace, patches=False)
    version, library = made.version, Library(workspace)
    with pytest.raises(NoPatches, match=f"run 'artsim patches {NAME} --backbone {BACKBONE}'"):
        ask(library, Item(id="w1", box=MOTIF))
    assert issubclass(NoPatches, Conflict)
    assert (made.version, patch_store.patch_columns(made)) == (version, [])
    assert len(ask(library, Item(id="w1")).hits) == 10


def test_patches_follow_the_works(workspace):
    made = make_prints(workspace)
    library = Library(workspace)
    again = build_patches(workspace, made, BACKBONE)
    assert (again.pictures, again.skipped) == (0, 11)
    assert 9_000 < again.bytes_each < 11_000
    add_scenes(made, {"new": scene(50)})
    embed_collection(workspace, made, BACKBONE, inference="torch")
    library.refresh(NAME)
    crop = Item(picture=upload(cut(scene(50), MOTIF)), box=WHOLE)
    found = ask(library, crop, k=20)
    assert "new" not in {hit.id for hit in found.hits}
    assert "1 work has no patches yet" in found.note
    made.pictures.put(
        [Placement("back.jpg", "w2", "verso").values() | {"id": "b", "image": jpeg_of(scene(60))}]
    )
    embed_collection(workspace, made, BACKBONE, inference="torch")
    assert build_patches(workspace, made, BACKBONE).pictures == 2
    library.refresh(NAME)
    assert ask(library, crop).hits[0].id == "new"
    assert not ask(library, crop).note
    back = ask(library, Item(picture=upload(cut(scene(60), MOTIF)), box=WHOLE)).hits[0]
    assert (back.id, back.image) == ("w2", "back.jpg")
    assert overlap(back.box, MOTIF) > 0.4
    # Other weights of the same name are another backbone: its patches go when new ones are made.
    for file in workspace.checkpoints.joinpath(BACKBONE).iterdir():
        file.unlink()
    workspace.checkpoints.joinpath(BACKBONE).rmdir()
    publish(workspace, seed=1)
    library = Library(workspace)
    embed_collection(workspace, made, BACKBONE, inference="torch")
    with pytest.raises(NoPatches):
        ask(library, Item(id="w1", box=MOTIF))
    assert build_patches(workspace, made, BACKBONE).pictures == 13
    (column,) = patch_store.patch_columns(Collection.open(workspace, NAME))
    assert column.count == 12
    # Where the basis is lost, all of it is made anew and no number is read along other directions.
    made.folder.write(f"patches_{BACKBONE}.json", "{")
    library.refresh(NAME)
    assert build_patches(workspace, made, BACKBONE).pictures == 13
    assert np.isfinite(ask(Library(workspace), Item(id=SOURCE, box=MOTIF)).hits[0].score)


def test_a_server_makes_its_network_fast_and_finds_the_same_for_many_at_once(library):
    server = Library(library.workspace)
    networks, spec = server.patches.networks, server.resolve(BACKBONE)
    networks.expect()
    items = [Item(id=SOURCE, box=(0.1 + i / 100, 0.2, 0.5, 0.5)) for i in range(24)]

    def network():
        with networks.looking(spec) as found:
            return found

    with ThreadPoolExecutor(4) as people:
        first = network()
        found = list(people.map(partial(ask, server), items[:4]))
        latest = time.monotonic() + 60
        while network() is first:
            assert time.monotonic() < latest
            time.sleep(0.05)
        found += people.map(partial(ask, server), items[4:])
    for item, answer in zip(items, found, strict=True):
        expected = ask(library, item)
        assert [hit.id for hit in answer.hits] == [hit.id for hit in expected.hits]
        assert answer.hits[0].box == pytest.approx(expected.hits[0].box)
