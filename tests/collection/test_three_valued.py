"""Filters of a collection mean what SQL says they mean, unknown values above all: SQLite judges."""

import sqlite3
from itertools import product

import pytest
from collection_kit import add_works
from hypothesis import given, settings
from hypothesis import strategies as st

from artsim.collection.store import Collection
from artsim.collection.three_valued import rewritten
from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace

ARTISTS, STYLES, YEARS = (None, "a", "b", "c"), (None, "r", "q"), (None, 1800, 1850)


@pytest.fixture(scope="module")
def collection(tmp_path_factory: pytest.TempPathFactory) -> Collection:
    collection = Collection.create(Workspace.open(tmp_path_factory.mktemp("w")), "works", "test")
    rows = [
        {"id": str(i), "artist": artist, "style": style, "year": year, "has_image": False}
        for i, (artist, style, year) in enumerate(product(ARTISTS, STYLES, YEARS))
    ]
    add_works(collection, rows)
    return collection


@pytest.fixture(scope="module")
def judge() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.execute("CREATE TABLE works (id TEXT, artist TEXT, style TEXT, year INT)")
    for i, values in enumerate(product(ARTISTS, STYLES, YEARS)):
        database.execute("INSERT INTO works VALUES (?, ?, ?, ?)", (str(i), *values))
    return database


def judged(judge: sqlite3.Connection, where: str) -> list[str]:
    # The pattern of LIKE tells case apart here, as it does in a collection.
    judge.execute("PRAGMA case_sensitive_like = ON")
    query = f"SELECT id FROM works WHERE {where} ORDER BY CAST(id AS INT)"
    return [row[0] for row in judge.execute(query)]


def test_no_negation_finds_works_of_unknown_artist(
    collection: Collection, judge: sqlite3.Connection
) -> None:
    where = "NOT (artist IN ('a') AND artist IN ('b'))"
    found = collection.ids_matching(where)
    assert {collection.artwork(i)["artist"] for i in found} == {"a", "b", "c"}
    assert found == judged(judge, where)


@pytest.mark.parametrize(
    "where",
    [
        "artist NOT IN ('a') OR artist NOT IN ('b')",
        "NOT (artist IN ('a', 'b') AND artist NOT IN ('a', 'b', 'c'))",
        "NOT ((artist = 'a' OR artist = 'b') AND (artist = 'c' OR artist = 'x'))",
        "NOT (lower(artist) IN ('a', 'x') AND lower(artist) IN ('b', 'y'))",
        "NOT (NOT (NOT (artist IN ('a') AND artist IN ('b'))))",
        "(artist IN ('a') AND artist IN ('b')) IS NULL",
        "(artist IN ('a') AND artist IN ('b')) IS NOT NULL",
        "(artist IN ('a') AND artist IN ('b')) IS FALSE",
        "NOT (artist IN ('a') AND artist IN ('b')) IS NOT TRUE",
        "(NOT (artist = 'a' OR style = 'r')) IS NOT FALSE AND year = 1800",
        "NOT (artist = 'a' AND style = 'r')",
        "NOT (artist = 'a' OR style = 'r')",
        "NOT (artist = 'a' OR style IS NULL) OR NOT (year <> 1800)",
        "NOT (artist LIKE 'a%' AND artist NOT LIKE '%a')",
        "NOT (year BETWEEN 1790 AND 1810 AND style IN ('r'))",
        "NOT year NOT BETWEEN 1790 AND 1810 AND NOT artist IS NOT NULL",
        "NOT artist IN ('a', NULL)",
        "artist = NULL OR NOT artist = NULL OR artist <> 'a'",
        "year > 1800 OR NOT (year > 1800)",
        "artist = style OR NOT (artist = style)",
        "(year + 1) > 1801 AND NOT (artist) = 'a'",
        "artist = 'a' or style = 'r' AND year = 1850",
        "(artist = 'a' or style = 'r') AND year = 1850",
        "artist <> 'a OR b' AND style <> 'it''s (AND'",
    ],
)
def test_filters_that_meet_unknown_values(
    collection: Collection, judge: sqlite3.Connection, where: str
) -> None:
    assert collection.ids_matching(where) == judged(judge, where)


def _comparisons() -> st.SearchStrategy[str]:
    quoted = st.sampled_from(["'a'", "'b'", "'c'", "'r'", "'x'"])
    years = st.sampled_from(["1790", "1800", "1850"])
    columns = st.sampled_from([("artist", quoted), ("style", quoted), ("year", years)])
    nots = st.sampled_from(["", "NOT "])

    def of(column: tuple[str, st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
        name, value = column
        listed = st.lists(value, min_size=1, max_size=4).map(", ".join)
        sign = st.sampled_from(["=", "<>", "<", ">="])
        return st.one_of(
            st.builds(f"{name} {{}}IN ({{}})".format, nots, listed),
            st.builds(f"{name} {{}}BETWEEN {{}} AND {{}}".format, nots, value, value),
            st.builds(f"{name} IS {{}}NULL".format, nots),
            st.builds(f"{{}}{name} {{}} {{}}".format, nots, sign, value),
        )

    return columns.flatmap(of)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    value = st.sampled_from(["TRUE", "FALSE", "NULL", "NOT TRUE", "NOT FALSE", "NOT NULL"])
    return st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from(["AND", "OR"]), inner),
        st.builds("NOT ({})".format, inner),
        st.builds("({} AND {}) IS {}".format, inner, inner, value),
    )


@settings(max_examples=150, deadline=None)
@given(where=st.recursive(_comparisons(), _larger, max_leaves=6))
def test_any_combination_finds_what_sql_finds(
    collection: Collection, judge: sqlite3.Connection, where: str
) -> None:
    assert collection.ids_matching(where) == judged(judge, where)


@pytest.mark.parametrize("where", ["year = '1800'", "year < 1800.5", "id = 5", "artist AND year"])
def test_a_comparison_of_different_types_is_still_refused(
    collection: Collection, where: str
) -> None:
    with pytest.raises(InvalidInput, match="cannot be used"):
        collection.ids_matching(where)


def test_what_follows_a_condition_is_not_ignored(collection: Collection) -> None:
    with pytest.raises(InvalidInput, match="found: ANDD"):
        collection.ids_matching("artist = 'a' ANDD year = 1850")


@pytest.mark.parametrize(
    "where", ["", "artist = 'a' OR", "(artist = 'a'", "NOT", "year BETWEEN 1", "a = 1) OR (b"]
)
def test_what_is_no_condition_is_left_to_the_database(where: str) -> None:
    assert rewritten(where, lambda text, truth: f"({text} is {truth})") is None


def test_nested_tests_for_null_do_not_grow_without_end() -> None:
    where = "a = 1 AND b = 2"
    for _ in range(40):
        where = f"({where}) IS NULL OR a = 1"
    assert rewritten(where, lambda text, truth: f"({text} is {truth})") is None
