import math

import numpy as np
import pytest
from collection_kit import add_works, embed_with, make_collection
from pydantic import ValidationError
from rapidfuzz import fuzz

from artsim.collection.store import Collection
from artsim.engine import Engine
from artsim.errors import ArtsimError, Cancelled, Conflict, InvalidInput, NotFound
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.evaluate import evaluate, likely_seconds
from artsim.evaluation.titles import fold_title, says_nothing
from artsim.jobs.progress import NullProgress

TITLES = ("The mill", "The mill II", "Untitled", "Sea view", "Sea views", "Dawn")
K = 5


def works_of(count=40, prefix="w", seed=0):
    rng = np.random.default_rng(seed)
    return [
        {
            "id": f"{prefix}{i}",
            "title": TITLES[rng.integers(len(TITLES))],
            "artist": f"Artist {rng.integers(6)}",
            "style": ["Cubism", "Baroque", None][rng.integers(3)],
            "year": int(rng.integers(1590, 1960)) if i % 5 else None,
            "duplicate_group": f"g-{i % 3}" if i < 9 else None,
        }
        for i in range(count)
    ]


@pytest.fixture
def engine(workspace):
    works = works_of()
    collection = make_collection(workspace, "mine", works, dimension=6)
    rng = np.random.default_rng(9)
    embed_with(collection, "other", "e" * 64, {w["id"]: rng.standard_normal(4) for w in works})
    return Engine(workspace)


def config_of(**values):
    return EvaluateConfig(**{"collection": "mine", "backbones": ("tiny",), "k": K} | values)


def brute(engine, relevance, metric, queries="mine"):
    """Every figure by the definitions, a query and a work at a time."""
    gallery, asking = engine.gallery("mine", "tiny"), engine.gallery(queries, "tiny")
    works = gallery.catalog.rows(gallery.positions)

    def relevant(a, b):
        if relevance != "title":
            return bool(a[relevance]) and a[relevance] == b[relevance]
        one, two = fold_title(a["title"] or ""), fold_title(b["title"] or "")
        nothing = says_nothing(one) or says_nothing(two)
        return not nothing and fuzz.ratio(one, two) / 100 >= 0.8

    found, skipped = [], 0
    for query, vector in zip(asking.catalog.rows(asking.positions), asking.matrix, strict=True):
        own = next((w for w in works if w["id"] == query["id"]), None)
        group = own["duplicate_group"] if own else None
        candidates = []
        for work, other in zip(works, gallery.matrix, strict=True):
            if work["id"] == query["id"] or (group and work["duplicate_group"] == group):
                continue
            a, b = vector.astype(float), other.astype(float)
            cosine = a @ b / np.linalg.norm(a) / np.linalg.norm(b)
            key = -cosine if metric == "cosine" else np.linalg.norm(a - b)
            candidates.append((key, work, cosine))
        candidates.sort(key=lambda c: c[0])
        flags = [relevant(query, work) for _, work, _ in candidates]
        r = sum(flags)
        if not r:
            skipped += 1
            continue
        top = flags[:K]
        gains = [f / math.log2(i + 2) for i, f in enumerate(top)]
        first = top.index(True) + 1 if any(top) else None
        cosines = [c for _, _, c in candidates[:K]]
        found.append(
            {
                "precision_at_k": sum(top) / K,
                "recall_at_k": sum(top) / r,
                "map_at_k": sum(sum(top[: i + 1]) / (i + 1) for i, f in enumerate(top) if f)
                / min(K, r),
                "ndcg_at_k": sum(gains) / sum(1 / math.log2(i + 2) for i in range(min(K, r))),
                "mrr": 1 / first if first else 0,
                "r_precision": sum(flags[:r]) / r,
                "hit_at_k": float(any(top)),
                "chance_precision": r / len(flags),
                "mean_similarity": sum(cosines) / K,
                "feature_precision": sum(c >= 0.5 for c in cosines) / K,
                "quality_metric": sum(top) / (K * r),
            }
        )
    return {n: np.mean([f[n] for f in found]) for n in found[0]}, len(found), skipped


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("relevance", ["title", "style", "artist"])
def test_against_brute_force(engine, relevance, metric):
    config = config_of(relevances=(relevance,), metric=metric, feature_threshold=0.5)
    (run,) = evaluate(engine, config).runs
    expected, asked, skipped = brute(engine, relevance, metric)
    assert (run.queries, run.skipped, run.gallery) == (asked, skipped, 40)
    document = run.to_json()
    for name, value in expected.items():
        assert document[name]["value"] == pytest.approx(value, abs=1e-12), name
        low, high = document[name]["ci95"]
        assert low - 1e-9 <= value <= high + 1e-9


