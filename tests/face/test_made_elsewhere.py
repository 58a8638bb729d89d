"""Embeddings that were made elsewhere serve as those of any backbone."""

import hashlib
import json

import numpy as np
import pytest
from face_kit import COUNT, DIGEST, make_demo, vectors, works_of

import artsim
from artsim.cli.run import run
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace
from artsim.library import Library

MODEL = hashlib.sha256(b"some weights").hexdigest()
IDS = [work["id"] for work in works_of()]


def test_they_are_searched_evaluated_and_mapped(demo) -> None:
    rows = vectors(seed=3).astype(np.float64) * 5
    made = demo.add_embeddings("ours", IDS, rows, digest=MODEL, licence="CC0", origin="a notebook")
    assert (made.digest, made.ids) == (MODEL, IDS)
    np.testing.assert_array_equal(made.matrix, rows.astype(np.float32))
    nearest = demo.search("ours", like=["w03"], k=7).to_pandas()
    assert nearest["artist"].unique().tolist() == ["Artist 0"]
    figures = demo.evaluate(["ours", "tiny"], relevance="artist", k=5).to_pandas()
    assert figures.set_index("backbone")["map_at_k"].tolist() == [1.0, 1.0]
    drawn = demo.map("ours").to_pandas()
    assert sorted(drawn.index) == IDS
    line = demo.backbones.loc["ours"]
    assert line[["digest", "dimension", "works", "elsewhere"]].tolist() == [MODEL, 8, COUNT, True]
    assert line[["licence", "origin"]].tolist() == ["CC0", "a notebook"]
    assert not demo.backbones.loc["tiny", "elsewhere"]


