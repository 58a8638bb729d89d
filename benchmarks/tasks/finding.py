"""Tasks of the pages Search, Compare and Map."""

import re

import numpy as np
from browser_kit import rested
from playwright.sync_api import expect

from artsim.collection.store import Collection
from artsim.demo.source import work
from benchmarks.photographs import photograph
from benchmarks.tasks.walk import Task, Walk

_ABSENT = 363  # of the generator, behind the last work of the demo
_YEARS = (1650, 1750)


def misspelt(walk: Walk) -> None:
    """A title with two faults, then works like it."""
    walk.search()
    words = walk.page.get_by_label("Search titles and artists")
    words.fill("Harbor at Frist Light")
    walk.hand.press(words, "Enter")
    found = walk.cards("Works").filter(has_text="Harbour at First Light").first
    walk.hand.click(found.get_by_role("button", name="More like this"))
    expect(walk.cards("Results")).to_have_count(12)
    expect(walk.page).not_to_have_url(re.compile("text="))


def years(walk: Walk) -> None:
    """Exactly the works of a hundred years, those of no known year left out."""
    demo = Collection.open(walk.workspace, "demo")
    dated = demo.metadata(["year", "year_end"]).to_pylist()
    inside = [
        row
        for row in dated
        if row["year"] is not None
        and (row["year_end"] or row["year"]) >= _YEARS[0]
        and row["year"] <= _YEARS[1]
    ]
    walk.search()
    walk.click("Filters")
    for name, year in zip(("From", "To"), _YEARS, strict=True):
        walk.page.get_by_label(name, exact=True).wait_for()
        rested(walk.page)
        walk.page.get_by_label(name, exact=True).fill(str(year))
    walk.hand.press(walk.page.get_by_label("To", exact=True), "Enter")
    expect(walk.page).to_have_url(re.compile(f"year_from={_YEARS[0]}.*year_to={_YEARS[1]}"))
    expect(walk.page.get_by_text(f"{len(inside)} works match")).to_be_visible()


def photographed(walk: Walk) -> None:
    """A crooked photograph of a work that is here; the same of one that is not."""
    for index, said in ((3, "This is Harbour at First Light"), (_ABSENT, "not in this collection")):
        walk.search()
        walk.hand.spent()
        pixels = work(index)[1]
        assert pixels is not None
        taken = photograph(np.ascontiguousarray(pixels), np.random.default_rng([0, index]))
        walk.upload("photo.jpg", taken.jpeg)
        walk.click("Which work is this?")
        expect(walk.page.get_by_role("heading", name=said)).to_be_visible()


def detail(walk: Walk) -> None:
    """A part of a painting that is on the screen, elsewhere."""
    walk.search(query="demo-0003")
    walk.click("Find a detail")
    sheet = walk.page.locator(".draw .sheet img")
    expect(sheet).to_have_js_property("complete", True)
    walk.page.wait_for_timeout(600)  # the dialog comes to rest
    walk.hand.drag(walk.page, sheet, 0.05, 0.45)
    walk.click("Find it elsewhere")
    expect(walk.page).to_have_url(re.compile("%40|@"))
    # The first search by details loads what was prepared of each picture.
    expect(walk.cards("Results").locator(".region").first).to_be_visible(timeout=90_000)


def other_artists(walk: Walk) -> None:
    """Works alike by other hands."""
    walk.search(query="demo-0004")
    walk.click("Not by this artist")
    expect(walk.page).to_have_url(re.compile("apart=artist"))
    expect(walk.cards("Results").filter(has_text="Claire Vauquelin")).to_have_count(0)
    expect(walk.cards("Results")).to_have_count(12)


def _mark(walk: Walk, place: int, sign: str) -> None:
    card = walk.cards().nth(place)
    walk.hand.click(card.locator(f".{sign}"))
    expect(card.locator(f".{sign}")).to_have_attribute("aria-pressed", "true")


def not_like_that(walk: Walk) -> None:
    """Two works, and not like a third."""
    walk.search()
    for place, sign in ((2, "plus"), (3, "plus"), (8, "minus")):
        _mark(walk, place, sign)
    walk.click("Find more like these")
    expect(walk.cards("Results")).to_have_count(12)
    expect(walk.page).to_have_url(re.compile("round=1"))


