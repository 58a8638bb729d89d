"""The compare page in a real browser: lists, marks, ranks, blind votes, bad input."""

import csv
import re
import shutil

import browser_kit
import numpy as np
import pytest
from browser_kit import until
from collection_kit import embed_with
from playwright.sync_api import expect

from artsim.collection.store import Collection
from artsim.core.workspace import Workspace
from artsim.desk.trays import Trays
from artsim.evaluation import votes
from artsim.evaluation.comparison import Contender, compare
from artsim.library import Library

pytestmark = browser_kit.MARKS

ON_TOP = """button => {
  const { x, y, width, height } = button.getBoundingClientRect();
  for (let at = document; at; ) {
    const found = at.elementFromPoint(x + width / 2, y + height / 2);
    if (found === button || !found?.shadowRoot) return found === button;
    at = found.shadowRoot;
  }
}"""

LITE, OTHER = Contender("efficientnet_lite0", "cosine"), Contender("second", "euclidean")
COLUMNS = [f"{c.backbone}~{c.metric}" for c in (LITE, OTHER)]
K = 6


@pytest.fixture(scope="module")
def workspace(demo_workspace, tmp_path_factory):
    """The demo collection, embedded with a second backbone that half agrees with the first."""
    root = tmp_path_factory.mktemp("compare") / "home"
    shutil.copytree(demo_workspace.root, root)
    workspace = Workspace.open(root)
    collection = Collection.open(workspace, "demo")
    column = collection.info().embeddings[0]
    ids, matrix = collection.embedding(column.column)
    noise = np.random.default_rng(0).standard_normal(matrix.shape) * matrix.std() * 0.8
    embed_with(collection, OTHER.backbone, "e" * 64, dict(zip(ids, matrix + noise, strict=True)))
    return workspace


@pytest.fixture
def compared(workspace):
    """A query whose lists share some works and not others, and its comparison."""
    library = Library(workspace)
    for work in library.catalog("demo").positions:
        made = compare(library, "demo", [LITE, OTHER], K, id=work)
        if 0 < made.agreements()[0].shared < K and made.found_by[made.lists[0].ids[0]] == (0, 1):
            return work, made
    raise AssertionError("no query fits")


def link(app, query, **more):
    return app.link("compare", collection="demo", query=query, k=K, columns=COLUMNS, **more)


def shown(page):
    """Ids in the lists, row by row."""
    page.wait_for_selector(".lists .work")
    return page.eval_on_selector_all(".lists .work", "all => all.map(e => e.dataset.id)")


def says(locator, *texts):
    """Wait until the elements say these texts, in this order."""
    expect(locator).to_have_text(list(texts), use_inner_text=True)


def test_lists_are_aligned_and_marked(app, page, compared):
    query, made = compared
    page.goto(link(app, query))
    until(page, lambda: shown(page), [work for row in made.rows() for work in row])
    for work, finders in made.found_by.items():
        mark = "In both lists" if len(finders) == 2 else f"Only in {'AB'[finders[0]]}"
        says(page.locator(f".work[data-id='{work}'] .mark"), *[mark] * len(finders))
    pair = made.agreements()[0]
    figures = page.locator(".agreement tbody tr").inner_text().split("\t")
    assert [f.strip() for f in figures[1:]] == [
        f"{pair.shared} of {K}",
        f"{pair.overlap:.2f}",
        f"{pair.rbo:.2f}",
    ]
    assert all(page.eval_on_selector_all(".lists img", "all => all.map(e => e.alt.length)"))


