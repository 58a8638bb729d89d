"""What every index must do, whichever answers: the same works, scores, order and refusals."""

from dataclasses import dataclass

import numpy as np
import pytest
from collection_kit import add_works, embed_with

from artsim.collection.artwork import id_key
from artsim.collection.store import Collection
from artsim.core.errors import Conflict, InvalidInput, NotFound
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.plugins.milvus.publish import publish
from artsim.search.build_index import build_index
from artsim.search.filters import Filters
from artsim.search.query import Query

pytestmark = pytest.mark.xdist_group("milvus")  # with what else asks the one server
NAME, BACKBONE, DIGEST = "works", "tiny", "d" * 64
N, D = 1_000, 16
METRICS = ("cosine", "euclidean")
ODD = ['say "x"', "it's", "back\\slash", "two\nlines", '" or id != "', "日本 🎨", "%_", "Плёс"]
ARTISTS = ["Claude Monet", "Berthe Morisot", *ODD, None]


def works():
    made = []
    for i in range(N):
        year = None if i % 7 == 0 else 1800 + i % 120
        made.append(
            {
                "id": f"w-{i}" if i % 10 == 0 else str(i),
                "title": f"Garden {i}" if i % 3 else "Évian",
                "artist": ARTISTS[i % len(ARTISTS)],
                "year": year,
                "year_end": None if year is None or i % 5 else year + 4,
                "style": ("Realism", "Symbolism", None)[i % 3],
                "genre": ("portrait", "landscape")[i % 2],
                "school": None if i % 4 else "French",
                "duplicate_group": f"g{i // 30}" if i % 30 < 3 else None,
                "accession": f"A.{i}",
            }
        )
    bare = {"title": "Bare", "artist": "Claude Monet"}
    return [
        *made,
        {"id": "no-image", "has_image": False, **bare},
        {"id": "not-embedded", **bare},
        *({"id": f"same-{i}", **bare} for i in range(20)),
    ]


def embeddings():
    rng = np.random.default_rng(3)
    centres = rng.standard_normal((12, D)) * 2
    vectors = centres[rng.integers(12, size=N)] + rng.standard_normal((N, D))
    found = {w["id"]: v for w, v in zip(works(), vectors, strict=False)}
    return found | {f"same-{i}": np.ones(D) for i in range(20)}


@dataclass(frozen=True)
class Asked:
    """An engine and the index that it is asked through."""

    library: Library
    kind: str
    uri: str | None

    def search(self, **query):
        query = {"copies": "all", **query}
        return self.library.search(NAME, Query(BACKBONE, index=self.kind, **query), self.uri)


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    workspace = Workspace.open(tmp_path_factory.mktemp("contract"))
    collection = Collection.create(workspace, NAME, "folder")
    add_works(collection, works())
    embed_with(collection, BACKBONE, DIGEST, embeddings())
    return Library(workspace)


@pytest.fixture(
    scope="module", params=["exact", "approximate", pytest.param("milvus", marks=pytest.mark.slow)]
)
def asked(request, library):
    if request.param == "approximate":
        for metric in METRICS:
            build_index(library.collection(NAME), library.gallery(NAME, BACKBONE), metric)
    if request.param != "milvus":
        return Asked(library, request.param, None)
    uri = request.getfixturevalue("milvus")
    for metric in METRICS:
        publish(library.collection(NAME), library.column(NAME, BACKBONE), metric, uri)
    return Asked(library, "milvus", uri)


def expected(query, metric, allowed, k):
    """Ids and scores by the plain definition, in float64."""
    vectors = {i: np.float32(v).astype(np.float64) for i, v in embeddings().items()}
    target = vectors[query] if isinstance(query, str) else np.asarray(query, np.float64)
    scored = []
    for i in allowed:
        v = vectors.get(i)
        if v is None:
            continue
        if metric == "euclidean":
            score = -np.linalg.norm(v - target)
        else:
            score = v @ target / np.linalg.norm(v) / np.linalg.norm(target)
        scored.append((round(-score, 9) + 0.0, id_key(i), i, score))
    scored.sort()
    return [i for _, _, i, _ in scored[:k]], [s for *_, s in scored[:k]], len(scored)


