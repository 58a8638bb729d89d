"""Concepts: taught, measured, searched with, shared and deleted, in a collection of two dozen."""

import json

import numpy as np
import pytest
from face_kit import make_demo, works_of

from artsim.core.errors import ArtsimError, Conflict, InvalidInput, NewerFormat, NotFound
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.search import concept_store
from artsim.search.concept_store import FORMAT
from artsim.search.concepts import expected_precision
from artsim.search.marks import average_precision
from artsim.search.query import Query
from artsim.search.query_item import Item

FIRST = [f"w{i:02}" for i in range(0, 21, 3)]  # works of Artist 0


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    workspace = Workspace.open(tmp_path_factory.mktemp("concepts"))
    make_demo(workspace)
    make_demo(workspace, "other")
    return Library(workspace)


def artists(library, like, unlike=(), k=5, **options):
    query = Query("tiny", like=tuple(like), unlike=tuple(unlike), k=k, **options)
    return [hit.artist for hit in library.search("demo", query).hits]


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_a_concept_finds_its_works_alone_and_mixed(library, metric):
    made = library.teach("demo", "  First   hand ", "tiny", FIRST[:6])
    assert made.name == "First hand"
    first = Item(concept="FIRST HAND")
    assert artists(library, [first], k=8, metric=metric) == ["Artist 0"] * 8
    both = artists(library, [first, Item("w01")], k=12, metric=metric)
    assert set(both) == {"Artist 0", "Artist 1"}
    away = artists(library, [Item("w00"), Item("w01")], [first], metric=metric)
    assert set(away) == {"Artist 1"}
    assert library.search("demo", Query("tiny", like=(first,))).query["like"] == [
        "concept:FIRST HAND"
    ]


def test_its_precision_is_that_of_examples_kept_aside(library):
    made = library.teach("demo", "measured", "tiny", FIRST[:6], ["w01"])
    low, high = made.ap.ci95
    assert low <= made.ap.value <= high
    assert made.ap.value > 2 * made.chance
    mixed = library.teach("demo", "no concept", "tiny", [f"w{i:02}" for i in range(6)])
    assert mixed.ap.value < made.ap.value
    few = library.teach("demo", "few", "tiny", FIRST[:5])
    assert few.to_json()["ap"] is None
    assert few.to_json()["chance"] is None
    assert made.ap == library.teach("demo", "measured", "tiny", FIRST[:6], ["w01"]).ap
    assert list(made.to_json())[:8] == [
        *("name", "collection", "backbone", "digest", "like", "unlike", "ap", "chance")
    ]


def test_chance_is_what_random_orders_come_to():
    rng = np.random.default_rng(0)
    relevant = np.arange(30) < 4
    found = [average_precision(rng.random(30), relevant) for _ in range(4000)]
    assert abs(float(np.mean(found)) - expected_precision(4, 30)) < 0.006


def test_a_label_teaches_too(library):
    made = library.teach("demo", "baroque", "tiny", label=("style", "Baroque"))
    assert (made.label, len(made.like)) == ("style = Baroque", 8)
    assert set(artists(library, [Item(concept="baroque")])) == {"Artist 1"}


@pytest.mark.parametrize(
    ("values", "error", "words"),
    [
        ({"like": ["w00"]}, InvalidInput, "at least 3 works that show it.* 1 is given"),
        ({"like": []}, InvalidInput, "0 are given"),
        ({"like": [*FIRST[:3], "gone"]}, NotFound, "no artwork 'gone'"),
        ({"like": FIRST[:3], "unlike": ["w00"]}, InvalidInput, "both as like and as unlike"),
        ({"like": FIRST[:3], "concept": ""}, InvalidInput, "cannot name a concept"),
        ({"like": FIRST[:3], "concept": "a\x00b"}, InvalidInput, "cannot name a concept"),
        ({"like": FIRST[:3], "concept": "\u202egp"}, InvalidInput, "cannot name a concept"),
        ({"like": FIRST[:3], "concept": "x" * 81}, InvalidInput, "1 to 80 characters"),
        ({"like": ["w00"] * 300}, InvalidInput, "1 is given"),
        ({"like": [f"a{i}" for i in range(201)]}, InvalidInput, "at most 200"),
        ({"label": ("title", "x")}, InvalidInput, "'title' is no column"),
        ({"label": ("style", "x")}, InvalidInput, "No embedded work has 'x' as its style"),
        ({"label": ("style", "Cubism"), "like": ["w00"]}, InvalidInput, "one of the two"),
        ({"like": FIRST[:3], "backbone": "other"}, NotFound, "no backbone 'other'"),
    ],
)
def test_what_cannot_be_taught_is_one_sentence(library, values, error, words):
    values = {"concept": "bad", "backbone": "tiny"} | values
    with pytest.raises(error, match=words) as caught:
        library.teach("demo", **values)
    assert "\n" not in str(caught.value)
    assert all(known.name != "bad" for known in library.concepts("demo"))


