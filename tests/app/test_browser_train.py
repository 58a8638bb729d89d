"""The Train page in a real browser: the form, what is watched, what came of it, and bad links."""

import os
import re
import time

import browser_kit
import pytest
from browser_kit import until
from collection_kit import make_collection
from playwright.sync_api import expect
from train_page_kit import STYLES, config_of, published, unfinished

from artsim.core.workspace import Workspace
from artsim.jobs.table import JobTable
from artsim.training import record

pytestmark = browser_kit.MARKS

WORKS = [
    {
        "id": f"w{i}",
        "title": f"Work {i}",
        "style": STYLES[i % 2],
        "genre": "portrait" if i % 3 else "landscape",
        "artist": f"Artist {i % 4}",
    }
    for i in range(48)
]
EVIL = "<img src=x onerror=alert(1)>"
CARD = f"""---
license: mit
---
# Seen art

Made for **retrieval**. {EVIL} ![far](https://elsewhere.example/x.png) [a](javascript:alert(1))

| Figure | Value |
|---|---|
| Style | 0.55 |
"""


def age(folder, seconds=9_000):
    for file in folder.iterdir():
        os.utime(file, (time.time() - seconds,) * 2)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A labelled collection, one without labels, and trainings in each state."""
    workspace = Workspace.open(tmp_path_factory.mktemp("train") / "home")
    make_collection(workspace, "demo", WORKS)
    workspace.show_first("demo")
    make_collection(workspace, "bare", [{"id": f"b{i}", "title": "Untitled"} for i in range(4)])
    published(workspace, config_of(name="ready"), 9, card=CARD, notes=[f"Two works {EVIL}."])
    published(workspace, config_of(name="doomed", labels=("style",)), 1, base=False)
    names = [EVIL, "**bold**", "`code`", *(f"Style {i}" for i in range(30))]
    unfinished(workspace, config_of(name="halted", source=f"/data/{EVIL}"), 3, 12, names)
    age(record.running_folder(workspace, "halted"))
    unfinished(workspace, config_of(name="elsewhere"), 2, 8)
    jobs = JobTable(workspace)
    values = config_of(name="crashed").model_dump(mode="json")
    job = jobs.add("train", values)
    job = jobs.claim_next("a-host")
    job.log.write_text("step one\n<b>the last words</b>\n")
    jobs.finish(job, "failed", "The loss is no number: lower the learning rate.")
    values = config_of(name="vanished").model_dump(mode="json")
    jobs.add("train", values)
    jobs.finish(jobs.claim_next("a-host"), "succeeded")
    return workspace


def field(page, name):
    return page.locator(f".st-key-train_{name}")


def wrong(page):
    return page.locator(".artsim-wrong")


def test_the_list_has_the_running_one_on_top_and_opens_it(app, page, workspace):
    age(record.running_folder(workspace, "elsewhere"), 0)  # written a moment ago: it runs
    page.goto(app.link("train"))
    page.get_by_role("heading", name="Trained backbones").wait_for()
    field(page, "line_ready").get_by_text("mAP@10: Style").wait_for()
    lines = page.locator("[class*=st-key-train_line_]")
    expect(lines.first).to_contain_text("elsewhere")
    expect(lines.first).to_contain_text("running")
    field(page, "line_halted").get_by_text("stopped").wait_for()
    field(page, "line_crashed").get_by_text("failed").wait_for()
    field(page, "open_ready").get_by_role("button").click()
    page.get_by_role("heading", name="ready", exact=True).wait_for()
    page.wait_for_url("**run=ready*")


def test_a_finished_one_is_told_in_figures_charts_and_words(app, page):
    page.goto(app.link("train", run="ready", label="artist"))
    table = page.get_by_role("region", name="Best figures")
    line = table.get_by_role("row", name="Style, mAP@10")
    line.wait_for()
    expect(table).to_contain_text("efficientnet_lite0 as it was")
    expect(line).to_contain_text("+")
    page.get_by_role("figure", name="mAP@10 by epoch. Style: 0.").wait_for()
    page.get_by_role("figure", name="Confusions by artist").wait_for()
    expect(page.get_by_role("region", name="Most confused by artist")).to_have_count(1)
    page.get_by_text("Every epoch", exact=True).click()
    epochs = page.get_by_role("region", name="Epochs")
    epochs.focus()
    expect(epochs.get_by_role("row")).to_have_count(10)
    expect(epochs.get_by_role("row").nth(1)).to_contain_text("best")
    page.get_by_text("Model card", exact=True).click()
    card = page.locator(".artsim-card")
    card.get_by_role("heading", name="Seen art").wait_for()
    expect(card).to_contain_text(EVIL)
    expect(card.locator("img, a")).to_have_count(0)
    page.get_by_role("button", name="Search with it").click()
    page.wait_for_url("**backbone=ready*")
    page.get_by_role("heading", name="Demo collection").wait_for()


def test_what_is_under_way_without_a_job_is_watched(app, page, workspace):
    age(record.running_folder(workspace, "elsewhere"), 0)
    page.goto(app.link("train", run="elsewhere"))
    page.get_by_text("Epoch 2 of 8 done").wait_for()
    page.get_by_text("It was started from a command line").wait_for()
    page.get_by_role("figure", name="mAP@10 by epoch").wait_for()


def test_what_was_halted_or_failed_can_go_on(app, page):
    page.goto(app.link("train", run="halted"))
    page.get_by_role("button", name="Resume").wait_for()
    page.get_by_text("Epoch 3 of 12 done").wait_for()
    page.get_by_role("region", name="Most confused by style").get_by_text(EVIL).first.wait_for()
    page.goto(app.link("train", run="crashed"))
    page.get_by_text("The loss is no number: lower the learning rate.").wait_for()
    page.get_by_text("The last lines of its log").click()
    page.get_by_text("<b>the last words</b>").wait_for()
    page.get_by_role("button", name="Try again").wait_for()


def test_deleting_asks_first_and_removes_the_backbone_only(app, page, workspace):
    page.goto(app.link("train", run="doomed"))
    page.get_by_role("button", name="Delete this backbone").click()
    page.get_by_role("button", name="Delete it").click()
    page.get_by_role("heading", name="Train a backbone").wait_for()
    until(page, lambda: not record.published_folder(workspace, "doomed").exists())
    assert record.published_folder(workspace, "ready").is_dir()
    expect(page).not_to_have_url(re.compile("run="))


def test_a_bad_link_is_one_sentence(app, page):
    for name, sentence in {
        "nothing": "There is no training called nothing here",
        "../../etc": "There is no training called ../../etc here",
        EVIL: f"There is no training called {EVIL} here",
        "vanished": "was trained here, but its folder is gone",
    }.items():
        page.goto(app.link("train", run=name))
        page.get_by_text(sentence).wait_for()
        expect(page.locator("[data-testid=stAlert]")).to_have_count(1)


def test_what_is_wrong_stands_by_its_field_and_nothing_typed_is_lost(app, page, workspace):
    page.goto(app.link("train"))
    page.get_by_text("artsim train demo --backbone efficientnet_lite0 --name demo-lite0").wait_for()
    name = page.get_by_role("textbox", name="Name of the new backbone")
    name.fill("ready")
    name.press("Enter")
    wrong(page).get_by_text("called ready already").wait_for()
    expect(page.get_by_role("button", name="Start training")).to_be_disabled()
    name.fill("No good name")
    name.press("Enter")
    wrong(page).get_by_text("cannot name a backbone").wait_for()
    page.get_by_text("More", exact=True).click()
    epochs = field(page, "epochs").locator("input")
    epochs.fill("0")
    epochs.press("Enter")
    name.fill("fine")
    name.press("Enter")
    wrong(page).get_by_text("greater than or equal to 1").wait_for()
    expect(epochs).to_have_value("0")
    page.get_by_role("link", name="Collections").click()
    page.get_by_role("heading", name="Collections", exact=True).wait_for()
    page.get_by_role("link", name="Train").click()
    wrong(page).get_by_text("greater than or equal to 1").wait_for()
    expect(name).to_have_value("fine")


def test_sources_without_labels_and_folders(app, page, tmp_path):
    for i, style in enumerate(("Baroque", "Cubism", "Rococo")):
        (tmp_path / "train" / style).mkdir(parents=True)
        for j in range(i + 2):
            (tmp_path / "train" / style / f"{j}.jpg").write_bytes(b"never opened")
    page.goto(app.link("train"))
    source = field(page, "from").get_by_role("combobox")
    source.click()
    page.get_by_role("option", name="Bare").click()
    wrong(page).get_by_text("These labels tell nothing apart").wait_for()
    page.get_by_text("Style: no work has it.").wait_for()
    source.click()
    page.get_by_role("option", name="A folder on the server").click()
    wrong(page).get_by_text("Write the folder's path").wait_for()
    folder = page.get_by_role("textbox", name="Folder")
    folder.fill("/nowhere/at/all")
    folder.press("Enter")
    wrong(page).get_by_text("There is no such folder").wait_for()
    folder.fill(str(tmp_path))
    folder.press("Enter")
    page.get_by_text("Style · 3 classes · 9 works").wait_for()
    page.get_by_text("Genre · 0 classes · 0 works").click()
    page.get_by_text("Genre: no work has it.").wait_for()
    expect(wrong(page)).to_have_count(0)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_from_the_form_to_a_backbone_that_can_be_used(app, page, workspace):
    page.goto(app.link("train"))
    page.get_by_text("artsim train demo --backbone").wait_for()
    page.get_by_text("More", exact=True).click()
    base = field(page, "backbone").get_by_role("combobox")
    base.fill("test_efficientnet")
    base.press("Enter")
    for name, number in (("epochs", 2), ("image_size", 32), ("batch_size", 8)):
        box = field(page, name).locator("input")
        box.fill(str(number))
        box.press("Enter")
    page.get_by_text("From scratch").click()
    name = page.get_by_role("textbox", name="Name of the new backbone")
    name.fill("tiny")
    name.press("Enter")
    page.get_by_text(
        "artsim train demo --backbone test_efficientnet --name tiny --epochs 2 --image-size 32 "
        "--batch-size 8 --from-scratch"
    ).wait_for()
    page.get_by_role("button", name="Start training").dblclick()
    page.get_by_role("heading", name="tiny", exact=True).wait_for()
    page.get_by_role("region", name="Best figures").wait_for(timeout=240_000)

    def states():
        jobs = JobTable(workspace).all()
        return [job.state for job in jobs if job.config.get("name") == "tiny"]

    until(page, states, ["succeeded"])
    run = record.load_training(workspace, "tiny")
    assert run.published
    assert len(run.rows) == 2
    page.get_by_role("figure", name="Confusions by style").wait_for()
    page.get_by_role("button", name="Embed it with this backbone").click()
    page.get_by_text("48 of 48 pictures are embedded with it").wait_for()
    page.get_by_role("button", name="Search with it").click()
    page.wait_for_url("**backbone=tiny*")
