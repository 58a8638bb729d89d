"""Shapes on a map, and the works inside them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artsim.core.errors import InvalidInput
from artsim.maps.selection import MOST_CORNERS, Shape, rows_in

GRID = np.array([(x, y) for y in range(4) for x in range(4)], np.float32)
numbers = st.floats(-50, 50, allow_nan=False, width=32)


def test_a_box_holds_its_edge_whichever_corners_are_given() -> None:
    expected = [5, 6, 9, 10]
    for corners in (((1, 1), (2, 2)), ((2, 1), (1, 2)), ((2, 2), (1, 1))):
        assert rows_in(GRID, Shape("box", corners)).tolist() == expected


def test_a_lasso_follows_its_outline() -> None:
    l_shape = ((-0.5, -0.5), (3.5, -0.5), (3.5, 0.5), (0.5, 0.5), (0.5, 3.5), (-0.5, 3.5))
    assert rows_in(GRID, Shape("lasso", l_shape)).tolist() == [0, 1, 2, 3, 4, 8, 12]


def test_what_a_lasso_goes_round_twice_is_outside() -> None:
    once = ((-1, -1), (4, -1), (4, 4), (-1, 4))
    inner = ((0.5, 0.5), (2.5, 0.5), (2.5, 2.5), (0.5, 2.5))
    shape = Shape("lasso", (*once, once[0], *inner, inner[0]))
    assert set(range(16)) - set(rows_in(GRID, shape).tolist()) == {5, 6, 9, 10}


@pytest.mark.parametrize("shape", [((0, 0), (5, 0), (9, 0)), ((1, 1), (1, 1), (1, 1))])
def test_a_lasso_without_an_inside_holds_nothing(shape) -> None:
    assert not len(rows_in(GRID + np.float32(0.25), Shape("lasso", shape)))


def test_points_in_space_count_by_their_first_two_coordinates_and_nan_is_never_inside() -> None:
    points = np.array([(0, 0, 99), (np.nan, 0, 0), (0, np.nan, 0)], np.float32)
    everything = Shape("box", ((-9, -9), (9, 9)))
    assert rows_in(points, everything).tolist() == [0]
    assert not len(rows_in(points[:0], everything))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(numbers, numbers), min_size=3, max_size=12))
def test_a_lasso_holds_what_another_implementation_finds(path) -> None:
    points = np.random.default_rng(0).uniform(-50, 50, (60, 2))
    found = set(rows_in(points, Shape("lasso", tuple(path))).tolist())
    ours = np.array([row in found for row in range(60)])
    assert (ours == even_odd(points, path)).all()


def even_odd(points, path):
    """Crossings counted one edge at a time."""
    inside = np.zeros(len(points), bool)
    for (x0, y0), (x1, y1) in zip(path, [*path[1:], path[0]], strict=True):
        for i, (x, y) in enumerate(points):
            if (y0 > y) != (y1 > y) and x < x0 + (y - y0) / (y1 - y0) * (x1 - x0):
                inside[i] = not inside[i]
    return inside


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(numbers, numbers), min_size=3, max_size=12))
def test_a_shape_survives_the_address(path) -> None:
    shape = Shape("lasso", tuple(path))
    again = Shape.from_text(shape.to_text())
    assert np.allclose(again.path, shape.path, atol=5.1e-5)
    assert again.to_text() == shape.to_text()


def test_a_long_lasso_is_thinned_for_the_address() -> None:
    angles = np.linspace(0, 6.28, 5_000)
    shape = Shape("lasso", tuple((float(np.cos(a)), float(np.sin(a))) for a in angles))
    again = Shape.from_text(shape.to_text())
    assert len(again.path) <= MOST_CORNERS
    assert len(shape.to_text()) < 8_000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no shape: write"),
        ("box", "is no shape: write"),
        ("box:1,2,3", "is no shape: write"),
        ("box:1,2", "two corners"),
        ("box:1,2,3,4,5,6", "two corners"),
        ("lasso:1,2,3,4", "three points"),
        ("circle:1,2,3,4", "draw a box or a lasso"),
        ("box:1,2,nan,4", "numbers on the map"),
        ("box:1,2,inf,4", "numbers on the map"),
        ("box:1,2,1e300,4", "numbers on the map"),
        ("lasso:" + ",".join(["1"] * 802), "at most 400 points"),
        ("lasso:" + "9" * 50_000, "at most 400 points"),
        ("box:<script>,1,2,3", "is no shape: write"),
    ],
)
def test_text_that_is_no_shape(text: str, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        Shape.from_text(text)


def test_a_lasso_over_many_points_is_quick_to_answer() -> None:
    points = np.random.default_rng(0).normal(size=(100_000, 2)).astype(np.float32)
    angles = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    circle = tuple((float(np.cos(a)), float(np.sin(a))) for a in angles)
    found = rows_in(points, Shape("lasso", circle))
    inside = np.hypot(*points.T)
    assert set(np.flatnonzero(inside < 0.999)) <= set(found) <= set(np.flatnonzero(inside < 1.001))