def test_queries_of_another_collection(engine, workspace):
    works = [*works_of(25, "q", seed=4), {"id": "w3", "title": "Dawn", "style": "Cubism"}]
    make_collection(workspace, "guests", works, dimension=6, seed=5)
    found = evaluate(engine, config_of(queries="guests", relevances=("style",)))
    expected, asked, skipped = brute(engine, "style", "cosine", "guests")
    (run,) = found.runs
    assert (run.queries, run.skipped, found.queries_collection) == (asked, skipped, "guests")
    assert run.figures["map_at_k"].value == pytest.approx(expected["map_at_k"], abs=1e-12)
    case = next(row for row in found.per_query.to_pylist() if row["id"] == "w3")
    assert not {"w0", "w3", "w6"} & set(case["retrieved"])  # the same id, and its group


def test_the_document_has_the_contract_s_form(engine):
    document = evaluate(engine, config_of(relevances=("style", "title"))).to_json()
    assert list(document)[:4] == ["collection", "queries_collection", "code_version", "runs"]
    style, title = document["runs"]
    for run in (style, title):
        assert run["index"] == "exact"
        assert run["digest"] == "d" * 64
        for name in (
            "precision_at_k",
            "recall_at_k",
            "map_at_k",
            "ndcg_at_k",
            "mrr",
            "r_precision",
            "hit_at_k",
            "chance_precision",
            "mean_similarity",
        ):
            assert set(run[name]) == {"value", "ci95"}
        assert run["feature_precision"]["threshold"] == 0.8
        assert 0 <= run["feature_precision"]["above_random"]["value"] <= 1
        joined, quality = run["combined"], run["quality_metric"]
        assert (joined["title_weight"], joined["visual_weight"]) == (0.4, 0.6)
        assert joined["value"] == pytest.approx(
            0.4 * joined["title"] + 0.6 * joined["visual"], abs=2e-6
        )
        assert quality["n"] == K
        assert quality["k_share"] == run["recall_at_k"]["value"]
        assert quality["precision"] == run["precision_at_k"]["value"]
    assert title["combined"]["title"] == title["precision_at_k"]["value"]
    assert style["combined"] == title["combined"]
    assert document["policy"] == "skip"
    assert document["titles"]["untitled"] > 0
    assert any("Titles leave" in text for text in document["notes"])
    assert title["skipped"] >= document["titles"]["untitled"]


def test_the_same_table_twice(engine, workspace):
    config = config_of(backbones=("tiny", "other"), sample=30, seed=3)
    first, second = evaluate(engine, config), evaluate(Engine(workspace), config)
    assert [r.to_json() for r in first.runs] == [r.to_json() for r in second.runs]
    assert first.comparisons == second.comparisons
    assert first.per_query.equals(second.per_query)
    assert {r.queries + r.skipped for r in first.runs} == {30}


def test_backbones_are_compared_on_the_same_queries(engine):
    found = evaluate(engine, config_of(backbones=("tiny", "other"), relevances=("artist", "style")))
    assert len(found.comparisons) == 2 * 7
    table = found.per_query.to_pandas()
    by_map = [c for c in found.comparisons if c.metric == "map_at_k"]
    for test in by_map:
        rows = table[table.relevance == test.relevance]
        a = rows[rows.backbone == "tiny"].set_index("id").map_at_k
        b = rows[rows.backbone == "other"].set_index("id").map_at_k
        assert test.difference == pytest.approx((a - b).mean())
        assert (test.better, test.worse) == ((a > b).sum(), (a < b).sum())
        assert test.better + test.worse + test.same == test.queries == len(a)
        assert test.ci95[0] <= test.difference <= test.ci95[1]
        assert test.p <= test.p_holm <= 1
    smallest = min(by_map, key=lambda c: c.p)
    assert smallest.p_holm == pytest.approx(min(1, 2 * smallest.p))


