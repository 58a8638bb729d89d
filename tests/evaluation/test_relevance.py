import tracemalloc
from math import hypot, log

import numpy as np
import pytest
from collection_kit import make_collection
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from artsim.core.errors import Cancelled, InvalidInput
from artsim.core.progress import NullProgress
from artsim.evaluation.judgement import Listed
from artsim.evaluation.relevance import available, judge, title_facts
from artsim.evaluation.title_pairs import doubtful_pairs, pairs_sentence
from artsim.evaluation.titles import fold_title, says_nothing, similar_titles
from artsim.library import Library


def pairs_of(found):
    return {divmod(int(key), found.count) for key in found.pairs}


def brute(titles, similar):
    n = len(titles)
    return {(i, j) for i in range(n) for j in range(i + 1, n) if similar(titles[i], titles[j])}


@pytest.mark.parametrize(
    ("title", "folded"),
    [
        ("The  Mill,  at—Night!", "the mill atnight"),
        ("Straße", "strasse"),
        ("ÉTÉ", "été"),
        ("Été", "été"),
        ("Self-Portrait (no. 2)", "selfportrait no 2"),
        ("« Ça »", "ça"),
        ("???", ""),
        ("富嶽三十六景", "富嶽三十六景"),
    ],
)
def test_folding(title, folded):
    assert fold_title(title) == folded


@pytest.mark.parametrize(
    ("title", "nothing"),
    [
        ("", True),
        ("  ", True),
        ("Untitled", True),
        ("[Untitled]", True),
        ("Untitled No. 5", True),
        ("Untitled (1951)", True),
        ("Untitled XIV", True),
        ("Sans titre", True),
        ("Sin título", True),
        ("無題", True),
        ("Untitled (The mill)", False),
        ("No title fight", False),
        ("Unknown woman", False),
        ("Landscape", False),
    ],
)
def test_titles_that_say_nothing(title, nothing):
    assert says_nothing(fold_title(title)) is nothing


WORDS = st.sampled_from(["portrait", "of", "a", "man", "woman", "mill", "sea", "the", "ii", "x"])
TITLES = st.lists(st.lists(WORDS, min_size=1, max_size=5).map(" ".join), unique=True, max_size=25)


@given(TITLES, st.sampled_from([0.3, 0.55, 0.7, 0.8, 0.9, 1.0]))
@settings(max_examples=80, deadline=None)
def test_ratio_against_brute_force(titles, threshold):
    found = similar_titles(titles, threshold)
    assert pairs_of(found) == brute(titles, lambda a, b: fuzz.ratio(a, b) / 100 >= threshold)


@given(TITLES, st.sampled_from([0.5, 0.8, 1.0]))
@settings(max_examples=40, deadline=None)
def test_token_set_against_brute_force(titles, threshold):
    found = similar_titles(titles, threshold, "token_set")
    expected = brute(titles, lambda a, b: fuzz.token_set_ratio(a, b) / 100 >= threshold)
    assert pairs_of(found) == expected


@given(TITLES, st.sampled_from([0.3, 0.7, 0.8]), st.sampled_from(["ratio", "token_set"]))
@settings(max_examples=60, deadline=None)
def test_titles_that_are_asked_with_get_all_their_pairs(titles, threshold, similarity):
    asked = np.arange(0, len(titles), 3)
    some = similar_titles(titles, threshold, similarity, asked=asked)
    whole = pairs_of(similar_titles(titles, threshold, similarity))
    assert pairs_of(some) == {pair for pair in whole if set(pair) & set(asked.tolist())}
    assert len(some.pairs) == len(pairs_of(some))


@given(TITLES, st.sampled_from([1, 1 << 22]))
@settings(max_examples=40, deadline=None)
def test_tfidf_against_its_definition(titles, cells):
    def weights(title):
        words = title.split()
        holding = {w: sum(w in other.split() for other in titles) for w in words}
        return {w: words.count(w) * (log((1 + len(titles)) / (1 + holding[w])) + 1) for w in words}

    def cosine(a, b):
        a, b = weights(a), weights(b)
        return (
            sum(a[w] * b[w] for w in a.keys() & b.keys()) / hypot(*a.values()) / hypot(*b.values())
        )

    threshold = 0.61803  # reached by no pair exactly
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("artsim.evaluation.tfidf._BLOCK_CELLS", cells)
        found = similar_titles(titles, threshold, "tfidf")
    assert pairs_of(found) == brute(titles, lambda a, b: cosine(a, b) >= threshold)


