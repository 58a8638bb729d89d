"""Orders of what was found, re-ranking by neighbours, and words beside a search by picture."""

import numpy as np
import pytest
from face_kit import make_demo, works_of

from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.search.dials import Dials
from artsim.search.filters import Filters
from artsim.search.order import ORDERS, places_in_order
from artsim.search.query import Query

WORKS = [
    {"artist": "Vincent van Gogh", "year": 1889, "accession": "1900.10"},
    {"artist": None, "year": None, "accession": None},
    {"artist": "Brueghel, Jan, the Elder", "year": 1600, "year_end": 1610, "accession": "A-2"},
    {"artist": "Unknown", "year": -50, "accession": "1900.9"},
    {"artist": "Jan Brueghel the Elder", "year": 1600, "accession": "A-10"},
    {"artist": "葛飾北斎", "year": 1831, "accession": ""},
]


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        ("likeness", [0, 1, 2, 3, 4, 5]),
        ("date", [3, 4, 2, 5, 0, 1]),
        ("artist", [4, 2, 0, 5, 1, 3]),
        ("accession", [3, 0, 2, 4, 1, 5]),
    ],
)
def test_works_are_put_in_order_and_what_is_not_known_is_last(order, wanted):
    assert places_in_order(WORKS, order) == wanted
    assert places_in_order([], order) == []


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    workspace = Workspace.open(tmp_path_factory.mktemp("orders"))
    make_demo(workspace, works=[work | {"accession": f"A{i}"} for i, work in enumerate(works_of())])
    return Library(workspace)


def asked(library, **options):
    return library.search("demo", Query("tiny", id="w00", **options))


def test_the_same_works_are_found_in_every_order(library):
    best = asked(library, k=9)
    for order in ORDERS:
        found = asked(library, k=9, order=order)
        assert {hit.id for hit in found.hits} == {hit.id for hit in best.hits}
        assert sorted(found.hits, key=lambda hit: hit.rank) == list(best.hits)
    years = [hit.year for hit in asked(library, k=9, order="date").hits]
    assert years == sorted(years)
    accessions = [hit.id for hit in asked(library, k=9, order="accession").hits]
    assert accessions == sorted(accessions)
    with pytest.raises(InvalidInput, match="'price' is no order"):
        asked(library, order="price")


def test_a_page_of_works_has_an_order_and_words_their_best_first(library):
    page = library.browse("demo", Filters(), 0, 24, "date")
    assert [row["id"] for row in page.rows][-1] == "w05", "its year is not known"
    found = library.browse("demo", Filters(text="baroqe 1804"), 0, 5)
    assert [row["id"] for row in found.rows] == ["w04"]
    assert "baroque for baroqe" in found.note
    assert library.browse("demo", Filters(text="Work 7"), 0, 1).rows[0]["id"] == "w07"
    assert library.browse("demo", Filters(text="Work 7", styles=("Cubism",)), 0, 5).total == 0
    assert {h.artist for h in asked(library, k=24, filters=Filters(text="cubism")).hits} == {
        "Artist 0"
    }


def test_neighbours_rank_again_and_the_cost_is_said(library):
    plain, again = (asked(library, k=23, dials=Dials(rerank=on)) for on in (False, True))
    assert {hit.id for hit in again.hits} == {hit.id for hit in plain.hits}
    assert [hit.artist for hit in again.hits[:7]] == ["Artist 0"] * 7
    assert again.note.startswith("Re-ranked by neighbours in ")
    assert plain.note == ""
    scores = [hit.score for hit in again.hits]
    assert scores == sorted(scores, reverse=True)
    # Means with their neighbours lie closer together than works do.
    assert np.mean(scores[:7]) > np.mean([hit.score for hit in plain.hits[:7]])
    few = asked(library, k=3, dials=Dials(rerank=True, distinct="artist", surprise=0.2))
    assert len({hit.artist for hit in few.hits}) == 3
    with pytest.raises(InvalidInput, match="goes with cosine"):
        asked(library, metric="euclidean", dials=Dials(rerank=True))