def test_only_works_that_every_backbone_has_take_part(engine, workspace):
    collection = Collection.open(workspace, "mine")
    ids = [f"w{i}" for i in range(12, 40)]
    rng = np.random.default_rng(0)
    embed_with(collection, "part", "f" * 64, {i: rng.standard_normal(3) for i in ids})
    found = evaluate(Engine(workspace), config_of(backbones=("tiny", "part")))
    assert {run.gallery for run in found.runs} == {28}
    assert set(found.per_query.column("id").to_pylist()) <= set(ids)
    assert any("12 are left out" in text for text in found.notes)


def test_parts_add_up(engine):
    (run,) = evaluate(engine, config_of(relevances=("artist",))).runs
    for parts in run.parts.values():
        assert sum(part.queries for part in parts) == run.queries
        mean = sum(p.queries * p.map_at_k.value for p in parts) / run.queries
        assert mean == pytest.approx(run.figures["map_at_k"].value)
    assert "artists" not in run.parts
    names = [part.value for part in run.parts["century"]]
    assert names == [
        n
        for n in (
            "16th century",
            "17th century",
            "18th century",
            "19th century",
            "20th century",
            "unknown",
        )
        if n in names
    ]
    assert "unknown" in names


def test_worst_and_best_queries(engine):
    found = evaluate(engine, config_of(relevances=("artist",)))
    (run,) = found.runs
    rows = {row["id"]: row for row in found.per_query.to_pylist()}
    assert len(run.worst) == len(run.best) == 20
    for case in (*run.worst, *run.best):
        row = rows[case.id]
        assert list(case.retrieved) == row["retrieved"]
        assert list(case.relevant) == row["relevant"]
        assert len(case.retrieved) == K
        assert case.average_precision == row["map_at_k"]
    worst = [c.average_precision for c in run.worst]
    best = [c.average_precision for c in run.best]
    assert worst == sorted(row["map_at_k"] for row in rows.values())[:20]
    assert best == sorted((row["map_at_k"] for row in rows.values()), reverse=True)[:20]


def test_the_curve_ends_in_the_figures(engine):
    (run,) = evaluate(engine, config_of(relevances=("style",))).runs
    curve = run.curve
    assert curve.k == (1, 2, 3, 4, 5)
    assert curve.map[-1] == pytest.approx(run.figures["map_at_k"].value)
    assert curve.precision[-1] == pytest.approx(run.figures["precision_at_k"].value)
    assert curve.recall[-1] == pytest.approx(run.figures["recall_at_k"].value)
    assert list(curve.recall) == sorted(curve.recall)
    for k in (1, 3):
        (short,) = evaluate(engine, config_of(relevances=("style",), k=k)).runs
        assert curve.map[k - 1] == pytest.approx(short.figures["map_at_k"].value)


def test_without_titles_there_is_no_combined_figure(workspace):
    works = [{"id": f"w{i}", "title": "Untitled", "artist": f"a{i % 2}"} for i in range(8)]
    make_collection(workspace, "mine", works)
    found = evaluate(Engine(workspace), config_of(k=3))
    assert [run.relevance for run in found.runs] == ["artist"]
    assert found.runs[0].combined.value is None
    assert found.titles is None


def test_zero_and_broken_embeddings_are_left_out_by_name(workspace):
    collection = make_collection(workspace, "mine", works_of(20))
    broken = {"w1": np.zeros(8), "w2": np.full(8, np.nan), "w3": np.full(8, np.inf)}
    embed_with(collection, "tiny", "d" * 64, broken)
    found = evaluate(Engine(workspace), config_of())
    assert {run.gallery for run in found.runs} == {17}
    assert found.notes[0] == (
        "Left out of 'mine': w1, w2, w3, whose embedding from 'tiny' is zero or not finite."
    )
    retrieved = {i for row in found.per_query.column("retrieved").to_pylist() for i in row}
    assert not retrieved & set(broken)


@pytest.mark.parametrize(
    ("values", "kind", "message"),
    [
        (
            {"relevances": ("school",)},
            InvalidInput,
            "No embedded work of 'mine' has a school, so "
            "school cannot be the relevance: it has title, style, artist.",
        ),
        (
            {"k": 41},
            InvalidInput,
            "K is 41, but 'mine' has 40 embedded works: choose a K of 39 or less.",
        ),
        (
            {"collection": "nowhere"},
            NotFound,
            "There is no collection 'nowhere' (there are: mine).",
        ),
        ({"queries": "nowhere"}, NotFound, "There is no collection 'nowhere' (there are: mine)."),
        (
            {"backbones": ("resnet18",)},
            Conflict,
            "'mine' is not embedded with 'resnet18' yet: run "
            "'artsim embed mine --backbone resnet18'.",
        ),
    ],
)
def test_bad_input(engine, monkeypatch, values, kind, message):
    monkeypatch.setattr(Engine, "_resolve", lambda self, name: None)  # weights need a network
    with pytest.raises(kind) as raised:
        evaluate(engine, config_of(**values))
    assert str(raised.value) == message


