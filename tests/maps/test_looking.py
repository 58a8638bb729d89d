"""What is asked of a map: colours, make-up, placing, alignment, mosaic, preview."""

import io

import numpy as np
import pytest
from maps_kit import (
    STYLES,
    config_of,
    embed,
    embeddings_of,
    engine_with,
    map_of,
    works_of,
)
from PIL import Image

from artsim.collection import works as artworks
from artsim.core.errors import InvalidInput, NotFound
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.maps.alignment import aligned, procrustes
from artsim.maps.colouring import OTHER, UNKNOWN, category, choices, colour_by
from artsim.maps.composition import composition
from artsim.maps.labels import century_name, century_of
from artsim.maps.mosaic import dealt, mosaic, neighbours_kept
from artsim.maps.mosaic_image import fitting_side, picture
from artsim.maps.out_of_sample import fuzzy_weights, place, place_embeddings, settled
from artsim.maps.preview import pca_points
from artsim.maps.storage import find_map, load_map
from artsim.search.filters import Filters
from artsim.search.query import Query


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """An engine over 60 works in three groups, embedded twice, and their two maps."""
    workspace = Workspace.open(tmp_path_factory.mktemp("looking"))
    library = engine_with(workspace)
    other = embeddings_of(seed=3)
    other[[0, 1]] = other[[1, 0]]  # this backbone takes these two for each other
    embed(library.collection("mine"), works_of(), other, backbone="other")
    library = Library(workspace)
    first = map_of(library, beside="other")
    second = load_map(library, "mine", find_map(library, config_of(beside="other").turned()).id)
    return library, first, second


def test_what_a_map_can_be_coloured_by(drawn) -> None:
    library, found, _ = drawn
    offered = choices(library, found)
    assert offered[:4] == ["style", "artist", "century", "cluster"]
    assert {"title", "year"} <= set(offered)
    assert "genre" not in offered  # no work has one
    for by in [*offered, "none"]:
        colouring = colour_by(library, found, by)
        assert colouring.codes.shape == (60,)
        assert len(colouring.names) == len(colouring.counts) <= 8
        for code, count in enumerate(colouring.counts):
            assert (colouring.codes == code).sum() == count


def test_labels_years_and_matches_as_colours(drawn) -> None:
    library, found, _ = drawn
    style = colour_by(library, found, "style")
    assert sorted(style.names) == sorted(STYLES)
    assert style.counts == [20, 20, 20]
    years = colour_by(library, found, "century")
    assert years.kind == "sequence"
    assert years.names == ["17th century"]
    assert (years.codes == UNKNOWN).sum() == np.isnan(years.values).sum() == 12
    assert "12 works is not known" in years.note
    match = colour_by(library, found, "match:w000")
    same = np.arange(60) % 3 == 0
    assert np.isnan(match.values[0])  # the query itself is not among its matches
    assert np.nanmin(match.values[same]) > np.nanmax(match.values[~same])


@pytest.mark.parametrize("by", ["", "nothing", "id", "image", "emb_tiny"])
def test_what_a_map_cannot_be_coloured_by(drawn, by) -> None:
    library, found, _ = drawn
    with pytest.raises(InvalidInput, match="choose style, artist"):
        colour_by(library, found, by)
    with pytest.raises(NotFound):
        colour_by(library, found, "match:nobody")


def test_many_values_one_value_and_none() -> None:
    many = category("title", [f"t{i}" for i in range(50_000)] + ["t7", ""])
    assert many.names[0] == "t7"
    assert many.counts[0] == 2
    assert (many.codes == OTHER).sum() == 50_000 - 8
    assert many.codes[-1] == UNKNOWN
    assert "8 commonest of 50,000" in many.note
    assert "has the same one" in category("style", ["a", "a", ""]).note
    assert category("style", ["", ""]).names == []


@pytest.mark.parametrize(
    ("year", "name"),
    [
        (1, "1st century"),
        (100, "1st century"),
        (101, "2nd century"),
        (1900, "19th century"),
        (1901, "20th century"),
        (2024, "21st century"),
        (1150, "12th century"),
        (-1, "1st century BC"),
        (-100, "1st century BC"),
        (-101, "2nd century BC"),
        (0, "1st century BC"),
    ],
)
def test_centuries_as_historians_count_them(year, name) -> None:
    assert century_name(century_of(year)) == name


