"""Judged pairs in, run files out: trec_eval reads what artsim writes and finds the same figures."""

import json

import numpy as np
import pytest
import pytrec_eval
from collection_kit import make_collection
from evaluation_kit import config_of

from artsim.core.errors import InvalidInput
from artsim.evaluation.evaluate import evaluate
from artsim.evaluation.relevances import as_relevance, judged, same
from artsim.evaluation.trec import read_qrels
from artsim.library import Library

WORKS = [
    {"id": f"w {i}", "artist": f"Artist {i % 4}", "year": None if i == 5 else 1500 + 7 * i}
    for i in range(24)
]
K = 10


@pytest.fixture
def library(workspace):
    make_collection(workspace, "mine", WORKS)
    return Library(workspace)


def parsed(path, fields):
    """A file of TREC as pytrec_eval wants it: columns by name of the query, the work, the value."""
    found = {}
    for line in path.read_text().splitlines():
        words = json.loads("[" + ",".join(_word(w) for w in _words(line)) + "]")
        query, work, value = (words[i] for i in fields)
        found.setdefault(query, {})[work] = value
    return found


def _words(line):
    return [part for part in line.replace('"w ', '"w_').split(" ") if part]


def _word(word):
    return word if word.startswith('"') or word.replace(".", "").isdigit() else f'"{word}"'


def test_trec_eval_finds_the_figures_of_artsim(library, tmp_path):
    grades = {
        work["id"]: {
            other["id"]: 1 + (i + j) % 3
            for j, other in enumerate(WORKS)
            if i != j and (i * 7 + j * 3) % 5 == 0
        }
        for i, work in enumerate(WORKS)
    }
    found = evaluate(library, config_of(k=K), relevances=[judged(grades)], trec_out=tmp_path)
    run_file, qrels_file = sorted(tmp_path.glob("run.*"))[0], tmp_path / "qrels.qrels.txt"
    run = {q: {w: float(s) for w, s in d.items()} for q, d in parsed(run_file, (0, 2, 4)).items()}
    qrels = {q: {w: int(g) for w, g in d.items()} for q, d in parsed(qrels_file, (0, 2, 3)).items()}
    names = {f"P_{K}", f"recall_{K}", f"ndcg_cut_{K}", "recip_rank", f"success_{K}"}
    theirs = pytrec_eval.RelevanceEvaluator(qrels, {n.replace("_10", ".10") for n in names})
    theirs = theirs.evaluate(run)
    ours = found.per_query.to_pandas().set_index("id")
    assert len(ours) == len(WORKS)
    for query, row in ours.iterrows():
        other = theirs[query.replace("w ", "w_")]
        assert row.precision_at_k == pytest.approx(other[f"P_{K}"])
        assert row.recall_at_k == pytest.approx(other[f"recall_{K}"])
        assert row.ndcg_at_k == pytest.approx(other[f"ndcg_cut_{K}"], abs=1e-6)
        assert row.mrr == pytest.approx(other["recip_rank"])
        assert row.hit_at_k == pytest.approx(other[f"success_{K}"])


def test_what_is_written_is_read_again(library, tmp_path):
    first = evaluate(library, config_of(k=K), relevances=["artist"], trec_out=tmp_path)
    again = judged((tmp_path / "qrels.artist.txt").read_text())
    second = evaluate(library, config_of(k=K), relevances=[again])
    ours, theirs = (one.runs[0].to_json() for one in (first, second))
    for name in ("precision_at_k", "map_at_k", "ndcg_at_k", "r_precision"):
        assert ours[name] == theirs[name]


@pytest.mark.parametrize("text", ["a 0 b", "a 0 b much", "a 0 b 1 c", "a 0 b nan"])
def test_a_bad_line_is_named(text):
    with pytest.raises(InvalidInput, match=r"Line 2 .* 'QUERY 0 WORK GRADE'"):
        read_qrels(f"x 0 y 1\n{text}\n")
    with pytest.raises(InvalidInput, match="is empty"):
        read_qrels("\n \n")


def test_works_made_within_so_many_years(library):
    def near(query, work):
        known = query["year"] and work["year"]
        return bool(known) and abs(query["year"] - work["year"]) <= 20

    by_name = evaluate(library, config_of(relevances=("within:20",)))
    by_hand = evaluate(library, config_of(), relevances=[near])
    ours, theirs = (
        {n: v for n, v in one.runs[0].to_json().items() if n in ("map_at_k", "recall_at_k")}
        for one in (by_name, by_hand)
    )
    assert ours == theirs
    assert by_name.runs[0].skipped == 1  # the one without a year
    assert "--relevance within:20" in by_name.command
    judgement = by_name.per_query.to_pandas()
    assert judgement[judgement.id == "w 3"].n_relevant.item() == 3  # w 1, w 2 and w 4: w 5 has none
    assert as_relevance("within:20").title == "Within 20 years"


def test_k_beyond_the_gallery_answers_with_what_there_is(library):
    found = evaluate(library, config_of(k=100), relevances=[same("artist")])
    run = found.runs[0]
    assert run.figures["precision_at_k"].value == pytest.approx(5 / 100)
    assert run.figures["recall_at_k"].value == 1
    assert any("still divide by K" in note for note in found.notes)
    assert np.isfinite(run.mean_similarity.value)
