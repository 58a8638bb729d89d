"""Pairs of works: which count, what their labels say, and what they score."""

import numpy as np
import pytest

from artsim.search.pairs import Pairs


def pairs_of(matrix=None, queries=None, groups=None, **codes) -> Pairs:
    """All of the rows as queries and as works, unless ``queries`` are named."""
    matrix = np.eye(4, dtype=np.float32) if matrix is None else np.array(matrix, np.float32)
    rows = np.arange(len(matrix))
    return Pairs(
        matrix=matrix,
        queries=rows if queries is None else np.array(queries),
        works=rows,
        codes={name: np.array(values, np.int32) for name, values in codes.items()},
        groups=np.array(groups if groups is not None else [-1] * len(matrix), np.int32),
    )


def test_a_work_is_no_pair_with_itself_nor_with_its_copies():
    found = pairs_of(groups=[7, -1, 7, -1], queries=[0, 1]).allowed
    assert found.tolist() == [[False, True, False, True], [True, False, True, True]]


def test_a_shared_label_is_a_known_one():
    pairs = pairs_of(artist=[3, -1, 3, -1], groups=[-1] * 4)
    assert pairs.shared("artist").tolist() == [
        [False, False, True, False],
        [False, False, False, False],
        [True, False, False, False],
        [False, False, False, False],
    ]
    assert pairs.known("artist").tolist() == [True, False, True, False]
    assert pairs_of(artist=[0, -1, 1, 0]).known("artist").tolist() == [True, False, True, True]
    assert pairs_of(artist=[0, -1, -1, 0]).shared("artist").sum() == 2
    assert not pairs.known("style").any()
    assert not pairs.shared("style").any()
    assert pairs.known("style").shape == (4,)
    assert pairs.shared("style").shape == (4, 4)


def test_works_of_several_artists_share_each_of_them():
    pairs = pairs_of(artist=[[0, 1], [1, -1], [2, -1], [-1, -1]])
    assert pairs.shared("artist").nonzero()[0].tolist() == [0, 1]
    assert pairs.known("artist").tolist() == [True, True, True, False]


def test_copies_share_no_artist():
    assert not pairs_of(artist=[3, 3, 3, 3], groups=[1, 1, 1, 1]).shared("artist").any()


def test_unrelated_works_differ_in_as_many_labels_as_leave_enough_pairs():
    artist, style = [0, 1, 2, 3], [0, 0, 1, 1]
    both = pairs_of(artist=artist, style=style)
    assert both.unrelated_by == ("artist", "style")
    assert both.unrelated.tolist() == [
        [False, False, True, True],
        [False, False, True, True],
        [True, True, False, False],
        [True, True, False, False],
    ]
    one_style = pairs_of(artist=artist, style=[0, 0, 0, 0], genre=[0, 0, 0, 0])
    assert one_style.unrelated_by == ("artist",)
    assert one_style.unrelated.sum() == 12
    one_artist = pairs_of(artist=[0, 0, 0, 0])
    assert one_artist.unrelated_by == ()
    assert one_artist.unrelated.sum() == 12


def test_a_fifth_of_the_pairs_is_enough():
    """Five works, four of one artist: 8 of 25 pairs differ. Of ten, nine of one: 18 of 100."""
    enough = pairs_of(np.eye(5), artist=[0, 0, 0, 0, 1])
    few = pairs_of(np.eye(10), artist=[0] * 9 + [1])
    assert (enough.unrelated_by, few.unrelated_by) == (("artist",), ())


def test_scores_by_hand():
    pairs = pairs_of([[3, 4], [4, 3], [-3, -4], [0, 0]], queries=[0, 3])
    assert pairs.scores("cosine") == pytest.approx(
        np.array([[1, 0.96, -1, 0], [0, 0, 0, 0]]), abs=1e-6
    )
    assert pairs.scores("euclidean") == pytest.approx(
        np.array([[0, -(2**0.5), -10, -5], [-5, -5, -5, 0]]), abs=1e-5
    )
