"""Publishing to Milvus, what goes wrong with it, and that its filters mean what SQL means."""

import json

import numpy as np
import pytest
from collection_kit import add_works, embed_with
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artsim.cli.run import run
from artsim.collection import lance_io, works
from artsim.collection.artwork import Artwork, to_row
from artsim.collection.store import Collection
from artsim.core.errors import Cancelled, Conflict, InvalidInput, Unavailable
from artsim.core.progress import NullProgress
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.plugins.milvus import ask, publish, shape
from artsim.plugins.milvus.asker import Asker
from artsim.plugins.milvus.server import checked_uri, connected, shown
from artsim.plugins.milvus.shape import cut, literal, milvus_name
from artsim.plugins.milvus.where import translated
from artsim.search.filters import Filters
from artsim.search.query import Query

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("milvus")]
N, D = 1_200, 8
ARTISTS = ['a "b"', "it's", "\\", "x\ny", "Плёс", "Claude Monet", None, "%"]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    workspace = Workspace.open(tmp_path_factory.mktemp("milvus-works"))
    collection = Collection.create(workspace, "works-1", "folder")
    add_works(
        collection,
        [
            {
                "id": str(i),
                "title": f"Title {i % 40}",
                "artist": ARTISTS[i % len(ARTISTS)],
                "style": (None, "Realism", "Cubism")[i % 3],
                "year": None if i % 6 == 0 else 1800 + i % 50,
                "has_image": i == 7,
            }
            for i in range(N)
        ],
    )
    rng = np.random.default_rng(1)
    vectors = {str(i): rng.standard_normal(D) for i in range(N)}
    vectors |= {"7": np.zeros(D), "8": np.full(D, 1e20), "9": np.full(D, np.nan)}
    embed_with(collection, "tiny", "d" * 64, vectors)
    return Library(workspace)


def send(library, uri, progress=None, metric="cosine"):
    collection = Collection.open(library.workspace, "works-1")
    column = collection.info().embeddings[0]
    return publish.publish(collection, column, metric, uri, progress or NullProgress())


def test_an_index_of_lists_looks_through_as_many_as_find_enough(tmp_path, milvus, monkeypatch):
    monkeypatch.setattr(shape, "HNSW_UP_TO", 0)
    workspace = Workspace.open(tmp_path)
    collection = Collection.create(workspace, "lists", "folder")
    names = [str(i) for i in range(12_000)]
    add_works(collection, [{"id": n, "style": f"Style {int(n) % 100}"} for n in names])
    vectors = np.random.default_rng(2).standard_normal((len(names), 24))
    embed_with(collection, "tiny", "d" * 64, dict(zip(names, vectors, strict=True)))
    column = collection.info().embeddings[0]
    told = publish.publish(collection, column, "cosine", milvus, NullProgress()).publication
    assert told.kind == "IVF_SQ8"
    assert told.recall is not None
    assert told.recall >= 0.98
    # Far from any cluster, few lists find too little; milvus-lite has longer ones.
    assert told.lists > 64 or milvus.endswith(".db")
    library = Library(workspace)
    few, shares = Filters(styles=("Style 7",)), []
    for name in names[:40]:
        found, exact = (
            library.search("lists", Query("tiny", name, k=10, filters=few, index=index), milvus)
            for index in ("milvus", "exact")
        )
        shares.append(len({h.id for h in found.hits} & {h.id for h in exact.hits}) / 10)
    assert np.mean(shares) >= 0.98
    publish.withdraw(collection, column, "cosine", milvus)


def search(library, uri, **query):
    fresh = Library(library.workspace)
    return fresh.search("works-1", Query("tiny", index="milvus", **query), uri)


class StopsSoon(NullProgress):
    """Somebody cancels after the first batch."""

    def advance(self, n=1):
        if n:
            raise Cancelled("Stopped.")


def test_a_stopped_publication_is_not_searched_and_goes_on(library, milvus):
    with pytest.raises(Conflict, match="run 'artsim index works-1 --backbone tiny --index milvus'"):
        search(library, milvus, id="1")
    with pytest.raises(Cancelled):
        send(library, milvus, StopsSoon())
    with pytest.raises(Conflict, match="is not published to Milvus"):
        search(library, milvus, id="1")
    done = send(library, milvus)
    assert done.publication.works == N - 3  # three have no direction
    assert 0 < done.sent < N - 3
    assert done.publication.recall == 1.0
    assert len(search(library, milvus, id="1", k=2_000).hits) == N - 4
    with pytest.raises(Conflict, match="--index milvus --metric euclidean'"):
        search(library, milvus, id="1", metric="euclidean")


