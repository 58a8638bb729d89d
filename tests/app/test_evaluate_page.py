"""Evaluate and Train without a browser: what stands before figures, copies, titles, judgements."""

import pytest
from collection_kit import embed_with, make_collection
from page_kit import alerts, run, texts

from artsim.app.shell import resources
from artsim.core.workspace import Workspace
from artsim.evaluation import votes
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.runs import evaluate_and_keep
from artsim.library import Library

TITLES = ("Portrait of a Lady", "Portrait of a Man", "Sea")
WORKS = [
    {"id": f"w{i}", "title": TITLES[i % 3], "artist": f"Artist {i % 4}", "style": f"S{i % 2}"}
    for i in range(24)
]


@pytest.fixture
def works(workspace: Workspace) -> Workspace:
    """A small collection in which one picture is there twice under two ids."""
    resources._workspace.clear()
    resources.jobs.clear()
    collection = make_collection(workspace, "works", WORKS)
    ids, matrix = collection.embedding(collection.info().embeddings[0].column)
    found = dict(zip(ids, matrix, strict=True))
    embed_with(collection, "near", "e" * 64, found | {"w1": found["w0"]})
    return workspace


def test_a_result_says_first_what_the_backbone_was_fitted_on(works: Workspace) -> None:
    config = EvaluateConfig(collection="works", backbones=("near",), relevances=("style",), k=3)
    kept = evaluate_and_keep(Library(works), config)
    app = run("evaluate", collection="works", run=kept.id)
    assert not app.exception
    shown = texts(app).replace("\\", "")
    assert "What near was fitted on is not known." in shown
    assert shown.index("was fitted on is not known") < shown.index("queries of")
    tables = " ".join(element.proto.body for element in app.get("html"))
    assert "without the artist&#x27;s own works" in tables
    again = app.button(key="evaluation_without_copies")
    again.click().run()
    latest = Library(works).evaluations()[0]
    assert "--leave-out-copies" in latest.command
    gone = run("evaluate", collection="gone")
    assert [text.replace("\\", "") for text in alerts(gone)] == [
        "There is no collection 'gone': choose another."
    ]


def test_the_form_shows_which_titles_count_as_the_same(works: Workspace) -> None:
    app = run("evaluate", collection="works")
    assert not app.exception
    assert "'Portrait of a Lady' / 'Portrait of a Man' (0.857)" in texts(app).replace("\\", "")
    slider = next(one for one in app.slider if one.label == "Similar titles from")
    slider.set_value(0.9).run()
    assert "Portrait of a Man" not in texts(app)


def test_the_train_page_counts_judgements_and_says_what_cannot_be_learnt(works: Workspace) -> None:
    lists = (
        votes.ShownList("near", "e" * 64, "cosine", ("w1", "w2")),
        votes.ShownList("tiny", "d" * 64, "cosine", ("w3", "w4")),
    )
    votes.cast(works, votes.Vote("v1", "works", "w0", "", 2, lists, 0))
    app = run("train", collection="works")
    assert not app.exception
    assert "Pairs of works: 4 of votes, 0 of marks, 0 of groups." in texts(app)
    app.button(key="train_judged_start").click().run()
    assert any("choose a backbone" in one or "no backbone" in one for one in alerts(app))
