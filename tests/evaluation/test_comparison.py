"""Agreement of ranked lists by hand and by properties; comparisons on a real collection."""

import pytest
from collection_kit import embed_with, make_collection
from hypothesis import given
from hypothesis import strategies as st

from artsim.core.errors import Conflict, InvalidInput, NotFound
from artsim.evaluation.comparison import (
    Comparison,
    Contender,
    RankedList,
    compare,
    overlap_at_k,
    rank_biased_overlap,
)
from artsim.library import Library
from artsim.search.filters import Filters

RANKINGS = st.lists(st.sampled_from("abcdefghijklmno"), unique=True)
PERSISTENCES = st.floats(0.05, 0.99)
COSINE, EUCLIDEAN = Contender("tiny", "cosine"), Contender("tiny", "euclidean")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # 1/9 (1 * .9 + 1/2 * .81 + 1 * .729) + 1 * .729
        ("abc", "acb", 0.955),
        # 1/9 (0 * .9 + 1/2 * .81) + (1 - 0)/2 * .81
        ("b", "ab", 0.45),
        # The start of a list agrees with it as far as anyone can see.
        ("a", "ab", 1.0),
        ("ab", "cd", 0.0),
        ("", "", 1.0),
        ("", "a", 0.0),
    ],
)
def test_rank_biased_overlap_by_hand(first, second, expected):
    assert rank_biased_overlap(first, second, 0.9) == pytest.approx(expected, abs=1e-12)


@given(RANKINGS, RANKINGS, PERSISTENCES)
def test_rank_biased_overlap_is_bounded_and_symmetric(first, second, p):
    value = rank_biased_overlap(first, second, p)
    assert 0 <= value <= 1
    assert value == pytest.approx(rank_biased_overlap(second, first, p), abs=1e-12)


@given(RANKINGS, PERSISTENCES)
def test_rank_biased_overlap_of_a_list_with_itself_is_one(ranking, p):
    assert rank_biased_overlap(ranking, ranking, p) == pytest.approx(1)


@given(RANKINGS, RANKINGS, PERSISTENCES)
def test_rank_biased_overlap_against_the_formula_by_sets(first, second, p):
    short, long = sorted((first, second), key=len)
    s, length = len(short), len(long)
    if not s:
        return
    common = {d: len(set(short[:d]) & set(long[:d])) for d in range(1, length + 1)}
    total = sum(common[d] / d * p**d for d in range(1, length + 1))
    total += sum(common[s] * (d - s) / (s * d) * p**d for d in range(s + 1, length + 1))
    tail = ((common[length] - common[s]) / length + common[s] / s) * p**length
    assert rank_biased_overlap(first, second, p) == pytest.approx((1 - p) / p * total + tail)


def test_rank_biased_overlap_cares_most_for_the_first_ranks():
    top_swapped = rank_biased_overlap("bacdefgh", "abcdefgh")
    end_swapped = rank_biased_overlap("abcdefhg", "abcdefgh")
    assert top_swapped < end_swapped < 1


@given(RANKINGS, RANKINGS, st.integers(1, 20))
def test_overlap_is_bounded_symmetric_and_blind_to_order(first, second, k):
    value = overlap_at_k(first, second, k)
    assert 0 <= value <= 1
    assert value == overlap_at_k(second, first, k)
    assert overlap_at_k(first[:k][::-1], second, k) == value
    assert overlap_at_k(first, first, k) == 1


@pytest.mark.parametrize(
    ("first", "second", "k", "expected"),
    [("abcd", "dcxy", 4, 0.5), ("abcd", "dcxy", 2, 0.0), ("ab", "abcd", 4, 0.5), ("", "", 5, 1.0)],
)
def test_overlap_by_hand(first, second, k, expected):
    assert overlap_at_k(first, second, k) == expected


@pytest.mark.parametrize("p", [0.0, 1.0, -1.0, float("nan")])
def test_a_persistence_outside_is_refused(p):
    with pytest.raises(InvalidInput, match="between 0 and 1"):
        rank_biased_overlap("ab", "ba", p)


def ranked(metric, ids, beyond=()):
    ranks = {work: rank for rank, work in enumerate([*ids, *beyond], start=1)}
    return RankedList(Contender("tiny", metric), "d" * 64, tuple(ids), ranks, 9)