def test_only_what_differs_is_sent_and_what_is_gone_is_removed(library, milvus):
    assert (send(library, milvus).sent, send(library, milvus).removed) == (0, 0)
    collection = Collection.open(library.workspace, "works-1")
    changed = Artwork("11", title="New", artist='"; drop', year=1700)
    works.change_metadata(collection.uri, {"11": to_row(changed)})
    works.remove(collection.uri, ["20", "21"])
    column = collection.info().embeddings[0].column
    collection.write_embeddings(column, ["12"], np.ones((1, D), np.float32))
    others = {"11", "12", "20", "21"}
    near = next(h.id for h in search(library, milvus, id="1").hits if h.id not in others)
    library.desk("works-1", "ana").remove([near])
    stale = search(library, milvus, id="1")
    assert "has changed since it was published" in stale.note
    assert near not in [hit.id for hit in stale.hits]  # though Milvus has it still
    with pytest.raises(Exception, match=f"There is no artwork '{near}'"):
        search(library, milvus, id=near)
    done = send(library, milvus)
    assert (done.sent, done.removed) == (2, 3)
    assert (done.publication.works, done.to_json()["index"]) == (N - 6, "milvus")
    found = search(library, milvus, id="1", k=1, filters=Filters(where="artist = '\"; drop'"))
    assert [(h.id, h.title, h.year) for h in found.hits] == [("11", "New", 1700)]
    assert found.note == ""
    with pytest.raises(Exception, match="There is no artwork '20'"):
        search(library, milvus, id="20")


@pytest.fixture
def client(library, milvus):
    send(library, milvus)
    collection = Collection.open(library.workspace, "works-1")
    name = milvus_name(collection, collection.info().embeddings[0], "cosine")
    with connected(milvus) as connection:
        yield collection, connection, name


_texts = st.sampled_from([a for a in ARTISTS if a]) | st.text(max_size=6)
_quoted = _texts.map(lambda t: "'" + t.replace("'", "''") + "'")
_values = {
    "artist": _quoted,
    "style": st.sampled_from(["'Realism'", "'Cubism'", "''"]),
    "title": st.integers(0, 41).map(lambda i: f"'Title {i}'"),
    "year": st.integers(1795, 1855).map(str),
    "id": st.integers(0, N).map(lambda i: f"'{i}'"),
}


@st.composite
def comparisons(draw):
    column = draw(st.sampled_from(sorted(_values)))
    value = _values[column]
    form = draw(st.integers(0, 4))
    negated = draw(st.sampled_from(["", "NOT "]))
    if form == 0:
        listed = ", ".join(draw(st.lists(value, min_size=1, max_size=4)))
        return f"{column} {negated}IN ({listed})"
    if form == 1:
        return f"{column} {negated}BETWEEN {draw(value)} AND {draw(value)}"
    if form == 2:
        return f"{column} IS {negated}NULL"
    sign = draw(st.sampled_from(["=", "!=", "<>", "<", "<=", ">", ">="]))
    return f"{negated}{column} {sign} {draw(value)}"


_conditions = st.recursive(
    comparisons(),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["AND", "or"]), inner).map(" ".join),
        inner.map(lambda c: f"NOT ({c})"),
    ),
    max_leaves=6,
)


def assert_same_works(client, where):
    """Milvus and the collection find the same works, whose ids are returned."""
    collection, connection, name = client
    expression = translated(where)
    assert expression is not None
    rows = connection.query(name, filter=f'({expression}) and id != ":record"', limit=N)
    found = {r["id"] for r in rows}
    assert found == set(collection.ids_matching(where)) - {"7", "8", "9"}
    return found


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(where=_conditions)
def test_translated_sql_is_true_for_the_same_works(client, where):
    assert_same_works(client, where)


def test_no_negation_finds_works_of_unknown_artist(client):
    where = "NOT (artist IN ('a') AND artist IN ('b'))"
    found = assert_same_works(client, where)
    assert len(found) > N / 2
    assert not found & {str(i) for i in range(N) if ARTISTS[i % len(ARTISTS)] is None}


