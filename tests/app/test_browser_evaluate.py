"""The Evaluate page in a real browser: from the form to figures, pictures, files and past runs."""

import csv
import json
import re
import shutil

import browser_kit
import numpy as np
import pytest
from browser_kit import until
from collection_kit import add_works, embed_with, make_collection
from playwright.sync_api import expect

from artsim.collection.store import Collection
from artsim.core.workspace import Workspace
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.runs import evaluate_and_keep, list_runs
from artsim.library import Library
from artsim.tasks.queue import TaskQueue

pytestmark = browser_kit.MARKS

LITE, OTHER = "efficientnet_lite0", "second"
MANY = 4_600  # works whose evaluation takes long enough to be a job


@pytest.fixture(scope="module")
def workspace(demo_workspace, tmp_path_factory):
    """The demo with a second backbone, a collection without labels, one not embedded, a big one."""
    root = tmp_path_factory.mktemp("evaluate") / "home"
    shutil.copytree(demo_workspace.root, root)
    workspace = Workspace.open(root)
    workspace.show_first("demo")
    collection = Collection.open(workspace, "demo")
    ids, matrix = collection.embedding(collection.info().embeddings[0].column)
    noise = np.random.default_rng(0).standard_normal(matrix.shape) * matrix.std() * 2
    embed_with(collection, OTHER, "e" * 64, dict(zip(ids, matrix + noise, strict=True)))
    make_collection(workspace, "bare", [{"id": f"b{i}", "title": "Untitled"} for i in range(4)])
    add_works(Collection.create(workspace, "raw", "folder", ""), [{"id": "r1", "title": "A"}])
    works = [
        {"id": f"m{i}", "title": f"T{i}", "artist": f"Artist {i % 40}", "has_image": False}
        for i in range(MANY)
    ]
    many = Collection.create(workspace, "many", "folder", "")
    add_works(many, works)
    vectors = np.random.default_rng(1).standard_normal((MANY, 8))
    embed_with(many, OTHER, "f" * 64, {f"m{i}": v for i, v in enumerate(vectors)})
    return workspace


@pytest.fixture(scope="module")
def kept(workspace):
    """An evaluation made before, as the command line makes them."""
    config = EvaluateConfig(collection="demo", backbones=(LITE, OTHER), relevances=("style",), k=6)
    return evaluate_and_keep(Library(workspace), config)


def download(page, label):
    with page.expect_download() as found:
        page.get_by_role("button", name=label).click()
    return found.value.path()