def test_lists_are_aligned_by_rank_and_say_who_found_what():
    made = Comparison(3, (ranked("cosine", "abc", "d"), ranked("euclidean", "bd", "a")))
    assert made.rows() == [("a", "b"), ("b", "d"), ("c", None)]
    assert made.found_by == {"a": (0,), "b": (0, 1), "d": (1,), "c": (0,)}
    assert made.ranks("a") == (1, 3)
    assert made.ranks("c") == (3, None)
    assert not made.identical
    assert Comparison(3, (made.lists[0], made.lists[0])).identical
    (pair,) = made.agreements()
    assert (pair.first, pair.second, pair.shared, pair.overlap) == (0, 1, 1, 1 / 3)


@pytest.fixture
def library(workspace):
    make_collection(workspace, "works", [{"id": f"w{i}"} for i in range(30)])
    return Library(workspace)


def test_columns_hold_what_each_search_finds(library):
    from artsim.search.query import Query

    made = compare(library, "works", [COSINE, EUCLIDEAN], 5, id="w3")
    for column, metric in zip(made.lists, ("cosine", "euclidean"), strict=True):
        found = library.search("works", Query(backbone="tiny", id="w3", metric=metric, k=5))
        assert column.ids == tuple(hit.id for hit in found.hits)
        assert column.digest == "d" * 64
        assert "w3" not in column.ranks
        assert sorted(column.ranks.values()) == list(range(1, 30))


def test_filters_narrow_every_column(workspace):
    works = [{"id": f"w{i}", "artist": "Ada" if i < 4 else "Bo"} for i in range(10)]
    make_collection(workspace, "works", works)
    filters = Filters(artists=("Ada",))
    made = compare(Library(workspace), "works", [COSINE, EUCLIDEAN], 5, id="w9", filters=filters)
    assert set(made.found_by) == {"w0", "w1", "w2", "w3"}
    assert made.agreements()[0].overlap == 1


def test_a_contender_that_cannot_answer_is_left_out_with_its_reason(library):
    other = Contender("efficientnet_lite0", "cosine")
    made = compare(library, "works", [COSINE, other, EUCLIDEAN], 5, id="w3")
    assert [column.contender for column in made.lists] == [COSINE, EUCLIDEAN]
    ((left_out, error),) = made.left_out
    assert left_out == other
    assert "not embedded" in str(error)


def test_a_second_backbone_is_another_column(library, workspace):
    collection = library.collection("works")
    vectors = {f"w{i}": [float(i), 1.0, 0.0] for i in range(30)}
    embed_with(type(collection).open(workspace, "works"), "other", "e" * 64, vectors)
    line = Contender("other", "euclidean")
    made = compare(Library(workspace), "works", [COSINE, line], 2, id="w10")
    assert made.lists[1].ids in {("w11", "w9"), ("w9", "w11")}


def test_one_work_only_gives_empty_lists(workspace):
    make_collection(workspace, "single", [{"id": "only"}])
    made = compare(Library(workspace), "single", [COSINE, EUCLIDEAN], 5, id="only")
    assert made.rows() == []
    assert made.found_by == {}


@pytest.mark.parametrize(
    ("contenders", "message"),
    [
        ([], "two to four"),
        ([COSINE], "two to four"),
        ([Contender("tiny", str(i)) for i in range(5)], "two to four"),
        ([COSINE, COSINE], "are the same"),
    ],
)
def test_contenders_that_cannot_be_compared(library, contenders, message):
    with pytest.raises(InvalidInput, match=message):
        compare(library, "works", contenders, 5, id="w3")


def test_what_no_contender_can_answer_is_an_error(library, workspace):
    with pytest.raises(NotFound, match="no artwork"):
        compare(library, "works", [COSINE, EUCLIDEAN], 5, id="missing")
    bare = make_collection(workspace, "bare", [{"id": "a", "has_image": False}, {"id": "b"}])
    nobody = [Contender("efficientnet_lite0", metric) for metric in ("cosine", "euclidean")]
    with pytest.raises(Conflict, match="not embedded"):
        compare(Library(workspace), bare.name, nobody, 5, id="b")