def test_queries_of_another_digest_say_what_to_embed(engine, workspace):
    make_collection(workspace, "guests", works_of(5, "q"), digest="c" * 64, dimension=6)
    with pytest.raises(Conflict) as raised:
        evaluate(engine, config_of(queries="guests"))
    assert str(raised.value) == (
        "The embeddings of 'guests' are of other weights of 'tiny' (cccccccccccc, now "
        "dddddddddddd): run 'artsim embed guests --backbone tiny' again."
    )


def alike(count, **same):
    return [{"id": f"w{i}", **same} for i in range(count)]


@pytest.mark.parametrize(
    ("works", "relevances", "message"),
    [
        (
            alike(1, title="Dawn"),
            ("title",),
            "'mine' has 1 work with a usable embedding from every "
            "backbone asked for, and an evaluation needs at least 2.",
        ),
        (
            alike(6, title="Dawn"),
            ("title",),
            "By title every work of 'mine' that can be found is "
            "relevant to every query, so any ranking would be perfect: choose another relevance.",
        ),
        (
            alike(6, artist="Monet"),
            ("artist",),
            "By artist every work of 'mine' that can be found is relevant to every query, so any "
            "ranking would be perfect: choose another relevance.",
        ),
        (
            alike(6),
            (),
            "Nothing in 'mine' says which works are related: give its works a title, "
            "style, genre, school or artist, with two works sharing one at least.",
        ),
        (
            [{"id": f"w{i}", "style": f"s{i}"} for i in range(6)],
            ("style",),
            "No query has a relevant work by style in 'mine', its own copies left out: choose "
            "another relevance.",
        ),
        (
            [{"id": f"w{i}", "title": "Dawn", "duplicate_group": "g-w0"} for i in range(3)]
            + [{"id": "x", "title": "Sea"}],
            ("title",),
            "No query has a relevant work by title in 'mine', its own copies left out: choose "
            "another relevance.",
        ),
    ],
)
def test_collections_that_say_nothing(workspace, works, relevances, message):
    make_collection(workspace, "mine", works)
    with pytest.raises(ArtsimError) as raised:
        evaluate(Engine(workspace), config_of(k=1, relevances=relevances))
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"title_weight": -0.1}, "A weight cannot be negative (-0.1): use 0 or more"),
        ({"title_weight": 0, "visual_weight": 0}, "The weights of title and visual are both zero"),
        ({"visual_weight": math.nan}, "finite number"),
        ({"k": 0}, "greater than or equal to 1"),
        ({"backbones": ()}, "at least 1 item"),
        ({"backbones": ("a", "a")}, "The backbone 'a' is named twice"),
        ({"relevances": ("colour",)}, "'title', 'style', 'genre', 'school' or 'artist'"),
        ({"queries": "mine"}, "leave out --queries mine"),
        ({"title_threshold": 0}, "greater than 0"),
        ({"collection": "../up"}, "cannot name a collection"),
    ],
)
def test_configs_that_make_no_sense(values, message):
    with pytest.raises(ValidationError) as raised:
        config_of(**values)
    assert message in str(raised.value)


def test_it_can_be_cancelled(engine):
    class Stop(NullProgress):
        def advance(self, n=1):
            raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        evaluate(engine, config_of(), Stop())


def test_two_works_are_enough(workspace):
    collection = make_collection(workspace, "mine", alike(2, artist="Monet"))
    add_works(collection, [{"id": "x", "artist": "Manet", "has_image": False}])
    with pytest.raises(InvalidInput, match="any ranking would be perfect"):
        evaluate(Engine(workspace), config_of(k=2))


def test_one_query_has_no_interval(engine):
    found = evaluate(engine, config_of(sample=1, relevances=("artist",)))
    (run,) = found.runs
    assert run.queries == 1
    assert run.figures["map_at_k"].ci95 is None


def test_a_small_evaluation_is_known_to_be_quick(engine):
    assert likely_seconds(engine, config_of()) < 1
