"""Relevance of one's own: any column, a century, a function of two rows, by name or as it is."""

import numpy as np
import pytest
from collection_kit import make_collection
from evaluation_kit import config_of
from pydantic import ValidationError

from artsim.core.errors import InvalidInput, NotFound
from artsim.evaluation.config import RELEVANCES
from artsim.evaluation.evaluate import evaluate
from artsim.evaluation.relevances import as_relevance, offered, same
from artsim.library import Library

WORKS = [
    {
        "id": f"w{i}",
        "artist": f"Artist {i % 4}",
        "year": 1500 + 25 * i,
        "technique": f"t{i % 3}",
        "ulan": f"50011558{i % 4}",
    }
    for i in range(24)
]


@pytest.fixture(autouse=True)
def _forget():
    yield
    RELEVANCES.remove("same_artist")


@pytest.fixture
def library(workspace):
    make_collection(workspace, "mine", WORKS)
    return Library(workspace)


def precision(found, name):
    """Precision of each query by its id."""
    table = found.per_query.to_pandas()
    return table[table.relevance == name].set_index("id").precision_at_k


def same_artist(query, other):
    return query["artist"] == other["artist"]


def test_a_function_gives_the_figures_of_the_label_that_it_compares(library):
    config = config_of(relevances=())
    found = evaluate(library, config, relevances=["artist", same_artist])
    assert [run.relevance for run in found.runs] == ["artist", "same_artist"]
    label, function = (run.to_json() for run in found.runs)
    for name in ("precision_at_k", "map_at_k", "ndcg_at_k", "r_precision", "chance_precision"):
        assert function[name] == label[name]
    assert found.config["relevances"] == ["artist", "same_artist"]
    assert any("'Same artist' was made in Python" in note for note in found.notes)


def test_the_century_and_any_column_by_name_or_as_an_object(library):
    names = ("same:century", "same:technique")
    by_name = evaluate(library, config_of(relevances=names))
    objects = [same("century"), same("technique")]
    by_object = evaluate(library, config_of(), relevances=objects)
    own = evaluate(library, config_of(), relevances=[same(century), by_technique])
    assert [run.relevance for run in by_name.runs] == list(names)
    assert by_object.command == by_name.command
    for name, function in zip(names, ("century", "by_technique"), strict=True):
        np.testing.assert_array_equal(precision(by_name, name), precision(by_object, name))
        np.testing.assert_array_equal(precision(by_name, name), precision(own, function))
    assert "--relevance same:century" in by_name.command


def century(row):
    return (row["year"] - 1) // 100


def by_technique(query, other):
    return query["technique"] == other["technique"]


def test_rows_are_mappings_of_metadata_with_the_century(library):
    seen = {}

    def look(query, other):
        seen.setdefault(query["id"], dict(query))
        with pytest.raises(TypeError):
            query["title"] = "changed"
        return query["artist"] == other["artist"]

    evaluate(library, config_of(), relevances=[look])
    assert seen["w0"]["century"] == "15th century"
    assert (seen["w4"]["year"], seen["w4"]["technique"]) == (1600, "t1")
    assert "image" not in seen["w0"]


@pytest.mark.parametrize(
    ("relevance", "message"),
    [
        (lambda query, other: None, "'function' gives 'None': let it give True, False"),
        (lambda query, other: -1, "gives '-1'"),
        (lambda query, other: query["nothing"], "fails for 'w0' and 'w0' (KeyError: 'nothing')"),
        (lambda query: True, "a relevance takes two rows"),
        (lambda query, other: False, "No query has a relevant work by function"),
        (7, "int is no relevance"),
        (same("nowhere"), "'same:nowhere' is no relevance"),
    ],
)
def test_what_is_no_relevance_is_told_in_one_sentence(library, relevance, message):
    with pytest.raises(InvalidInput) as raised:
        evaluate(library, config_of(), relevances=[relevance])
    assert message in str(raised.value)


def test_two_relevances_of_one_name_are_refused(library):
    twice = [lambda a, b: a["artist"] == b["artist"], lambda a, b: a["year"] == b["year"]]
    with pytest.raises(InvalidInput, match="Two relevances are called 'function'"):
        evaluate(library, config_of(), relevances=twice)


def test_names_that_are_registered_are_known_to_configs_and_forms(library, workspace):
    with pytest.raises(ValidationError, match="'same_artist' is no relevance"):
        config_of(relevances=("same_artist",))
    RELEVANCES.add("same_artist", same_artist)
    config = config_of(relevances=("same_artist", "same:century"))
    found = evaluate(library, config)
    assert [run.relevance for run in found.runs] == ["same_artist", "same:century"]
    assert not any("was made in Python" in note for note in found.notes)
    forms = offered(workspace, library.catalog("mine"))
    assert forms == {
        "artist": "Artist",
        "same_artist": "Same artist",
        "same:century": "Century",
        "same:ulan": "ULAN",
        "within:20": "Within 20 years",
    }
    with pytest.raises(NotFound):
        as_relevance("nothing")
    with pytest.raises(InvalidInput, match="of its own"):
        RELEVANCES.add("artist", same_artist)


def test_grades_count_in_ndcg(workspace):
    """One vector a work on a line: neighbours are known, and so is nDCG by hand."""
    from collection_kit import add_works, embed_with

    from artsim.collection.store import Collection

    made = Collection.create(workspace, "line", "folder")
    places = [0.0, 1.0, 2.1, 3.3]
    add_works(made, [{"id": f"w{i}", "year": i} for i in range(4)])
    embed_with(made, "tiny", "d" * 64, {f"w{i}": [1.0, p] for i, p in enumerate(places)})

    def grade(query, other):  # from w0: 2 for w2, 1 for w1, 0 for w3
        return {(0, 1): 1, (0, 2): 2}.get((query["year"], other["year"]), 0)

    config = config_of(collection="line", k=2, metric="euclidean")
    table = evaluate(Library(workspace), config, relevances=[grade]).per_query.to_pandas()
    assert table.id.tolist() == ["w0"]
    gained, ideal = 1 + 2 / np.log2(3), 2 + 1 / np.log2(3)
    assert table.ndcg_at_k[0] == pytest.approx(gained / ideal)
    assert table.precision_at_k[0] == 1