@pytest.mark.parametrize(
    "where",
    [
        "artist NOT IN ('a') OR artist NOT IN ('b')",
        "NOT (NOT (NOT (artist IN ('a') AND artist IN ('b'))))",
        "NOT ((artist = 'a' OR artist = '%') AND (artist = 'c' OR artist = 'x'))",
        "NOT (artist IN ('%', 'b') AND artist NOT IN ('%', 'b', 'c'))",
        "(artist IN ('a') AND artist IN ('b')) IS NULL",
        "(artist = '%' AND year = 1810) IS NOT NULL",
        "(artist = '%' OR year = 1810) IS NOT TRUE",
        "NOT (artist = '%' AND style = 'Cubism')",
        "NOT (artist = '%' OR style IS NULL) OR NOT (year <> 1810)",
        "NOT (year BETWEEN 1805 AND 1845 AND style IN ('Realism'))",
        "NOT year NOT BETWEEN 1805 AND 1845 AND NOT artist IS NOT NULL",
        "year > 1810 OR NOT (year > 1810)",
    ],
)
def test_translated_sql_that_meets_unknown_values(client, where):
    assert_same_works(client, where)


@pytest.mark.parametrize(
    "where",
    [
        "artist LIKE 'a%'",
        "artist = \"x\"",
        "`artist` = 'x'",
        "'x' = artist",
        "artist = title",
        "artist = 5",
        "year = '1800'",
        "year < 1800.5",
        "year < 99999999999",
        "lower(artist) = 'x'",
        "accession = 'A'",
        "Artist = 'x'",
        "artist = 'x' --",
        "artist = 'x",
        "artist NOT = 'x'",
        "artist IN ()",
        "artist = 'x' OR",
        "has_image",
        "NOT " * 200 + "artist = 'x'",
        "artist = 'x' OR " * 400 + "artist = 'x'",
        "(" * 200 + "artist = 'x'" + ")" * 200,
    ],
)  # fmt: skip
def test_what_milvus_might_read_otherwise_is_left_to_the_table(where):
    assert translated(where) is None


def test_a_text_is_one_string_whatever_it_holds():
    assert literal('a"b\\c\nd\re') == '"a\\"b\\\\c\\nd\\re"'
    assert len(cut("é" * 60_000).encode()) <= 65_535


def test_a_filter_that_too_many_works_pass_is_applied_to_the_nearest(library, milvus, monkeypatch):
    send(library, milvus)
    few = search(library, milvus, id="1", filters=Filters(where="title LIKE 'Title 1%'"))
    assert "of works that pass" in few.note
    monkeypatch.setattr(ask, "MAX_IDS", 5)
    many = search(library, milvus, id="1", filters=Filters(where="title LIKE 'Title 1%'"))
    assert "nearest works" in many.note
    assert many.hits == few.hits
    monkeypatch.setattr(ask, "FURTHEST", 20)
    monkeypatch.setattr("artsim.plugins.milvus.asker.FURTHEST", 20)
    with pytest.raises(InvalidInput, match="narrow it, write it with"):
        search(library, milvus, id="1", filters=Filters(where="title LIKE 'Title 1%'"))


def test_a_work_without_direction_does_no_harm(library, milvus):
    send(library, milvus)
    with pytest.raises(Conflict, match="has no embedding in Milvus that can be compared"):
        search(library, milvus, id="7")
    assert send(library, milvus, metric="euclidean").publication.recall == 1.0
    exact = Library(library.workspace).search("works-1", Query("tiny", id="1", metric="euclidean"))
    assert search(library, milvus, id="1", metric="euclidean").hits == exact.hits
    assert len(search(library, milvus, id="7", metric="euclidean").hits) == 12


def test_a_collection_at_rest_is_loaded_when_it_is_asked(client, library, milvus):
    _, connection, name = client
    connection.release_collection(name)
    assert len(search(library, milvus, id="1", k=20).hits) == 20


def test_workspaces_that_share_a_server_keep_apart(library, milvus, tmp_path):
    send(library, milvus)
    other = Collection.create(Workspace.open(tmp_path), "works-1", "folder")
    add_works(other, [{"id": "1"}, {"id": "2"}])
    embed_with(other, "tiny", "d" * 64, {"1": [1] * D, "2": [2] * D})
    publish.publish(other, other.info().embeddings[0], "cosine", milvus)
    assert len(search(library, milvus, id="1", k=50).hits) == 50
    assert publish.withdraw(other, other.info().embeddings[0], "cosine", milvus)
    assert not publish.withdraw(other, other.info().embeddings[0], "cosine", milvus)
    assert len(search(library, milvus, id="1", k=50).hits) == 50
    assert search(library, milvus, id="1").note == ""