def passing(query, holds=lambda _: True):
    """Ids of works for which ``holds`` is true, but for the query and its copies."""
    everything = works()
    own = next(w for w in everything if w["id"] == query)
    group = own.get("duplicate_group")
    return [
        w["id"]
        for w in everything
        if w["id"] != query and not (group and w.get("duplicate_group") == group) and holds(w)
    ]


def check(result, query, allowed, metric="cosine", k=12):
    ids, scores, count = expected(query, metric, allowed, k)
    assert [hit.id for hit in result.hits] == ids
    np.testing.assert_allclose([hit.score for hit in result.hits], scores, atol=1e-6)
    assert [hit.rank for hit in result.hits] == list(range(1, len(ids) + 1))
    assert result.candidates == count


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("query", ["1", "w-30", "61", "299", "same-3"])
def test_the_nearest_works_come_best_first(asked, query, metric):
    result = asked.search(id=query, metric=metric)
    check(result, query, passing(query), metric)
    assert (result.index, result.metric, result.digest) == (asked.kind, metric, DIGEST)


@pytest.mark.parametrize("metric", METRICS)
def test_distance_belongs_to_the_score(asked, metric):
    for hit in asked.search(id="5", metric=metric).hits:
        assert hit.distance == (1 - hit.score if metric == "cosine" else -hit.score)


@pytest.mark.parametrize("metric", METRICS)
def test_equal_scores_come_in_order_of_id(asked, metric):
    hits = asked.search(id="same-7", metric=metric, k=19).hits
    assert [h.id for h in hits] == sorted(f"same-{i}" for i in range(20) if i != 7)
    assert len({h.score for h in hits}) == 1


def test_neither_the_query_nor_its_copies_are_found(asked):
    copies = {"w-60", "61", "62"}
    for query in copies:
        assert not copies & {h.id for h in asked.search(id=query, k=2_000).hits}


def test_everything_is_found_once_where_k_is_large(asked):
    hits = asked.search(id="1", k=10_000).hits
    assert sorted(h.id for h in hits) == sorted(set(embeddings()) - {"w-0", "1", "2"})


def test_a_hit_carries_its_metadata(asked):
    hit = asked.search(id="1", k=1, filters=Filters(where="id = 'w-30'")).hits[0]
    assert (hit.title, hit.artist, hit.year, hit.duplicate_group) == (
        "Évian",
        ARTISTS[30 % len(ARTISTS)] or "",
        1830,
        "g1",
    )
    unknown = asked.search(id="1", k=1, filters=Filters(where="id = '7'")).hits[0]
    assert (unknown.year, unknown.duplicate_group) == (None, None)


def test_the_json_document_is_that_of_the_contract(asked):
    document = asked.search(id="1", k=2).to_json()
    assert list(document) == (
        ["collection", "backbone", "digest", "metric", "index", "k", "took_ms", "query", "results"]
    )
    assert document["index"] == asked.kind
    assert list(document["results"][0]) == [
        *("rank", "id", "score", "distance", "title", "artist", "year", "duplicate_group"),
        *("image", "box", "copies"),
    ]


def test_works_can_be_left_out_by_id_and_by_group(asked):
    left_out = {"3", "4", '" or id != "', "w-30", "31", "32"}
    result = asked.search(
        id="1", k=2_000, exclude_ids=("3", "4", '" or id != "'), exclude_groups=("g1", 'g"')
    )
    check(result, "1", [i for i in passing("1") if i not in left_out], k=2_000)


@pytest.mark.parametrize("artist", [a for a in ARTISTS if a])
def test_a_facet_matches_whatever_its_text_holds(asked, artist):
    result = asked.search(id="1", k=2_000, filters=Filters(artists=(artist,)))
    check(result, "1", passing("1", lambda w: w["artist"] == artist), k=2_000)


