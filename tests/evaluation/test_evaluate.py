import math

import numpy as np
import pytest
import torch
from collection_kit import embed_with, make_collection
from evaluation_kit import K, config_of, works_of
from rapidfuzz import fuzz

from artsim.backbones.checkpoint import save_checkpoint
from artsim.backbones.spec import BackboneSpec
from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput
from artsim.evaluation import breakdown, verdicts, votes
from artsim.evaluation.evaluate import evaluate, likely_seconds
from artsim.evaluation.html_report import html_report
from artsim.evaluation.titles import fold_title, says_nothing
from artsim.library import Library


@pytest.fixture
def library(workspace):
    works = works_of()
    collection = make_collection(workspace, "mine", works, dimension=6)
    rng = np.random.default_rng(9)
    embed_with(collection, "other", "e" * 64, {w["id"]: rng.standard_normal(4) for w in works})
    return Library(workspace)


def brute(library, relevance, metric, queries="mine"):
    """Every figure by the definitions, a query and a work at a time."""
    gallery, asking = library.gallery("mine", "tiny"), library.gallery(queries, "tiny")
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
def test_against_brute_force(library, relevance, metric):
    config = config_of(relevances=(relevance,), metric=metric, feature_threshold=0.5)
    (run,) = evaluate(library, config).runs
    expected, asked, skipped = brute(library, relevance, metric)
    assert (run.queries, run.skipped, run.gallery) == (asked, skipped, 40)
    document = run.to_json()
    for name, value in expected.items():
        assert document[name]["value"] == pytest.approx(value, abs=1e-12), name
        low, high = document[name]["ci95"]
        assert low - 1e-9 <= value <= high + 1e-9


def test_queries_of_another_collection(library, workspace):
    works = [*works_of(25, "q", seed=4), {"id": "w3", "title": "Dawn", "style": "Cubism"}]
    make_collection(workspace, "guests", works, dimension=6, seed=5)
    found = evaluate(library, config_of(queries="guests", relevances=("style",)))
    expected, asked, skipped = brute(library, "style", "cosine", "guests")
    (run,) = found.runs
    assert (run.queries, run.skipped, found.queries_collection) == (asked, skipped, "guests")
    assert run.figures["map_at_k"].value == pytest.approx(expected["map_at_k"], abs=1e-12)
    case = next(row for row in found.per_query.to_pylist() if row["id"] == "w3")
    assert not {"w0", "w3", "w6"} & set(case["retrieved"])  # the same id, and its group


def test_the_document_has_the_contract_s_form(library):
    document = evaluate(library, config_of(relevances=("style", "title"))).to_json()
    first = ["fitted_on", "collection", "queries_collection", "code_version", "runs"]
    assert list(document)[:5] == first
    assert document["fitted_on"] == "What tiny was fitted on is not known."
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
    assert any("Titles can judge" in text for text in document["notes"])
    assert title["skipped"] >= document["titles"]["untitled"]


def test_the_same_table_twice(library, workspace):
    config = config_of(backbones=("tiny", "other"), sample=30, seed=3)
    first, second = evaluate(library, config), evaluate(Library(workspace), config)
    assert [r.to_json() for r in first.runs] == [r.to_json() for r in second.runs]
    assert first.comparisons == second.comparisons
    assert first.per_query.equals(second.per_query)
    assert {r.queries + r.skipped for r in first.runs} == {30}


def test_backbones_are_compared_on_the_same_queries(library):
    found = evaluate(
        library, config_of(backbones=("tiny", "other"), relevances=("artist", "style"))
    )
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


def test_only_works_that_every_backbone_has_take_part(library, workspace):
    collection = Collection.open(workspace, "mine")
    ids = [f"w{i}" for i in range(12, 40)]
    rng = np.random.default_rng(0)
    embed_with(collection, "part", "f" * 64, {i: rng.standard_normal(3) for i in ids})
    found = evaluate(Library(workspace), config_of(backbones=("tiny", "part")))
    assert {run.gallery for run in found.runs} == {28}
    assert set(found.per_query.column("id").to_pylist()) <= set(ids)
    assert any("left out: 12." in text for text in found.notes)


def test_parts_add_up(library):
    (run,) = evaluate(library, config_of(relevances=("artist",))).runs
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


