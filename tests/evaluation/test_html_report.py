"""The HTML report: every fact, nothing from outside, every text escaped."""

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from collection_kit import embed_with, make_collection
from evaluation_kit import config_of, works_of

from artsim.collection.store import Collection
from artsim.evaluation.evaluate import evaluate
from artsim.evaluation.html_report import facts, html_report
from artsim.library import Library

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;"
DRAWN = {"svg", "line", "path", "circle", "rect", "text"}
WRITTEN = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "section", "div"),
    *("table", "thead", "tbody", "tr", "th", "td", "small", "b", "dl", "dt", "dd", "pre"),
    *("ul", "li"),
}


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def evaluation(workspace):
    """Two backbones on works whose styles and artists are hostile."""
    works = works_of()
    for work in works:
        work["artist"] = work["artist"] + HOSTILE
        work["style"] = work["style"] and work["style"] + HOSTILE
    collection = make_collection(workspace, "mine", works)
    column = collection.info().embeddings[0]
    ids, matrix = Collection.open(workspace, "mine").embedding(column.column)
    embed_with(collection, "second", "e" * 64, dict(zip(ids, matrix[::-1], strict=True)))
    config = config_of(backbones=("tiny", "second"), relevances=("style", "artist"))
    return evaluate(Library(workspace), config)


def test_the_report_says_every_fact(evaluation):
    page = Page(html_report(evaluation))
    said = facts(evaluation)
    assert all(name in page.text and text in page.text for name, text in said.items())
    for fact in (
        *(evaluation.id, evaluation.date, evaluation.code_version, evaluation.command),
        *("d" * 64, "e" * 64, "cosine", "exact", "min(K, relevant", "policy: skip"),
        *("lower artwork id", "1,000 resamples"),
    ):
        assert fact in page.text
    run = evaluation.runs[0]
    assert f"style {run.skipped} of {run.queries + run.skipped}" in page.text
    for run in evaluation.runs:
        low, high = run.figures["map_at_k"].ci95
        assert f"{run.figures['map_at_k'].value:.3f}" in page.text
        assert f"{low:.3f} to {high:.3f}" in page.text
    assert page.tags.count("svg") == 4
    assert all(text in page.text for text in evaluation.definitions.values())


def test_hostile_texts_are_only_text(evaluation):
    hostile = replace(
        evaluation,
        collection=f"mine{HOSTILE}",
        notes=(HOSTILE,),
        command=f"artsim evaluate {HOSTILE}",
        code_version=HOSTILE,
        definitions={**evaluation.definitions, HOSTILE: HOSTILE},
        runs=tuple(replace(run, backbone=run.backbone + HOSTILE) for run in evaluation.runs),
    )
    page = Page(html_report(hostile))
    assert set(page.tags) <= DRAWN | WRITTEN
    names = {name for name, _ in page.attributes}
    assert not any(name.startswith("on") for name in names)
    assert not names & {"src", "href", "xlink:href", "action", "formaction", "srcdoc"}
    assert page.text.count(HOSTILE) >= 6


def test_the_report_needs_nothing_from_outside(evaluation):
    text = html_report(evaluation)
    assert "default-src 'none'" in text
    assert not any(word in text.casefold() for word in ("http://", "https://", "@import", "url("))
    assert html_report(evaluation) == text