def test_blocks_do_not_matter(monkeypatch):
    rng = np.random.default_rng(0)
    titles = sorted({" ".join(rng.choice(list("abcdef"), 5)) for _ in range(300)})
    whole = similar_titles(titles)
    monkeypatch.setattr("artsim.evaluation.titles._BLOCK_CELLS", 7 * len(titles))
    np.testing.assert_array_equal(similar_titles(titles).pairs, whole.pairs)
    assert len(whole.pairs) > 100


def test_titles_that_are_all_alike():
    found = similar_titles([f"composition number {i:04}" for i in range(500)])
    assert len(found.pairs) == 500 * 499 / 2
    assert sorted(found.neighbours(250)) == list(range(500))
    assert set(found.totals(np.ones(500, int))) == {500}


def test_a_text_too_long_for_a_title_costs_no_time():
    assert len(fold_title("a" * 1_000_000)) == 1_000


def test_similar_and_totals_agree_with_the_pairs():
    titles = ["the mill", "the mill ii", "the sea", "the mills", "dawn"]
    found = similar_titles(titles, 0.8)
    every = np.arange(5)
    table = found.similar(every[:, None], every)
    expected = [[fuzz.ratio(a, b) >= 80 for b in titles] for a in titles]
    np.testing.assert_array_equal(table, expected)
    weights = np.array([1, 2, 4, 8, 16])
    np.testing.assert_array_equal(found.totals(weights), np.array(expected) @ weights)
    assert not found.similar(np.array([-1, 0]), np.array([-1, -1])).any()


def test_the_rows_of_a_query_are_its_relevant_works(workspace):
    titles = ["The Mill", "The mill!", "Untitled", "The Mill II", "Sea", None, "the mills", "Mill"]
    described = [{"title": title, "style": "ab"[i % 2]} for i, title in enumerate(titles)]
    works = catalog_of(workspace, described)
    ids = [f"w{i}" for i in range(8)]
    listed = Listed.of("votes", {"w1": {"w3", "w0", "gone"}}, ids, ids)
    every = np.arange(8)
    for found in (judge("title", works, works), judge("style", works, works), listed):
        table = found.relevant(every[:, None], every)
        np.testing.assert_array_equal(found.totals(), table.sum(axis=1))
        for query in every:
            rows = found.rows(int(query))
            assert sorted(rows.tolist()) == np.flatnonzero(table[query]).tolist()


def test_the_cache_answers_the_same_and_survives_damage(tmp_path):
    titles = ["the mill", "the mills", "dawn"]
    first = similar_titles(titles, cache=tmp_path / "titles")
    (file,) = (tmp_path / "titles").iterdir()
    np.testing.assert_array_equal(
        similar_titles(titles, cache=tmp_path / "titles").pairs, first.pairs
    )
    file.write_bytes(b"\x93NUMPY")
    np.testing.assert_array_equal(
        similar_titles(titles, cache=tmp_path / "titles").pairs, first.pairs
    )
    assert len(list((tmp_path / "titles").iterdir())) == 1
    similar_titles(titles, 0.5, cache=tmp_path / "titles")
    assert len(list((tmp_path / "titles").iterdir())) == 2


def test_many_titles_are_never_compared_all_at_once():
    rng = np.random.default_rng(1)
    titles = sorted({"".join(rng.choice(list("abcdefghij "), 12)) for _ in range(6_000)})
    tracemalloc.start()
    found = similar_titles(titles)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < len(titles) ** 2 * 8 / 4
    assert found.count == len(titles)


def test_comparing_titles_can_be_cancelled():
    class Stop(NullProgress):
        def advance(self, n=1):
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        similar_titles(["a", "b"], progress=Stop())


def catalog_of(workspace, works, name="some"):
    make_collection(workspace, name, [{"id": f"w{i}", **work} for i, work in enumerate(works)])
    catalog = Library(workspace).catalog(name)
    return catalog, np.arange(len(catalog))


def test_labels_are_equal_whatever_their_case(workspace):
    works = catalog_of(
        workspace,
        [{"style": "Cubism"}, {"style": " cubism"}, {"style": "Baroque"}, {"style": None}],
    )
    found = judge("style", works, works)
    every = np.arange(4)
    np.testing.assert_array_equal(
        found.relevant(every[:, None], every).astype(int),
        [[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]],
    )
    assert found.totals().tolist() == [2, 2, 1, 0]
    assert [found.value(i) for i in range(4)] == ["Cubism", "Cubism", "Baroque", ""]