YEARS = {
    "from": (Filters(year_from=1850), lambda f, t: t is not None and t >= 1850),
    "to": (Filters(year_to=1830), lambda f, t: f is not None and f <= 1830),
    "both": (
        Filters(year_from=1850, year_to=1853),
        lambda f, t: f is not None and t >= 1850 and f <= 1853,
    ),
    "far": (Filters(year_from=99_999), lambda f, t: False),
}


@pytest.mark.parametrize("name", YEARS)
def test_years_overlap(asked, name):
    filters, holds = YEARS[name]

    def passes(work):
        first = work.get("year")
        last = first if work.get("year_end") is None else work["year_end"]
        return holds(first, last)

    check(asked.search(id="1", k=2_000, filters=filters), "1", passing("1", passes), k=2_000)


WHERES = [
    ("style = 'Realism'", lambda w: w.get("style") == "Realism"),
    ("style <> 'Realism'", lambda w: w.get("style") not in (None, "Realism")),
    ("NOT style = 'Realism'", lambda w: w.get("style") not in (None, "Realism")),
    ("style IS NULL AND genre = 'portrait'", lambda w: not w.get("style") and "genre" in w
     and w["genre"] == "portrait"),
    ("artist = 'it''s'", lambda w: w["artist"] == "it's"),
    ("artist IN ('\" or id != \"', 'x')", lambda w: w["artist"] == '" or id != "'),
    ("year BETWEEN 1810 AND 1820 OR school = 'French'",
     lambda w: 1810 <= (w.get("year") or 0) <= 1820 or w.get("school") == "French"),
    ("NOT (year < 1850 OR style IN ('Realism'))",
     lambda w: (w.get("year") or 0) >= 1850 and w.get("style") not in (None, "Realism")),
    ("title LIKE '%arden 1%'", lambda w: "arden 1" in w["title"]),
    ("accession = 'A.17'", lambda w: w.get("accession") == "A.17"),
    ("lower(artist) = 'claude monet' AND year >= 1850",
     lambda w: w["artist"] == "Claude Monet" and (w.get("year") or 0) >= 1850),
    ("year > 3000", lambda w: False),
]  # fmt: skip


@pytest.mark.parametrize(("where", "holds"), WHERES, ids=[w for w, _ in WHERES])
def test_sql_means_the_same(asked, where, holds):
    result = asked.search(id="1", k=2_000, filters=Filters(where=where))
    check(result, "1", passing("1", holds), k=2_000)


def test_words_of_title_and_artist(asked):
    result = asked.search(id="1", k=2_000, filters=Filters(text="EVIAN monet"))
    check(result, "1", passing("1", lambda w: w["title"] == "Évian"
                               and w["artist"] == "Claude Monet"), k=2_000)  # fmt: skip


def test_filters_hold_together(asked):
    filters = Filters(genres=("portrait",), year_to=1850, has_image=True, where="year > 1820")
    result = asked.search(id="1", k=2_000, filters=filters)
    check(
        result,
        "1",
        passing("1", lambda w: w.get("genre") == "portrait" and 1820 < (w["year"] or 0) <= 1850),
        k=2_000,
    )
    assert asked.search(id="1", filters=Filters(has_image=False)).hits == ()


@pytest.mark.parametrize(
    ("query", "error", "message"),
    [
        ("4004", NotFound, "There is no artwork '4004'"),
        ("' OR 1=1", NotFound, "There is no artwork"),
        ('" or id != "', NotFound, "There is no artwork"),
        ("no-image", InvalidInput, "has no image to search with"),
        ("not-embedded", Conflict, "artsim embed works --backbone tiny"),
    ],
)
def test_works_that_cannot_be_asked_with(asked, query, error, message):
    with pytest.raises(error, match=message):
        asked.search(id=query)


@pytest.mark.parametrize(
    "where", ["nonsense = 1", "year = ", "image IS NULL", "emb_x = 1", 'id = "1" --', "year / 0"]
)
def test_filters_that_make_no_sense_are_refused(asked, where):
    with pytest.raises(InvalidInput, match="filter"):
        asked.search(id="1", filters=Filters(where=where))