def test_commands_and_other_processes_know_them(demo, workspace: Workspace, capsys) -> None:
    demo.add_embeddings("ours", IDS, vectors(), digest=MODEL)
    assert run(["search", "demo", "--backbone", "ours", "--id", "w03", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["digest"] == MODEL
    assert Library(workspace).gallery("demo", "ours").ids == IDS


def test_without_a_digest_they_are_their_own(demo) -> None:
    made = demo.add_embeddings("ours", IDS, vectors())
    order = np.random.default_rng(0).permutation(COUNT)
    again = demo.add_embeddings("ours", [IDS[i] for i in order], vectors()[order])
    assert again.digest == made.digest
    np.testing.assert_array_equal(again.matrix, made.matrix)


def test_any_text_may_be_a_digest(demo) -> None:
    made = demo.add_embeddings("ours", IDS, vectors(), digest="clip 2")
    assert made.digest == hashlib.sha256(b"clip 2").hexdigest()


def test_more_of_the_same_model_are_added(demo) -> None:
    demo.add_embeddings("ours", IDS[:10], vectors()[:10], digest=MODEL)
    assert len(demo.add_embeddings("ours", IDS[5:], vectors()[5:] * 2, digest=MODEL)) == COUNT
    found = demo.embeddings("ours").to_pandas()
    np.testing.assert_array_equal(found.loc["w04"], vectors()[4])
    np.testing.assert_array_equal(found.loc["w07"], vectors()[7] * 2)


def test_those_of_another_model_take_their_place_only_where_that_is_said(demo) -> None:
    demo.add_embeddings("ours", IDS, vectors(), digest=MODEL)
    other = {"name": "ours", "ids": IDS[:4], "matrix": np.ones((4, 3)), "digest": "a" * 64}
    with pytest.raises(artsim.Conflict, match=f"other weights called 'ours' .{MODEL[:12]}"):
        demo.add_embeddings(**other)
    assert demo.embeddings("ours").digest == MODEL
    assert demo.add_embeddings(**other, replace=True).matrix.shape == (4, 3)
    assert demo.backbones.loc["ours", "digest"] == "a" * 64


def test_one_digest_is_one_shape(demo) -> None:
    demo.add_embeddings("ours", IDS, vectors(), digest=MODEL)
    for replace in (False, True):
        with pytest.raises(artsim.Conflict, match="embeddings of 8 numbers from 'ours'"):
            demo.add_embeddings("ours", IDS, np.ones((COUNT, 3)), digest=MODEL, replace=replace)


def test_a_picture_cannot_ask_where_there_is_no_model(demo) -> None:
    demo.add_embeddings("ours", IDS, vectors())
    with pytest.raises(artsim.InvalidInput, match="made elsewhere: search with one of its works"):
        demo.search("ours", like=[demo.picture("w03")])


def test_a_work_without_one_cannot_ask(demo) -> None:
    demo.add_embeddings("ours", IDS[:4], vectors()[:4])
    with pytest.raises(artsim.Conflict, match="'w09' has no embedding of 'ours', which were made"):
        demo.search("ours", like=["w09"])


def test_a_frame_and_ids_of_its_index_may_be_given(demo) -> None:
    frame = demo.embeddings("tiny").to_pandas() * 2
    made = demo.add_embeddings("doubled", frame.index, frame)
    np.testing.assert_array_equal(made.matrix, demo.embeddings("tiny").matrix * 2)


def test_the_array_cannot_be_written_to(demo) -> None:
    made = demo.embeddings("tiny")
    with pytest.raises(ValueError, match="read-only"):
        made.matrix[0, 0] = 1
    frame = made.to_pandas()
    frame.iloc[0, 0] = 7
    made.ids.clear()
    assert demo.embeddings("tiny").matrix[0, 0] == vectors()[0, 0]
    assert demo.embeddings("tiny").ids == IDS


GOOD = {"name": "ours", "ids": IDS[:3], "matrix": np.ones((3, 4)), "digest": MODEL}
BAD = [
    ({"name": "Ours!"}, artsim.InvalidInput, "cannot name a backbone"),
    ({"name": "resnet50"}, artsim.Conflict, "'resnet50' is a backbone of this workspace"),
    ({"name": "tiny"}, artsim.Conflict, f"other weights called 'tiny' .{DIGEST[:12]}"),
    ({"digest": ""}, artsim.InvalidInput, "digest must be a text that changes"),
    ({"digest": 7}, artsim.InvalidInput, "digest must be a text that changes"),
    ({"matrix": np.ones(3)}, artsim.InvalidInput, "shape .3.: give one row a work"),
    ({"matrix": np.ones((3, 0))}, artsim.InvalidInput, "shape .3, 0."),
    ({"matrix": np.ones((3, 1, 2))}, artsim.InvalidInput, "shape .3, 1, 2."),
    ({"matrix": [["a"], ["b"], ["c"]]}, artsim.InvalidInput, "array of numbers"),
    ({"matrix": [[1.0], [2.0, 3.0], [1.0]]}, artsim.InvalidInput, "array of numbers"),
    ({"matrix": np.ones((2, 4))}, artsim.InvalidInput, "3 ids and 2 embeddings"),
    ({"matrix": np.ones((3, 65_537))}, artsim.InvalidInput, "65,537 numbers, and 65,536"),
    ({"matrix": [[1.0], [0.0], [1.0]]}, artsim.InvalidInput, "'w01' is zero or not finite"),
    (
        {"matrix": [[1.0], [np.nan], [np.inf]]},
        artsim.InvalidInput,
        "'w01' is zero or not finite, and 1 more are: leave",
    ),
    ({"matrix": [[1.0], [1e300], [1.0]]}, artsim.InvalidInput, "'w01' is zero or not finite"),
    ({"ids": ["w00", "w00", "w01"]}, artsim.InvalidInput, "'w00' is given twice"),
    ({"ids": [0, 1, 2]}, artsim.InvalidInput, "Ids are text: write '0' instead of 0"),
    (
        {"ids": ["w00", "x", "y"]},
        artsim.NotFound,
        r"2 of the 3 ids are not in 'demo' .'x', 'y'.: leave them out",
    ),
]


@pytest.mark.parametrize(("changes", "error", "message"), BAD)
def test_what_cannot_be_added_gets_one_sentence(demo, changes, error, message) -> None:
    before = demo.backbones
    with pytest.raises(error, match=message) as caught:
        demo.add_embeddings(**GOOD | changes)
    assert "\n" not in str(caught.value)
    assert demo.backbones.equals(before)


def test_a_collection_that_is_gone_is_named(demo, workspace: Workspace) -> None:
    Collection.open(workspace, "demo").delete()
    for ask in (demo.to_pandas, demo.quality, lambda: demo.add_embeddings(**GOOD)):
        with pytest.raises(artsim.NotFound, match="no collection 'demo'"):
            ask()
    make_demo(workspace)
    assert len(demo) == COUNT
