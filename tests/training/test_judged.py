"""Votes, marks and groups as pairs: for training or for relevance, never both for one figure."""

import json

import numpy as np
import pytest
from collection_kit import embed_with, make_collection
from evaluation_kit import config_of
from judged_kit import NAMES, PART, publish_parts, vectors_of

from artsim.backbones.checkpoint import read_checkpoint
from artsim.backbones.fitted import fitted_on
from artsim.backbones.fitted_record import CHOSEN
from artsim.cli.run import run
from artsim.collection.quality import choices
from artsim.core.errors import Conflict, InvalidInput
from artsim.evaluation import votes
from artsim.evaluation.evaluate import evaluate
from artsim.evaluation.judgements import JudgedPair, judged_pairs, to_qrels
from artsim.evaluation.relevances import judged
from artsim.library import Library
from artsim.search.concept_store import Concept, keep_concept
from artsim.training.judged import fit_shares, retrain

ARTISTS, EACH = 24, 10


@pytest.fixture
def home(workspace):
    """Works by 24 artists, whose part tells them; the other parts tell nothing of it."""
    rng = np.random.default_rng(5)
    artists = np.arange(ARTISTS).repeat(EACH)
    parts = [rng.normal(size=(len(artists), PART)) for _ in NAMES]
    parts[2] = rng.normal(size=(ARTISTS, PART))[artists] + 0.9 * parts[2]
    digest = publish_parts(workspace)
    half = ARTISTS * EACH // 2
    for name, rows in (("mine", slice(0, half)), ("aside", slice(half, None))):
        works = [{"id": f"w{i}", "artist": f"Artist {artists[i]}"} for i in range(2 * half)[rows]]
        collection = make_collection(workspace, name, works)
        found = vectors_of([part[rows] for part in parts], [1.0] * 4)
        embed_with(
            collection, "base", digest, dict(zip([w["id"] for w in works], found, strict=True))
        )
    return workspace, parts, artists


def mark(workspace, artists, noise=0.2, concepts=10):
    """200 marks of judges who look for an artist and err in a fifth of them."""
    rng = np.random.default_rng(7)
    half = ARTISTS * EACH // 2
    for artist in range(concepts):
        own = np.flatnonzero(artists[:half] == artist)
        others = rng.permutation(np.flatnonzero(artists[:half] != artist))[:10]
        wrong = rng.random((2, 10)) < noise
        like = [*own[~wrong[0]], *others[wrong[1]]]
        unlike = [*own[wrong[0]], *others[~wrong[1]]]
        ids = [tuple(f"w{row}" for row in rows) for rows in (like, unlike)]
        one = Concept(f"hand {artist}", "mine", "base", "d" * 64, *ids, None, None, (1.0,), (1.0,))
        keep_concept(workspace, one)


def test_200_noisy_marks_beat_the_same_backbone_on_works_kept_aside(home):
    workspace, parts, artists = home
    mark(workspace, artists)
    made = retrain(Library(workspace), "mine", "base", "ours", ["marks"])
    assert made.after["artist"] > 0.5 > 0.3 > made.before["artist"]
    spec = read_checkpoint(workspace.checkpoints / "ours")
    half = ARTISTS * EACH // 2
    for name, rows in (("mine", slice(0, half)), ("aside", slice(half, None))):
        found = vectors_of([p[rows] for p in parts], [part.weight for part in spec.parts])
        ids = [f"w{i}" for i in range(2 * half)[rows]]
        embed_with(
            Library(workspace).collection(name),
            "ours",
            spec.digest,
            dict(zip(ids, found, strict=True)),
        )
    both = {"backbones": ("ours", "base"), "relevances": ("artist",)}
    compared = evaluate(Library(workspace), config_of(collection="aside", **both))
    (test,) = (c for c in compared.comparisons if c.metric == "map_at_k")
    assert test.clusters == ARTISTS // 2
    assert test.difference > 0.02
    assert test.p_holm < 0.05
    # The marks that it learnt of cannot judge it.
    asked = config_of(backbones=("base", "ours"), relevances=("artist", "marks"))
    with pytest.raises(InvalidInput, match="'ours' was trained on the marks of 'mine', so they"):
        evaluate(Library(workspace), asked)
    by_marks = evaluate(Library(workspace), asked.model_copy(update={"backbones": ("base",)}))
    assert [one.relevance for one in by_marks.runs] == ["artist", "marks"]
    known = fitted_on(workspace, "ours", spec.digest)
    assert known.judged == {("mine", "marks")}
    assert known.not_known == ("base",)
    assert known.states("mine", ["w0"]).tolist() == [CHOSEN]
    assert known.states("aside", ["w0"]).tolist() == [0]
    with pytest.raises(Conflict, match="There is a backbone 'ours' already"):
        retrain(Library(workspace), "mine", "base", "ours", ["marks"])


def test_what_cannot_be_learnt_of_is_refused(home):
    workspace, _, _ = home
    with pytest.raises(InvalidInput, match="judgements on 0 works, too few"):
        retrain(Library(workspace), "mine", "base", "ours", ["marks"])
    with pytest.raises(InvalidInput, match="is no judgement: use votes, marks, groups"):
        retrain(Library(workspace), "mine", "base", "ours", ["likes"])
    with pytest.raises(InvalidInput, match="has no parts that judgements could weigh"):
        retrain(Library(workspace), "mine", "efficientnet_lite0", "ours", ["marks"])
    assert not (workspace.checkpoints / "ours").exists()
    alike = np.repeat(np.linspace(-1, 1, 40)[:, None], 4, axis=1)  # every part says the same
    with pytest.raises(InvalidInput, match="No other weights of the parts agree better"):
        fit_shares(alike, np.arange(40), np.full(4, 0.25), seed=0)


def test_each_kind_of_judgement_becomes_pairs(home, monkeypatch, tmp_path, capsys):
    workspace, _, artists = home
    shown = (
        votes.ShownList("a", "d" * 64, "cosine", ("w1", "w2")),
        votes.ShownList("b", "e" * 64, "cosine", ("w2", "w3")),
    )
    for number, choice in enumerate((0, 0, 1, None)):
        votes.cast(workspace, votes.Vote(f"v{number}", "mine", "w0", "", 2, shown, choice))
    assert judged_pairs(workspace, "mine", ["votes"]) == [
        JudgedPair("w0", "w1", True, "votes"),
        JudgedPair("w0", "w2", True, "votes"),
        JudgedPair("w0", "w3", False, "votes"),
    ]
    mark(workspace, artists, concepts=1)
    marks = judged_pairs(workspace, "mine", ["marks"])
    assert {pair.kind for pair in marks} == {"marks"}
    assert all(pair.query != pair.work for pair in marks)
    choices.save(
        Library(workspace).collection("mine"),
        choices.Choices(apart=choices.pairs([("f1", "f2")])),
    )
    assert judged_pairs(workspace, "mine", ["groups"]) == []  # files that are no works
    monkeypatch.setenv("ARTSIM_HOME", str(workspace.root))
    file = tmp_path / "votes.qrels"
    assert run(["judgements", "mine", "--from", "votes", "--qrels", str(file), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 3
    assert judged(file.read_text()).grades == {"w0": {"w1": 1.0, "w2": 1.0, "w3": 0.0}}
    assert to_qrels([]) == ""
