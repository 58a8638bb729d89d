"""Tasks of the tray, and of the next day."""

import re
from typing import Any

from playwright.sync_api import expect

from artsim.desk.trays import Trays
from benchmarks.tasks.walk import Task, Walk


def _none(walk: Walk) -> None:
    trays = Trays(walk.workspace)
    for tray in (*trays.all(), *trays.all(archived=True)):
        trays.delete(tray.id)


def _twelve(walk: Walk) -> None:
    """Results of a search, and the first twelve put into a tray one by one."""
    _none(walk)
    walk.search(query="demo-0004", k=14)
    expect(walk.cards("Results")).to_have_count(14)
    for place in range(12):
        walk.hand.click(walk.cards("Results").nth(place).locator(".to-tray"))
    expect(walk.button("My tray · 12 works")).to_be_visible()


def _items(walk: Walk) -> Any:
    return walk.page.locator(".items .item")


def proposal(walk: Walk) -> None:
    """Twelve works in order with a note, and a link for a colleague."""
    _twelve(walk)
    walk.click("Open tray", role="link")
    expect(_items(walk)).to_have_count(12)
    walk.click("Share link")
    walk.click("Copy the link")
    note = _items(walk).first.get_by_label("Note")
    note.fill("opens the room")
    note.blur()
    link = walk.page.get_by_label("Link to the tray").input_value()
    colleague = walk.page.context.new_page()
    colleague.goto(link)
    expect(colleague.locator(".items .item")).to_have_count(12)
    expect(colleague.locator(".items .item").first).to_contain_text("opens the room")
    colleague.close()


def _taken(walk: Walk, ending: str) -> None:
    _twelve(walk)
    walk.hand.spent()
    walk.click("Open tray", role="link")
    with walk.page.expect_download() as waiting:
        walk.hand.click(walk.page.locator(f".st-key-tray_{ending} button"))
    assert waiting.value.suggested_filename == f"my-tray.{ending}"


def pdf(walk: Walk) -> None:
    """The twelve as captioned pages."""
    _taken(walk, "pdf")


def workbook(walk: Walk) -> None:
    """The twelve as a workbook with pictures."""
    _taken(walk, "xlsx")


def manifest(walk: Walk) -> None:
    """The twelve as an address for IIIF viewers."""
    _twelve(walk)
    walk.hand.spent()
    walk.click("Open tray", role="link")
    walk.click("Share link")
    address = walk.page.get_by_label("IIIF manifest").input_value()
    told = walk.page.request.get(address).json()
    assert len(told["items"]) == 12, told


def light_table(walk: Walk) -> None:
    """Two works beside each other, enlarged together."""
    _twelve(walk)
    walk.hand.spent()
    walk.click("Open tray", role="link")
    walk.click("Light table")
    images = walk.page.locator(".light .glass img")
    expect(images).to_have_count(2)
    walk.page.locator(".light .glass").first.hover()
    walk.page.mouse.wheel(0, -400)
    for place in range(2):
        expect(images.nth(place)).to_have_attribute("style", re.compile(r"scale\(2\.7"))


def next_day(walk: Walk) -> None:
    """Back to the last search, in a browser that knows nothing."""
    walk.search(query="demo-0007")
    walk.open()
    walk.click("Like Port Meridian by Night", exact=False)
    expect(walk.page).to_have_url(re.compile("query=demo-0007"))
    expect(walk.cards("Results")).to_have_count(12)


_TRAY = "tests/app/test_browser_tray.py"
TASKS = [
    Task("Twelve works, in order, with notes, to a colleague", 15, _TRAY, proposal),
    Task("The same as captioned PDF", 2, _TRAY, pdf),
    Task("The same as XLSX with pictures", 2, _TRAY, workbook),
    Task("The same as IIIF link", 2, _TRAY, manifest),
    Task("Two works on a light table, zoomed together", 2, _TRAY, light_table),
    Task("Come back next day to where one was", 1, "tests/app/test_browser_saved.py", next_day),
]