@pytest.mark.parametrize(
    "name", ["../../etc", "a/b\\c", "50% <b>", "雪", "Winter's tale; DROP", "CON"]
)
def test_hostile_names_are_names(library, name):
    library.teach("demo", name, "tiny", FIRST[:3])
    assert name in [known.name for known in library.concepts("demo")]
    assert set(artists(library, [Item(concept=name)])) == {"Artist 0"}
    files = [p.name for p in (library.workspace.root / "concepts" / "demo").iterdir()]
    assert all(file.rpartition(".")[2] == "json" for file in files)
    assert library.delete_concept("demo", name) == 1
    with pytest.raises(NotFound, match="There is no concept"):
        artists(library, [Item(concept=name)])


def test_a_concept_is_shared_and_never_used_with_other_weights(library):
    text = library.teach("demo", "shared", "tiny", FIRST[:6]).exported()
    assert library.import_concept("other", text).collection == "other"
    found = library.search("other", Query("tiny", like=(Item(concept="shared"),), k=3))
    assert {hit.artist for hit in found.hits} == {"Artist 0"}
    document = json.loads(text)
    with pytest.raises(Conflict, match="no work of 'other' is embedded with these"):
        library.import_concept("other", json.dumps(document | {"digest": "e" * 64}))
    stale = json.dumps(document | {"digest": "e" * 64, "name": "stale"})
    concept_store.keep_concept(library.workspace, concept_store.parsed_concept(stale, "demo"))
    with pytest.raises(Conflict, match="other weights of 'tiny': teach it again"):
        artists(library, [Item(concept="stale")])


@pytest.mark.parametrize(
    "change",
    [
        {"format": FORMAT.number + 1},
        {"direction": []},
        {"direction": [1.0]},
        {"direction": ["NaN"]},
        {"direction": [float("inf")] * 8},
        {"name": "\x00"},
        {"like": ["x"] * 201},
        {"more": 1},
        {"digest": "../.."},
        {"ap": 3},
    ],
)
def test_a_file_that_is_no_concept_changes_nothing(library, change):
    document = json.loads(library.teach("demo", "sound", "tiny", FIRST[:3]).exported())
    with pytest.raises(ArtsimError) as caught:
        library.import_concept("other", json.dumps(document | change))
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, NewerFormat) == ("format" in change)
    for text in ("", "[]", "{", b"\xff\xfe", "x" * (5 << 20)):
        with pytest.raises(ArtsimError):
            library.import_concept("other", text)


def test_concepts_follow_a_rename_and_go_with_the_collection(library):
    make_demo(library.workspace, "third")
    library.teach("third", "kept", "tiny", FIRST[:3])
    library.rename("third", "fourth", "me")
    assert [known.collection for known in library.concepts("fourth")] == ["fourth"]
    library.delete_collection("fourth")
    make_demo(library.workspace, "fourth")
    assert library.concepts("fourth") == []


def test_works_that_show_one_picture_are_one_example(tmp_path):
    groups = {0: "g", 3: "g", 6: "g"}
    works = [work | {"duplicate_group": groups.get(i)} for i, work in enumerate(works_of())]
    workspace = Workspace.open(tmp_path)
    make_demo(workspace, works=works)
    here = Library(workspace)
    with pytest.raises(InvalidInput, match="1 is given"):
        here.teach("demo", "copies", "tiny", ["w00", "w03", "w06"])
    with pytest.raises(InvalidInput, match="'w03' does not show the concept"):
        here.teach("demo", "copies", "tiny", ["w00", "w09", "w12"], ["w03"])
    assert here.teach("demo", "copies", "tiny", FIRST).like == ("w00", *FIRST[3:])