def concept(walk: Walk) -> None:
    """An idea taught by five examples, then asked for together with a picture."""
    demo = Collection.open(walk.workspace, "demo")
    walk.search()
    walk.upload("own.jpg", demo.image("demo-0010") or b"")
    walk.button("Which work is this?").wait_for()
    for place in range(5):
        _mark(walk, place, "plus")
    walk.click("Concepts")
    walk.page.get_by_label("Its name").fill(f"winter {walk.page.viewport_size['width']}")
    walk.click("Teach it")
    walk.click("Search with it")
    expect(walk.page).to_have_url(re.compile("upload=.*concept|concept.*upload="))
    expect(walk.page.locator(".marks .mark")).to_have_count(2)
    expect(walk.cards("Results")).to_have_count(12)


def why(walk: Walk) -> None:
    """Why two works are alike."""
    walk.search(query="demo-0004")
    walk.hand.click(walk.cards("Results").first.get_by_role("button", name="Why?"))
    expect(walk.page.get_by_role("dialog").locator("img").first).to_be_visible()


def blind(walk: Walk) -> None:
    """Two backbones compared without their names, and a vote."""
    walk.open("compare", collection="demo", query="demo-0004")
    walk.hand.click(walk.page.get_by_text("Blind: judge unnamed lists"))
    walk.click("List B")
    expect(walk.page.get_by_text("You found list B better.")).to_be_visible()


def odd(walk: Walk) -> None:
    """Works like nothing else, with their pictures."""
    walk.open("map", collection="demo")
    walk.click("Like nothing else", role="radio")
    expect(walk.cards("Works like nothing else").first.locator("img")).to_be_visible()


def mosaic(walk: Walk) -> None:
    """A mosaic to print, and a selection of the map as a link."""
    walk.open("map", collection="demo")
    walk.hand.click(walk.page.get_by_text("Mosaic", exact=True))
    pdf = walk.button("Mosaic as PDF", exact=False, role="link")
    address = pdf.get_attribute("href")
    assert walk.page.request.get(f"{walk.app.url}{address}").body()[:5] == b"%PDF-"
    walk.click("Belcour Impressionism", exact=False)
    expect(walk.page).to_have_url(re.compile("only="))
    expect(walk.page.get_by_role("heading", name="Belcour Impressionism")).to_be_visible()


def keys(walk: Walk) -> None:
    """From the start of the page to works like a work, without a mouse."""
    walk.search()
    page, keyboard = walk.page, walk.page.keyboard
    ways = (page.get_by_text("Skip to main content"), walk.button("Start from a random work"))
    for way in ways:
        while not way.evaluate("e => e.matches(':focus')"):
            assert walk.hand.clicks < 30, "Tab does not reach it"
            walk.hand.press(keyboard, "Tab")
        walk.hand.press(keyboard, "Enter")
    expect(walk.cards("Results")).to_have_count(12)


_TESTS = "tests/app/test_browser"
FIRST = [
    Task("Find a work by a misspelt title, then works like it", 3, "", misspelt),
    Task("Narrow results to 1650-1750, undated included or not", 2, "", years),
    Task("Ask with a crooked phone photo: is it ours?", 2, f"{_TESTS}_identify.py", photographed),
    Task("Ask with a detail of a painting on screen", 3, "", detail),
    Task("Works by other artists that look like this", 1, f"{_TESTS}_marks.py", other_artists),
]
TASKS = [
    *FIRST,
    Task("Two works and 'not like that one'", 4, f"{_TESTS}_marks.py", not_like_that),
    Task("Teach 'winter' by five examples, use it with a picture", 9, "", concept),
    Task("Why are these two alike?", 1, f"{_TESTS}.py", why),
    Task("Compare two backbones, vote blind", 2, f"{_TESTS}_compare.py", blind),
    Task("Odd ones out", 2, "", odd),
    Task("Print a mosaic; share a map selection", None, f"{_TESTS}_map.py", mosaic),
    Task("The first search by keyboard alone", 8, f"{_TESTS}_saved.py", keys),
]