def test_the_make_up_of_a_selection_against_the_whole(drawn) -> None:
    library, found, _ = drawn
    parts = composition(library, found, np.arange(0, 60, 3))
    style = next(part for part in parts if part.label == "style")
    assert (style.value, style.count, style.share) == ("Cubism", 20, 1.0)
    assert style.whole == pytest.approx(1 / 3)
    assert style.ratio == pytest.approx(3)
    assert parts[0].ratio >= parts[-1].ratio
    assert composition(library, found, []) == []
    assert all(
        part.ratio == pytest.approx(1) for part in composition(library, found, np.arange(60))
    )


def test_a_work_lies_where_it_is_and_its_neighbours_are_those_of_the_search(drawn) -> None:
    library, found, _ = drawn
    placed = place(library, found, Query("tiny", id="w000", k=5))
    assert (placed.point == found.points[0]).all()
    hits = library.search("mine", Query("tiny", id="w000", k=5)).hits
    assert [found.ids[row] for row in placed.rows] == [hit.id for hit in hits]
    assert placed.scores == [hit.score for hit in hits]
    assert len(placed.torn) == 5
    only = Filters(styles=("Baroque",))
    filtered = place(library, found, Query("tiny", id="w000", k=3, filters=only))
    assert {row % 3 for row in filtered.rows} == {1}
    assert (filtered.point == placed.point).all()
    assert all(filtered.torn)  # another group, far away


def test_new_works_are_placed_in_their_group_and_nothing_moves(drawn) -> None:
    library, found, _ = drawn
    before = found.points.copy()
    gallery = library.gallery("mine", "tiny")
    new = embeddings_of(30, seed=9)
    points = place_embeddings(found, gallery, new)
    assert points.shape == (30, 2)
    middles = np.array([found.points[i::3].mean(axis=0) for i in range(3)])
    closest = np.square(points[:, None] - middles).sum(axis=2).argmin(axis=1)
    assert (closest == np.arange(30) % 3).mean() > 0.9
    assert (place_embeddings(found, gallery, new[4:5])[0] == points[4]).all()
    assert (found.points == before).all()


def test_a_query_of_another_backbone_is_refused(drawn) -> None:
    library, found, _ = drawn
    with pytest.raises(InvalidInput, match="ask with that backbone"):
        place(library, found, Query("other", id="w000"))
    with pytest.raises(NotFound):
        place(library, found, Query("tiny", id="nobody"))


def test_a_work_between_two_groups_is_placed_in_the_larger() -> None:
    points = np.array([(0, 0), (0.1, 0), (0, 0.1), (9, 9), (9.1, 9)], np.float32)
    rows, distances = np.arange(5)[None], np.full((1, 5), 0.5)
    assert np.hypot(*settled(points, rows, distances)[0]) < 0.5
    assert settled(points, rows[:0], distances[:0]).shape == (0, 2)
    assert (settled(points, rows[:, :1], distances[:, :1])[0] == points[0]).all()


def test_fuzzy_weights_sum_to_what_umap_wants() -> None:
    distances = np.sort(np.random.default_rng(0).uniform(0.2, 0.9, (50, 15)), axis=1)
    weights = fuzzy_weights(distances)
    assert np.allclose(weights.sum(axis=1), np.log2(16), atol=1e-6)
    assert (np.diff(weights, axis=1) <= 0).all()
    assert (fuzzy_weights(np.zeros((1, 4))) == 1).all()


def test_a_turned_mirrored_and_scaled_map_is_laid_back() -> None:
    onto = np.random.default_rng(0).normal(size=(40, 2))
    turned = onto @ np.array([[0.0, 1.0], [1.0, 0.0]]) * 3 + 7
    turn, shift, residual = procrustes(onto, turned)
    assert np.allclose(turned @ turn + shift, onto)
    assert residual == pytest.approx(0, abs=1e-12)
    assert procrustes(onto, np.ones((40, 2)))[2] == 1


def test_two_maps_are_aligned_and_works_that_moved_are_named(drawn) -> None:
    _, first, second = drawn
    found = aligned(first, second)
    assert found.ids == first.ids
    assert found.second_points.shape == (60, 2)
    assert 0 <= found.residual < 0.9
    assert set(found.moved[:2]) == {0, 1}
    assert found.shares[:2] == [0, 0]
    assert found.shares == sorted(found.shares)
    laid = found.laid(second.points[found.second_rows])
    assert np.allclose(laid, found.second_points, atol=1e-5)
    itself = aligned(first, first)
    assert itself.residual == pytest.approx(0, abs=1e-9)
    assert set(itself.shares) == {1.0}