def test_artists_that_training_saw(workspace):
    spec = BackboneSpec(
        name="trained",
        family="ResNet",
        architecture="resnet18",
        weights="0" * 64,
        input_size=32,
        crop_pct=1,
        interpolation="bilinear",
        mean=(0.5, 0.5, 0.5),
        std=(0.5, 0.5, 0.5),
        pooling="avg",
        dimension=8,
        labels={"artist": ("Artist 0", "artist 1", "Nobody else")},
    )
    saved = save_checkpoint(workspace.checkpoints / "trained", spec, {"a": torch.zeros(1)})
    works = [*works_of(), {"id": "x", "title": "Dawn"}]
    make_collection(workspace, "mine", works, "trained", saved.digest)
    found = evaluate(
        Library(workspace), config_of(backbones=("trained",), relevances=("artist", "title"))
    )
    by_artist, by_title = found.runs
    artists = {work["id"]: work.get("artist", "") for work in works}
    for row in found.per_query.to_pylist():
        artist = artists[row["id"]]
        assert row["fitted"] is None
        assert row["artist_fitted"] == (artist in ("Artist 0", "Artist 1") if artist else None)
    groups = [p.value for p in by_artist.parts["fitted"]]
    assert groups == ["fitted on other works of the artist", "not in its record"]
    assert by_title.parts["fitted"][1].value == "artist unknown"
    assert sum(p.queries for p in by_artist.parts["fitted"]) == by_artist.queries
    assert by_artist.fitted.record == "labels"
    assert by_artist.fitted.same_artist == by_artist.parts["fitted"][0].queries


def test_worst_and_best_queries(library):
    found = evaluate(library, config_of(relevances=("artist",)))
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


def test_the_curve_ends_in_the_figures(library):
    (run,) = evaluate(library, config_of(relevances=("style",))).runs
    curve = run.curve
    assert curve.k == (1, 2, 3, 4, 5)
    assert curve.map[-1] == pytest.approx(run.figures["map_at_k"].value)
    assert curve.precision[-1] == pytest.approx(run.figures["precision_at_k"].value)
    assert curve.recall[-1] == pytest.approx(run.figures["recall_at_k"].value)
    assert list(curve.recall) == sorted(curve.recall)
    for k in (1, 3):
        (short,) = evaluate(library, config_of(relevances=("style",), k=k)).runs
        assert curve.map[k - 1] == pytest.approx(short.figures["map_at_k"].value)


def test_without_titles_there_is_no_combined_figure(workspace):
    works = [{"id": f"w{i}", "title": "Untitled", "artist": f"a{i % 2}"} for i in range(8)]
    make_collection(workspace, "mine", works)
    found = evaluate(Library(workspace), config_of(k=3))
    assert [run.relevance for run in found.runs] == ["artist"]
    assert found.runs[0].combined.value is None
    assert found.titles is None


def test_votes_as_relevance(library, workspace):
    config = config_of(relevances=("votes",))
    with pytest.raises(InvalidInput, match="No vote on 'mine' prefers a list: vote on the"):
        evaluate(library, config)
    shown = [
        votes.ShownList("tiny", "d" * 64, "cosine", ("w12", "w13", "gone")),
        votes.ShownList("other", "e" * 64, "cosine", ("w13", "w14")),
    ]
    votes.cast(workspace, votes.Vote("v1", "mine", "w20", "", 3, tuple(shown), 0))
    votes.cast(workspace, votes.Vote("v2", "mine", "w0", "", 3, tuple(shown), 1))
    found = evaluate(library, config)
    (run,) = found.runs
    assert (run.queries, run.skipped) == (2, 38)
    rows = {row["id"]: row for row in found.per_query.to_pylist()}
    assert rows["w20"]["n_relevant"] == 2
    for row in rows.values():
        wanted = {"w20": {"w12", "w13"}, "w0": {"w13", "w14"}}[row["id"]]
        assert row["relevant"] == [i in wanted for i in row["retrieved"]]
    make_collection(workspace, "guests", works_of(5, "q"), dimension=6)
    with pytest.raises(InvalidInput, match="about the works of a collection itself"):
        evaluate(library, config_of(relevances=("votes",), queries="guests"))


def test_of_many_classes_the_largest_are_told(library, monkeypatch):
    config = config_of(relevances=("artist",))
    everything = evaluate(library, config).runs[0].parts["class"]
    monkeypatch.setattr(breakdown, "MAX_CLASSES", 2)
    assert evaluate(library, config).runs[0].parts["class"] == everything[:2]


def test_one_query_has_no_interval(library):
    found = evaluate(library, config_of(sample=1, relevances=("artist",)))
    (run,) = found.runs
    assert run.queries == 1
    assert run.figures["map_at_k"].ci95 is None


def test_a_small_evaluation_is_known_to_be_quick(library):
    assert likely_seconds(library, config_of()) < 1