def test_from_the_form_to_figures_and_files(app, page, workspace, kept):
    page.goto(app.link("evaluate", collection="demo"))
    page.get_by_role("button", name="Title", exact=True).click()  # no longer wanted
    page.get_by_role("button", name="Evaluate", exact=True).click()
    page.get_by_role("heading", name="Evaluation of Demo collection").wait_for()
    run = next(run for run in list_runs(workspace) if run.id != kept.id)
    expect(page).to_have_url(re.compile(f"run={run.id}"))
    assert (run.backbones, "title" in run.relevances) == ((LITE, OTHER), False)

    table = page.get_by_role("region", name="Figures by")
    line = table.get_by_role("row", name="mAP@10")
    document = json.loads((workspace.runs / run.id / "run.json").read_text())
    by = document["runs"][0]["relevance"]
    figures = {r["backbone"]: r["map_at_k"] for r in document["runs"] if r["relevance"] == by}
    for figure in figures.values():
        expect(line).to_contain_text(f"{figure['value']:.3f}")
    best = line.locator("td.best")
    expect(best).to_contain_text("best")
    expect(best).to_contain_text(f"{max(f['value'] for f in figures.values()):.3f}")
    page.get_by_text(run.command).first.wait_for()
    charts = page.locator("[data-testid=stPlotlyChart]")
    charts.nth(1).locator("svg").first.wait_for()
    page.get_by_role("figure", name="95 % intervals").first.wait_for()

    with open(download(page, "Figures (CSV)"), encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert {line["evaluation"] for line in lines} == {run.id}
    with open(download(page, "JSON"), encoding="utf-8") as file:
        assert json.load(file)["runs"] == document["runs"]
    with open(download(page, "Report (HTML)"), encoding="utf-8") as file:
        assert run.id in file.read()


def test_worst_queries_are_pictures_with_their_hits_marked(app, page, kept):
    page.goto(app.link("evaluate", run=kept.id, look="queries"))
    rows = page.locator(".rows > .row")
    worst = kept.runs[0].worst
    expect(rows).to_have_count(len(worst))
    for i, case in enumerate(worst):
        marks = rows.nth(i).locator(".work:not(.query) .mark")
        hits = [re.compile("✓ Hit" if hit else "^((?!✓ Hit).)*$") for hit in case.relevant]
        expect(marks).to_have_text(hits, use_inner_text=True)
    row, case = rows.nth(19), worst[19]
    frames = row.get_by_role("button", name="Look closer")
    expect(frames).to_have_count(1 + len(case.retrieved))
    expect(row.get_by_role("button", name="Add to tray")).to_have_count(1 + len(case.retrieved))
    frames.nth(1).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Picture", exact=True).wait_for()
    dialog.get_by_text("More like this").click()
    page.wait_for_url(f"**query={case.retrieved[0]}*")
    page.get_by_text("Back to browsing").wait_for()


def test_the_space_and_its_hubs(app, page, kept):
    page.goto(app.link("evaluate", run=kept.id, look="space", backbone=OTHER))
    page.get_by_text("Hubness (skewness)").wait_for()
    page.get_by_role("list", name="The worst hubs").get_by_role("listitem").first.wait_for()
    page.get_by_role("figure", name="A pair by one artist scores above").wait_for()


def test_two_runs_side_by_side(app, page, workspace, kept):
    other = evaluate_and_keep(
        Library(workspace),
        EvaluateConfig(collection="demo", backbones=(LITE,), relevances=("style",), k=3),
    )
    page.goto(app.link("evaluate", run=kept.id))
    page.locator(f".st-key-evaluation_against_{other.id} button").first.click()
    page.wait_for_url(f"**against={other.id}*")
    page.get_by_text("These evaluations differ in").wait_for()
    expect(page.get_by_role("row", name="K 6 3")).to_have_count(1)
    page.get_by_text(other.command).first.wait_for()
    page.get_by_role("button", name="Close the comparison").click()
    page.get_by_role("heading", name="Behind the figures").wait_for()


def test_long_ones_are_jobs_that_the_page_watches(app, page, workspace):
    page.goto(app.link("evaluate", collection="many"))
    page.get_by_text("as a job: you may leave this page").wait_for()
    page.get_by_role("button", name="Evaluate", exact=True).click()
    page.get_by_text("You may leave this page; the result is kept").wait_for()
    (job,) = (job for job in TaskQueue(workspace).list() if job.kind == "evaluate")
    page.goto(app.link("evaluate", collection="many"))
    page.get_by_role("heading", name="Evaluation of Many").wait_for()
    until(page, lambda: TaskQueue(workspace).get(job.id).state, "succeeded")
    assert list_runs(workspace)[0].collection == "many"


def test_bad_input_is_one_sentence(app, page):
    for view, sentence in (
        ({"collection": "bare"}, "Nothing in this collection says which works are related"),
        ({"collection": "raw"}, "is not embedded with any backbone as it is now"),
        ({"collection": "nowhere"}, "There is no collection 'nowhere': choose another"),
        ({"collection": "demo", "run": "../../etc"}, "names an evaluation that is not kept here"),
        ({"run": "eval-gone"}, "names an evaluation that is not kept here"),
    ):
        page.goto(app.link("evaluate", **view))
        page.get_by_text(sentence).wait_for()
        expect(page.locator("[data-testid=stAlert]")).to_have_count(1)