@pytest.mark.parametrize("uri", ["http://127.0.0.1:1", "http://user:secret@127.0.0.1:1"])
def test_a_server_that_does_not_answer_is_one_sentence(library, uri):
    with pytest.raises(Unavailable, match="does not answer: start it, or correct its address") as e:
        search(library, uri, id="1")
    assert "secret" not in str(e.value)


@pytest.mark.parametrize(
    "uri",
    ["file:///etc/passwd", "ftp://x", "http://", "x.txt", "/nowhere/x.db", "http://h:x", "s3://b/x.db"],
)  # fmt: skip
def test_addresses_that_are_none_are_refused(uri):
    with pytest.raises(InvalidInput, match="is no address of Milvus"):
        checked_uri(uri)


def test_the_address_comes_from_the_environment_never_from_a_request(monkeypatch, library):
    monkeypatch.delenv("ARTSIM_MILVUS_URI", raising=False)
    with pytest.raises(InvalidInput, match="ARTSIM_MILVUS_URI"):
        search(library, None, id="1")
    monkeypatch.setenv("ARTSIM_MILVUS_URI", "http://milvus.example:19530")
    assert checked_uri(None) == "http://milvus.example:19530"
    assert shown("https://user:secret@host/db") == "https://host/db"


def test_the_commands_give_what_exact_search_gives(demo_copy, milvus, tmp_path, capsys):
    from pictures_kit import jpeg

    picture = tmp_path / "query.jpg"
    picture.write_bytes(jpeg(5, 320, 240))
    common = ["demo", "--backbone", "efficientnet_lite0"]
    assert run(["index", *common, "--index", "milvus", "--uri", milvus, "--json"]) == 0
    published = json.loads(capsys.readouterr().out)
    assert (published["collection"], published["removed"]) == ("demo", 0)
    search = ["search", *common, "--image", str(picture), "-k", "5", "--json"]
    answers = {}
    for options in (["--index", "exact"], ["--index", "milvus", "--uri", milvus]):
        assert run([*search, *options]) == 0
        answers[options[1]] = json.loads(capsys.readouterr().out)
    assert answers["milvus"]["results"] == answers["exact"]["results"]
    assert answers["milvus"]["index"] == "milvus"
    assert run([*search, "--index", "exact", "--uri", milvus]) == 2
    assert "--uri goes with --index milvus" in capsys.readouterr().err
    assert run(["index", *common, "--index", "milvus", "--uri", milvus, "--drop"]) == 0
    assert run([*search, "--index", "milvus", "--uri", milvus]) == 1
    assert "run 'artsim index demo --backbone efficientnet_lite0" in capsys.readouterr().err


def test_counting_asks_for_everything_that_passes(client):
    _, connection, name = client
    assert Asker(connection, name).count(['id != ":record"']) == N - 6


def test_copies_are_one_answer_as_in_exact_search_and_further_pictures_are_refused(
    milvus, tmp_path
):
    workspace = Workspace.open(tmp_path)
    prints = Collection.create(workspace, "prints", "folder")
    rows = [{"id": str(i), "artist": "AB"[i % 2], "has_image": False} for i in range(60)]
    groups = {**{i: f"g-{i % 10}" for i in range(30)}, **dict.fromkeys(range(30, 58), "g-30")}
    add_works(prints, [r | {"duplicate_group": groups.get(int(r["id"]))} for r in rows])
    rng = np.random.default_rng(3)
    vectors = {str(i): rng.standard_normal(D) for i in range(60)}
    column = embed_with(prints, "tiny", "d" * 64, vectors)
    here = Library(workspace)
    publish.publish(prints, prints.info().embeddings[0], "cosine", milvus, NullProgress())
    for copies in ("collapsed", "all", "none"):
        for where in ("", "artist = 'A'", "lower(artist) = 'a'"):
            asked = {"id": "59", "k": 9, "copies": copies, "filters": Filters(where=where)}
            exact = here.search("prints", Query("tiny", **asked)).hits
            assert (
                here.search("prints", Query("tiny", index="milvus", **asked), milvus).hits == exact
            )
    verso = {"file": "1b.jpg", "sequence": 99, "work": "1", "role": "verso", "state": "kept"}
    prints.pictures.put([verso])
    field = lance_io.opened(prints.uri).schema.field(column)
    prints.pictures.ensure_embedding_column(field)
    prints.pictures.write_embeddings(column, ["1b.jpg"], np.ones((1, D), np.float32))
    with pytest.raises(InvalidInput, match="one picture a work: search with index auto"):
        Library(workspace).search("prints", Query("tiny", id="59", index="milvus"), milvus)