def test_unmarked_copies_are_counted_named_and_left_out_where_asked(workspace):
    """Twenty works imported twice: every figure by title rises, and the evaluation says so."""
    works = works_of(40)
    twice = [{**w, "id": f"copy-{w['id']}", "duplicate_group": None} for w in works[20:]]
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(40, 8)).astype(np.float32)
    collection = make_collection(workspace, "mine", [*works, *twice])
    ids = [work["id"] for work in (*works, *twice)]
    both = np.vstack([vectors, vectors[20:]])
    embed_with(collection, "near", "f" * 64, dict(zip(ids, both, strict=True)))
    library = Library(workspace)
    silent = evaluate(library, config_of(backbones=("near",), relevances=("title",)))
    asked = config_of(backbones=("near",), relevances=("title",), leave_out_copies=True)
    clean = evaluate(library, asked)
    titled = [w for w in works[20:] if w["title"] != "Untitled"]
    assert silent.runs[0].copies.suspected == 2 * len(titled)
    assert any("w20 and copy-w20" in n or "copy-w20 and w20" in n for n in silent.notes)
    assert "--leave-out-copies" in clean.command
    assert clean.runs[0].copies.suspected == 0
    assert clean.runs[0].copies.left_out > silent.runs[0].copies.left_out
    assert clean.runs[0].figures["map_at_k"].value < silent.runs[0].figures["map_at_k"].value - 0.1


def test_copies_of_queries_elsewhere_never_count(workspace):
    """By id, by a copy's id, by the artist's work group; others that are near are left out too."""
    works = [
        {"id": f"w{i}", "artist": f"Artist {i // 12}", "work_group": f"{i // 6}"} for i in range(24)
    ]
    asking = [
        {"id": "w0", "artist": "Artist 0", "duplicate_group": "g"},
        {"id": "copy", "artist": "Artist 0", "duplicate_group": "g"},
        {"id": "other photograph", "artist": "Artist 1", "work_group": "2"},
        {"id": "namesake", "artist": "Artist 0", "work_group": "2"},
        {"id": "unmarked", "artist": "Artist 1"},
    ]
    rng = np.random.default_rng(3)
    vectors = {f"w{i}": rng.normal(size=16) for i in range(24)}
    collection = make_collection(workspace, "mine", works)
    embed_with(collection, "near", "f" * 64, vectors)
    others = {work["id"]: rng.normal(size=16) for work in asking} | {"unmarked": vectors["w5"]}
    embed_with(make_collection(workspace, "asking", asking), "near", "f" * 64, others)
    asked = config_of(backbones=("near",), relevances=("artist",), queries="asking", k=24)
    found = evaluate(Library(workspace), asked)
    rows = {row["id"]: row["retrieved"] for row in found.per_query.to_pylist()}
    for query in ("w0", "copy"):
        assert set(vectors) - set(rows[query]) == {f"w{i}" for i in range(6)}
    assert set(vectors) - set(rows["other photograph"]) == {f"w{i}" for i in range(12, 18)}
    assert len(rows["unmarked"]) == len(rows["namesake"]) == 24
    assert found.runs[0].copies.suspected == 1
    assert any("unmarked and w5" in note for note in found.notes)
    clean = evaluate(Library(workspace), asked.model_copy(update={"leave_out_copies": True}))
    rows = {row["id"]: row["retrieved"] for row in clean.per_query.to_pylist()}
    assert "w5" not in rows["unmarked"]
    assert clean.runs[0].copies.suspected == 0


def test_style_without_the_artists_own_works(workspace):
    """Works of one artist lie together: among others little of a style's figure is left."""
    works = [
        {"id": f"w{i}", "artist": f"Artist {i % 6}", "style": f"Style {i % 3}"} for i in range(36)
    ]
    rng = np.random.default_rng(1)
    hands = rng.normal(size=(6, 16))
    vectors = hands[np.arange(36) % 6] + 0.01 * rng.normal(size=(36, 16))
    collection = make_collection(workspace, "mine", works)
    ids = [work["id"] for work in works]
    embed_with(collection, "near", "f" * 64, dict(zip(ids, vectors, strict=True)))
    asked = config_of(backbones=("near",), relevances=("style", "artist"))
    found = evaluate(Library(workspace), asked)
    style, artist = found.runs
    assert style.figures["map_at_k"].value == 1
    assert style.other_artists.queries == 36
    assert style.other_artists.map_at_k.value < 0.9
    assert style.interval.clusters == 6
    assert artist.other_artists is None
    said = " ".join(verdicts.run_sentences(style))
    assert "Among works by other artists near has an mAP@5 of 0." in said
    assert "6 clusters of queries" in said
    (beside,) = (part for part in verdicts.apart(style) if part.value == verdicts.WITHOUT_ARTIST)
    assert beside.figures["map_at_k"] == style.other_artists.map_at_k
    rows = verdicts.table(found).set_index(["relevance", "queries_of", "figure"])["value"]
    value = rows["style", verdicts.WITHOUT_ARTIST, "map_at_k"]
    assert value == style.other_artists.map_at_k.value
    assert f"{value:.3f} (" in html_report(found)