def test_a_work_under_pointer_or_focus_shows_its_ranks_everywhere(app, page, compared):
    query, made = compared
    page.goto(link(app, query))
    shown(page)
    first = made.lists[0].ids[0]
    ranks = [f"Rank {rank}" for rank in made.ranks(first)]
    page.locator(".lists .frame").first.hover()
    says(page.locator(".head .at"), *ranks)
    expect(page.locator(".work.same")).to_have_count(2)
    expect(page.locator(f".work.same[data-id='{first}']")).to_have_count(2)
    page.mouse.move(5, 5)
    expect(page.locator(".work.same")).to_have_count(0)
    page.locator(".lists .frame").first.focus()
    page.keyboard.press("ArrowRight")
    second = made.lists[1].ids[0]
    says(page.locator(".head .at"), *(f"Rank {rank}" for rank in made.ranks(second)))
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_text("Picture", exact=True).wait_for()


def test_a_blind_vote_counts_once_and_reveals(app, page, workspace, compared):
    query, _ = compared
    Trays(workspace).create("Snow")  # its bar stands at the foot of the page too
    page.goto(link(app, query))
    shown(page)
    page.get_by_text("Blind: judge unnamed lists").click()
    page.get_by_role("link", name="Open tray").wait_for()
    until(page, lambda: page.get_by_role("button", name="No difference").evaluate(ON_TOP))
    says(page.locator(".head"), "List A", "List B")
    expect(page).to_have_url(re.compile("blind=True"))
    order = shown(page)
    page.locator(".lists .frame").first.click()
    page.get_by_role("dialog").get_by_text("Picture", exact=True).wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    until(page, lambda: shown(page), order)

    page.get_by_role("button", name="List B", exact=True).dblclick()
    page.get_by_text("You found list B better.").wait_for()
    (vote,) = votes.of_collection(workspace, "demo")
    assert (vote.query, vote.upload, vote.k, vote.choice) == (query, "", K, 1)
    assert [list(row) for row in zip(*(s.works for s in vote.lists), strict=True)] == [
        order[i : i + 2] for i in range(0, len(order), 2)
    ]
    expect(page.locator(".head")).to_contain_text([s.backbone for s in vote.lists])
    until(page, lambda: shown(page), order)

    page.get_by_label("Your vote is counted").fill("=warmer")
    page.keyboard.press("Enter")
    until(page, lambda: votes.of_collection(workspace, "demo")[0].note == "=warmer")
    page.wait_for_selector("[data-test-script-state=notRunning]")
    page.get_by_text("Votes on this collection: 1").click()
    page.get_by_role("cell", name="1 of 1").wait_for()
    browser_kit.at_rest(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the votes as CSV").click()
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        (line,) = csv.DictReader(file)
    assert (line["choice"], line["note"]) == ("B", "'=warmer")

    page.get_by_role("button", name="Next random work").click()
    page.get_by_role("button", name="No difference").click()
    page.get_by_text("You saw no difference.").first.wait_for()
    page.get_by_role("button", name="Withdraw the vote").click()
    page.get_by_role("button", name="No difference").wait_for()
    assert len(votes.of_collection(workspace, "demo")) == 1


def test_bad_input_is_one_sentence_and_the_page_goes_on(app, page, workspace, compared):
    query, _ = compared
    page.goto(app.link("compare", collection="demo", query=query, columns=["nonsense", "~cosine"]))
    shown(page)
    page.goto(app.link("compare", collection="demo", query=query, columns=COLUMNS[:1]))
    page.get_by_text("It takes two columns to compare").wait_for()
    page.get_by_role("button", name="Add a column").click()
    shown(page)
    page.goto(link(app, "no-such-work"))
    page.get_by_text("There is no artwork 'no-such-work'").wait_for()
    chooser = page.locator("input[type=file]").first
    chooser.set_input_files({"name": "x.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"})
    page.get_by_text("x.jpg").last.wait_for()
    page.locator("[data-testid=stAlert]").nth(1).wait_for()
    thumb = Collection.open(workspace, "demo").image(query)
    chooser.set_input_files({"name": "y.jpg", "mimeType": "image/jpeg", "buffer": thumb})
    page.get_by_text("second · Euclidean is left out").wait_for()
    page.get_by_text("Your picture").wait_for()
    expect(page).to_have_url(re.compile("upload="))
