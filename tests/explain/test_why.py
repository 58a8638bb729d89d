"""Why two pictures are alike: exact shares, heat that was measured, what is seen, one sentence."""

import io
import json

import numpy as np
import pytest
from collection_kit import embed_with
from patches_kit import (
    BACKBONE,
    HOST,
    MOTIF,
    NAME,
    SOURCE,
    cut,
    jpeg_of,
    make_prints,
    scene,
    upload,
)
from PIL import Image

from artsim.cli.run import run
from artsim.core.errors import InvalidInput, NotFound
from artsim.core.workspace import Workspace
from artsim.explain.appearance import appearance, lab_of
from artsim.explain.heat import GRID, drops, heat_of, hidden
from artsim.explain.matches import matches
from artsim.explain.parts import shares
from artsim.library import Library
from artsim.search.query import Query
from artsim.search.query_item import Item


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Reading only."""
    workspace = Workspace.open(tmp_path_factory.mktemp("home"))
    made = make_prints(workspace, patches=False)
    vectors = {i: np.arange(3) + n for n, i in enumerate(("w0", "w1", "w2"))}
    embed_with(made, "elsewhere", "e" * 64, vectors)
    return Library(workspace)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("layout", [{}, {"style": 3, "artist": 5}])
def test_the_shares_add_up_to_the_score(metric, layout):
    a, b = np.random.default_rng(0).normal(size=(2, 8))
    found = shares(a, b, layout, metric)
    score = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
    if metric == "euclidean":
        score = -np.linalg.norm(a - b)
    assert sum(one.share for one in found) == pytest.approx(score, abs=1e-12)
    assert [one.name for one in found] == (list(layout) or ["whole"])
    assert [one.share for one in shares(a, 0 * a, {})] == [0]
    assert [one.share for one in shares(a, a, {}, "euclidean")] == [0]


def test_heat_is_where_hiding_lowers_the_score():
    pixels = scene(4)
    pixels = np.where(np.arange(pixels.shape[1])[:, None] < pixels.shape[1] // 2, pixels, 128)
    pixels = pixels.astype(np.uint8)

    def embed(some):
        # This backbone sees the upper left quarter alone.
        cut = [p[: p.shape[0] // 2, : p.shape[1] // 2].astype(float).std((0, 1)) for p in some]
        return np.stack([np.append(one, 5) for one in cut])

    heat = heat_of(drops(pixels, [1, 1, 1, 0], embed, "cosine"))
    assert heat.shape == (GRID, GRID)
    assert (heat.min(), heat.max()) == (0, 1)
    assert heat[: GRID // 2, : GRID // 2].sum() == pytest.approx(heat.sum())
    assert not heat_of(np.full((2, 2), -1.0)).any()


def test_what_is_hidden_is_those_places_and_no_others():
    cells = np.zeros((GRID, GRID), bool)
    cells[0, -1] = True
    changed = (hidden(scene(1), cells) != scene(1)).any(-1)
    assert changed[:20, -20:].mean() > 0.9
    assert not changed[45:].any()
    assert not changed[:, :260].any()


def test_colours_and_composition_are_compared():
    red, blue = (np.full((40, 50, 3), c, np.uint8) for c in ((200, 30, 30), (20, 40, 200)))
    both = np.concatenate([red, blue], axis=1)
    assert appearance(red, red).colours == 1
    assert appearance(red, blue).colours == 0
    assert appearance(red, both).colours == pytest.approx(0.5, abs=0.02)
    assert appearance(red, red).shared == ("#c81e1e",)
    assert appearance(red, red).composition is None
    assert appearance(scene(1), scene(1)[:, ::-1]).colours > 0.8
    assert appearance(scene(1), scene(1)).composition == pytest.approx(1)
    assert appearance(both, both[:, ::-1]).composition < -0.9
    np.testing.assert_allclose(lab_of(np.array([[255, 0, 0]])), [[53.24, 80.09, 67.20]], atol=0.02)


def test_corresponding_places_are_found_again():
    rng = np.random.default_rng(0)
    a = rng.normal(size=(10, 12, 12)).astype(np.float32)
    a /= np.linalg.norm(a, axis=-1, keepdims=True)
    b = np.roll(a, 3, axis=1)
    cold = np.zeros((6, 6))
    found = matches(a, b, cold, cold)
    assert len(found) == 8
    for one in found:
        assert one.score == pytest.approx(1, abs=1e-4)
        assert (one.b[0] - one.a[0]) % 1 == pytest.approx(0.25, abs=1e-3)
        assert one.b[1] == one.a[1]
        for box in (one.a, one.b):  # what lies at an edge is alike because it does
            assert 0 < box[0] < 0.91
            assert 0 < box[1] < 0.89
    left, right = np.where(np.arange(12) < 6, a, 0), np.where(np.arange(12) < 6, 0, a)
    assert matches(left, right, cold, cold) == ()


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_two_works_are_explained(library, metric):
    found = library.why(NAME, BACKBONE, Item(id=SOURCE), Item(id=HOST), metric)
    told = json.loads(json.dumps(found.to_json()))
    assert sum(one["share"] for one in told["parts"]) == pytest.approx(told["score"], abs=1e-5)
    assert [one["name"] for one in told["parts"]] == ["style", "hand"]
    for heat in (told["heat_a"], told["heat_b"]):
        assert np.shape(heat) == (GRID, GRID)
        assert 0 <= np.min(heat) <= np.max(heat) <= 1
    first = library.search(NAME, query(SOURCE, metric)).hits
    assert told["score"] == pytest.approx(next(h.score for h in first if h.id == HOST), abs=1e-5)
    assert told["sentence"].endswith(".")
    assert "colours" in told["sentence"]


def test_an_upload_is_explained_and_drawn(library):
    crop = Item(picture=upload(cut(scene(0), MOTIF)))
    found = library.why(NAME, BACKBONE, Item(id=SOURCE), crop)
    assert (found.a, found.b) == (SOURCE, "crop.jpg")
    image = Image.open(io.BytesIO(library.why_picture(NAME, found, Item(id=SOURCE), crop)))
    assert image.format == "PNG"
    assert image.height == 480


def test_embeddings_made_elsewhere_are_explained_without_heat(library):
    found = library.why(NAME, "elsewhere", Item(id="w0"), Item(id="w1"))
    assert [one.name for one in found.parts] == ["whole"]
    assert (found.heat_a.size, found.matches) == (0, ())
    assert 0.7 < found.score < 1


def test_what_cannot_be_compared_is_one_sentence(library):
    with pytest.raises(InvalidInput, match="compared with itself"):
        library.why(NAME, BACKBONE, Item(id="w1"), Item(id="w1", box=MOTIF))
    with pytest.raises(InvalidInput, match="words and concepts have no places"):
        library.why(NAME, BACKBONE, Item(concept="winter"), Item(id="w1"))
    with pytest.raises(NotFound, match="no artwork 'gone'"):
        library.why(NAME, BACKBONE, Item(id="w1"), Item(id="gone"))
    with pytest.raises(InvalidInput, match="no metric"):
        library.why(NAME, BACKBONE, Item(id="w1"), Item(id="w2"), "manhattan")


def test_regions_and_why_from_a_shell(library, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ARTSIM_HOME", str(library.workspace.root))
    crop = tmp_path / "crop.jpg"
    crop.write_bytes(jpeg_of(cut(scene(6), MOTIF)))
    search = ["search", NAME, "--backbone", BACKBONE, "--json", "--region"]
    assert run([*search, f"{crop}@0,0,1,1"]) == 1
    assert "artsim patches prints --backbone small" in capsys.readouterr().err
    assert run(["patches", NAME, "--backbone", BACKBONE, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["patches"][0]["count"] == 11
    assert run([*search, f"{crop}@0,0,1,1"]) == 0
    assert json.loads(capsys.readouterr().out)["results"][0]["id"] == "w6"
    assert run([*search, "w0@.25,.25,.5,.5", "--id", "w3"]) == 0
    assert all(hit["box"] for hit in json.loads(capsys.readouterr().out)["results"])
    assert run([*search, "w0@.25,.25,0,.5"]) == 1
    assert "has no area" in capsys.readouterr().err
    out = tmp_path / "why.png"
    why = ["why", NAME, "--backbone", BACKBONE, "--id", "w0"]
    assert run([*why, "--other", "w1", "--out", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["a"], told["b"]) == ("w0", "w1")
    assert Image.open(out).format == "PNG"
    assert run([*why, "--image", str(crop)]) == 0
    assert "style" in capsys.readouterr().out
    assert run(why) == 2


def query(artwork_id, metric):
    return Query(BACKBONE, id=artwork_id, metric=metric, k=20)
