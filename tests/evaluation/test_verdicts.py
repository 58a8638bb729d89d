"""Which backbone is called best, which not clearly worse, and the flat table of figures."""

from dataclasses import replace

import pytest
from collection_kit import embed_with, make_collection
from evaluation_kit import K, config_of, works_of

from artsim.collection.store import Collection
from artsim.evaluation import verdicts
from artsim.evaluation.evaluate import evaluate
from artsim.evaluation.fitted_words import fitted_line
from artsim.evaluation.html_report import html_report
from artsim.evaluation.metric import METRICS
from artsim.evaluation.results import Figure
from artsim.evaluation.verdicts import Verdict, verdict
from artsim.library import Library


@pytest.fixture
def evaluation(workspace):
    collection = make_collection(workspace, "mine", works_of())
    column = collection.info().embeddings[0]
    ids, matrix = Collection.open(workspace, "mine").embedding(column.column)
    embed_with(collection, "second", "e" * 64, dict(zip(ids, matrix[::-1], strict=True)))
    return evaluate(Library(workspace), config_of(backbones=("tiny", "second")))


def told(evaluation, values, p):
    """The evaluation with these mAPs by style, and this p of the pair test."""
    runs = tuple(
        replace(run, figures={**run.figures, "map_at_k": Figure(values[run.backbone])})
        if run.relevance == "style"
        else run
        for run in evaluation.runs
    )
    pairs = tuple(replace(c, p_holm=p) for c in evaluation.comparisons)
    return replace(evaluation, runs=runs, comparisons=pairs)


@pytest.mark.parametrize(
    ("values", "p", "expected"),
    [
        ({"tiny": 0.5, "second": 0.4}, 0.01, Verdict(("tiny",), ())),
        ({"tiny": 0.5, "second": 0.4}, 0.05, Verdict(("tiny",), ("second",))),
        ({"tiny": 0.4, "second": 0.5}, 0.9, Verdict(("second",), ("tiny",))),
        ({"tiny": 0.5, "second": 0.5}, 0.01, Verdict()),
        ({"tiny": None, "second": 0.5}, 0.01, Verdict()),
    ],
)
def test_best_and_close(evaluation, values, p, expected):
    assert verdict(told(evaluation, values, p), "style", "map_at_k") == expected


@pytest.mark.parametrize(
    ("values", "p", "words"),
    [
        ({"tiny": 0.5, "second": 0.4}, 0.01, "tiny is best with an mAP@5 of 0.500."),
        ({"tiny": 0.5, "second": 0.4}, 0.01, "second is clearly worse."),
        ({"tiny": 0.5, "second": 0.4}, 0.5, "second could be as good"),
        ({"tiny": 0.5, "second": 0.5}, 0.5, "all backbones have the same mAP@5 of 0.500."),
    ],
)
def test_the_sentence_claims_no_more_than_the_test(evaluation, values, p, words):
    said = verdicts.sentence(told(evaluation, values, p), "style")
    assert words in said
    assert "by chance" in said


def test_a_page_names_backbones_as_its_readers_do(evaluation):
    said = verdicts.sentence(evaluation, "style", {"tiny": "General", "second": "Knows art"}.get)
    assert "tiny" not in said
    assert "second" not in said
    assert fitted_line(evaluation.runs, str.upper).startswith("What TINY was fitted on")


def test_a_report_names_relevances_as_its_readers_do(evaluation):
    by = {"style": "within:20"}
    runs = tuple(replace(r, relevance=by.get(r.relevance, r.relevance)) for r in evaluation.runs)
    said = html_report(replace(evaluation, runs=runs, comparisons=()))
    assert "within:20" not in said
    assert "By &#39;Within 20 years&#39;" in said


def test_the_page_begins_with_the_relevance_of_most_queries(evaluation):
    first, *others = verdicts.relevances(evaluation)
    most = {others[-1]: 90, first: 80}
    runs = tuple(replace(run, queries=most.get(run.relevance, 7)) for run in evaluation.runs)
    assert verdicts.widest(replace(evaluation, runs=runs)) == others[-1]
    same = tuple(replace(run, queries=7) for run in evaluation.runs)
    assert verdicts.widest(replace(evaluation, runs=same)) == first


def test_one_backbone_is_best_of_nothing(workspace):
    make_collection(workspace, "mine", works_of())
    found = evaluate(Library(workspace), config_of(relevances=("style",)))
    assert verdict(found, "style", "map_at_k") == Verdict()
    assert "best" not in verdicts.sentence(found, "style")


def test_the_flat_table_names_the_run_of_every_figure(evaluation):
    rows = verdicts.table(evaluation).to_dict("records")
    of_style = 2 * 2  # mAP and precision of two backbones, without the artist's own works
    assert len(rows) == len(evaluation.runs) * (len(METRICS.own) + 6) + of_style
    for row in rows:
        assert row["evaluation"] == evaluation.id
        assert (row["digest"] in ("d" * 64, "e" * 64), row["k"]) == (True, K)
        assert row["code_version"] == evaluation.code_version
    run = evaluation.runs[0]
    (line,) = (
        r
        for r in rows
        if (r["backbone"], r["relevance"], r["figure"]) == (run.backbone, run.relevance, "map_at_k")
        and r["queries_of"] == verdicts.ALL_QUERIES
    )
    assert line["value"] == run.figures["map_at_k"].value
    assert (line["ci95_low"], line["ci95_high"]) == run.figures["map_at_k"].ci95
    assert (line["queries"], line["skipped"]) == (run.queries, run.skipped)