def test_maps_that_cannot_be_aligned(drawn, workspace) -> None:
    _, first, _ = drawn
    small = map_of(engine_with(workspace, 6, works=[{"id": f"z{i}"} for i in range(6)]))
    with pytest.raises(InvalidInput, match="share only 0 works"):
        aligned(first, small)
    space = map_of(Library(workspace), dimensions=3)
    with pytest.raises(InvalidInput, match="flat map"):
        aligned(first, space)


@pytest.mark.parametrize("count", [1, 2, 3, 5, 17, 100, 677])
def test_a_mosaic_gives_every_work_a_cell_of_its_own(count) -> None:
    points = np.random.default_rng(0).normal(size=(count, 2)).astype(np.float32)
    grid = mosaic(points)
    cells = {tuple(cell) for cell in grid.tolist()}
    assert len(cells) == count
    columns, lines = grid.max(axis=0) + 1
    assert (lines - 1) * columns < count <= lines * columns
    assert sorted(dealt(points, int(columns)).tolist()) == list(range(count))
    assert (mosaic(points) == grid).all()


def test_a_mosaic_keeps_neighbours_and_what_is_up() -> None:
    rng = np.random.default_rng(0)
    points = (rng.normal(size=(600, 2)) + 8 * rng.integers(0, 3, (600, 2))).astype(np.float32)
    grid = mosaic(points)
    apart = np.square(points[:, None] - points).sum(axis=2)
    near = np.argsort(apart, axis=1)[:, 1:16].astype(np.int32)
    kept = neighbours_kept(grid, near)
    assert kept > 0.6
    assert kept > 10 * neighbours_kept(grid, rng.permuted(near, axis=1)[rng.permutation(600)])
    assert np.corrcoef(grid[:, 0], points[:, 0])[0, 1] > 0.8
    assert np.corrcoef(grid[:, 1], -points[:, 1])[0, 1] > 0.8


@pytest.mark.parametrize(("ending", "form"), [("webp", "WEBP"), ("png", "PNG")])
def test_the_mosaic_as_a_picture(drawn, ending, form) -> None:
    library, found, _ = drawn
    image = Image.open(io.BytesIO(picture(library, found, 8, None, ending)))
    columns, lines = np.asarray(found.mosaic).max(axis=0) + 1
    assert image.format == form
    assert image.size == (columns * 8, lines * 8)
    if ending == "png":
        column, line = found.mosaic[1]
        shown = np.asarray(image.convert("RGB"))[line * 8 + 4, column * 8 + 4]
        assert np.allclose(shown, (37, 91, 120), atol=12)  # the colour of the second work


def test_a_part_of_the_mosaic_to_print(drawn) -> None:
    library, found, _ = drawn
    assert picture(library, found, 8, [1, 5, 9], "pdf").startswith(b"%PDF")
    part = Image.open(io.BytesIO(picture(library, found, 8, [1, 5, 9], "png")))
    assert part.width * part.height <= 4 * 64
    for rows, side, ending in (
        ([60], 8, "png"),
        ([-1], 8, "png"),
        (None, 2, "png"),
        (None, 8, "gif"),
    ):
        with pytest.raises(InvalidInput):
            picture(library, found, side, rows, ending)
    with pytest.raises(InvalidInput, match="no kind of picture"):
        picture(library, found, 8, None, "gif")
    assert fitting_side(256, 387, 259) * 387 <= 16_000


def test_a_preview_comes_before_the_map(drawn) -> None:
    library, found, _ = drawn
    ids, points = pca_points(library, "mine", "tiny")
    assert ids == found.ids
    assert points.shape == (60, 2)


def test_a_work_that_is_gone_keeps_its_place(workspace) -> None:
    library = engine_with(workspace, 12)
    found = map_of(library)
    artworks.remove(library.collection("mine").uri, ["w004"])
    anew = Library(workspace)
    assert colour_by(anew, found, "style").codes[4] == UNKNOWN
    assert len(composition(anew, found, np.arange(12)))
    assert len(place(anew, found, Query("tiny", id="w000", k=11)).rows) == 10
    assert picture(anew, found, 8)