def test_artists_that_nobody_knows_are_not_one(workspace):
    works = catalog_of(workspace, [{"artist": a} for a in ("Unknown", "unknown", "A", "A", "")])
    assert judge("artist", works, works).totals().tolist() == [0, 0, 2, 2, 0]


def test_works_share_an_artist_where_they_share_a_named_one(workspace):
    names = (
        "Rubens; Brueghel",
        "Rubens",
        "Brueghel",
        "after Rubens",
        "Monet, Claude",
        "Claude Monet",
    )
    works = catalog_of(workspace, [{"artist": name} for name in names])
    found = judge("artist", works, works)
    every = np.arange(len(names))
    np.testing.assert_array_equal(
        found.relevant(every[:, None], every).astype(int),
        [
            [1, 1, 1, 0, 0, 0],
            [1, 1, 0, 0, 0, 0],
            [1, 0, 1, 0, 0, 0],
            [0, 0, 0, 1, 0, 0],
            [0, 0, 0, 0, 1, 1],
            [0, 0, 0, 0, 1, 1],
        ],
    )
    assert found.totals().tolist() == [3, 2, 2, 1, 2, 2]
    assert sorted(found.rows(0)) == [0, 1, 2]


def test_titles_and_what_they_leave(workspace):
    works = catalog_of(
        workspace,
        [{"title": t} for t in ("The Mill", "The mill!", "Untitled", "The Mill II", "Sea", None)],
    )
    found = judge("title", works, works)
    assert found.totals().tolist() == [3, 3, 0, 3, 1, 0]
    facts = title_facts(found, 3)
    assert (facts.works, facts.untitled, facts.distinct) == (6, 2, 3)
    assert facts.commonest[0] == ("The Mill", 2)
    assert facts.commonest_share == pytest.approx(4 / 6)
    assert not found.relevant(np.array([0]), np.array([-1])).any()


@pytest.mark.parametrize("similarity", ["ratio", "token_set", "tfidf"])
def test_titles_that_count_as_the_same_are_shown_with_their_similarity(workspace, similarity):
    """The known case: a lady and a man are .857 alike by characters."""
    names = ("Portrait of a Lady", "Portrait of a Man", "The Mill at Wijk", "The Mill, Wijk", "Sea")
    works = catalog_of(workspace, [{"title": t} for t in names])
    found = judge("title", works, works, 0.6, similarity)
    count, shown = doubtful_pairs(found, similarity)
    assert count == len(shown) == 2
    told = {frozenset((p.one, p.other)): p.similarity for p in shown}
    assert set(told) == {frozenset(names[:2]), frozenset(names[2:4])}
    assert all(0.6 <= value <= 1 for value in told.values())
    assert [p.similarity for p in shown] == sorted(told.values())
    if similarity == "ratio":
        assert told[frozenset(names[:2])] == pytest.approx(0.857, abs=5e-4)
        said = pairs_sentence(count, shown, 0.6)
        assert "'Portrait of a Lady' / 'Portrait of a Man' (0.857)" in said
    assert doubtful_pairs(judge("title", works, works, 1.0), "ratio") == (0, ())


def test_queries_of_another_collection_share_the_labels(workspace):
    works = catalog_of(workspace, [{"style": "Cubism"}, {"style": "Baroque"}])
    queries = catalog_of(workspace, [{"style": "Baroque"}, {"style": "Pop Art"}], "other")
    found = judge("style", works, queries)
    assert found.totals().tolist() == [1, 0]
    assert found.relevant(np.array([0, 0, 1]), np.array([0, 1, 1])).tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("relevance", "message"),
    [
        ("colour", "'colour' is no relevance: use title, style, genre, school, artist."),
        (
            "school",
            "No embedded work of 'some' has a school, so school cannot be the relevance: "
            "it has style.",
        ),
        (
            "artist",
            "No embedded work of 'some' has an artist who is known, so artist cannot be "
            "the relevance: it has style.",
        ),
        (
            "title",
            "No embedded work of 'some' has a title that says anything, so title cannot be "
            "the relevance: it has style.",
        ),
    ],
)
def test_what_cannot_be_judged_by(workspace, relevance, message):
    works = catalog_of(workspace, [{"style": "A", "title": "Untitled"}, {"artist": "unknown"}])
    assert available(*works) == ("style",)
    with pytest.raises(InvalidInput) as raised:
        judge(relevance, works, works)
    assert str(raised.value) == message
