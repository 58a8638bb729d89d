"""Mosaics, maps in space, phones and themes: the same choices as on a flat map."""

import re
from urllib.parse import parse_qs, urlparse

import browser_kit
import numpy as np
import pytest
from browser_kit import until
from map_browser_kit import Seen
from map_plot_kit import collection_with_map, scattered
from playwright.sync_api import expect

from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.maps.selection import Shape, rows_in
from artsim.maps.storage import list_maps, load_map

pytestmark = browser_kit.MARKS

COUNT = 300
CHOSEN = "[...maps.panes[0].chosen.entries()].filter((e) => e[1]).map((e) => e[0])"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Workspace.open(tmp_path_factory.mktemp("map") / "home")
    collection_with_map(made, "flat", COUNT)
    collection_with_map(made, "solid", COUNT, dimensions=3)
    return made


def drawn(page, corners):
    """Draw with the tool at hand from corner to corner."""
    page.mouse.move(*corners[0])
    page.mouse.down()
    for at in corners[1:]:
        page.mouse.move(*at, steps=5)
    page.mouse.up()
    page.wait_for_url(re.compile("shape="))
    query = parse_qs(urlparse(page.url).query)
    return Shape.from_text(query["shape"][0]), query.get("pane", ["0"])[0]


def middle_of(seen):
    box = seen.page.locator(".surface").first.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_box_in_the_mosaic_chooses_on_the_server_what_it_does_here(app, page, workspace):
    seen = Seen(page, app, mosaic=True)
    page.get_by_role("button", name="Choose in a box").click()
    x, y = middle_of(seen)
    shape, pane = drawn(page, [(x - 90, y - 60), (x + 70, y + 50)])
    here = seen.ask(CHOSEN)
    library = Library(workspace)
    found = load_map(library, "flat", list_maps(library, "flat")[0].id)
    middles = (found.mosaic + 0.5) * (1, -1)
    assert pane == "2"
    assert 0 < len(here) < COUNT
    assert rows_in(middles, shape).tolist() == here
    page.get_by_role("heading", name=f"{len(here)} works in your box").wait_for()
    # The choice is one of works: it holds on the map too, where the box means nothing.
    page.get_by_text("Mosaic", exact=True).click()
    seen.until("!maps.panes[0].mosaic && maps.panes[0].parts")
    seen.until(f"maps.panes[0].chosen && {CHOSEN}", here)
    seen.until("maps.panes[0].shape === undefined")


def test_a_query_is_framed_in_the_mosaic(app, page):
    seen = Seen(page, app, mosaic=True, query="7", k=5)
    seen.until("maps.panes[0].told.query")
    seen.until("maps.panes[0].overlay.node.querySelectorAll('rect').length === 6")


def test_works_in_space_are_pointed_at_chosen_and_opened(app, page):
    seen = Seen(page, app, collection="solid")
    seen.until("maps.panes[0].layer.heard")
    points = scattered(COUNT, 3)
    page.mouse.move(*seen.at(40))
    seen.until("maps.panes[0].pointed >= 0")
    page.locator(".card .name").wait_for()

    before = seen.ask("maps.panes[0].layer.matrix()")
    x, y = middle_of(seen)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 90, y + 40, steps=6)
    page.mouse.up()
    until(page, lambda: not np.allclose(seen.ask("maps.panes[0].layer.matrix()"), before))

    page.get_by_role("button", name="Choose with a lasso").click()
    corners = [(x - 120, y - 120), (x + 110, y - 90), (x + 80, y + 120), (x - 90, y + 100)]
    shape, pane = drawn(page, corners)
    here = seen.ask(CHOSEN)
    assert (pane, len(shape.view)) == ("0", 12)
    assert 0 < len(here) < COUNT
    assert rows_in(points, shape).tolist() == here
    page.get_by_role("heading", name=f"{len(here)} works in your outline").wait_for()

    page.locator(".surface").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    seen.until("maps.panes[0].pointed >= 0")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_text("Picture", exact=True).wait_for()


def test_a_query_in_space_has_its_lines_and_its_picture(app, page):
    seen = Seen(page, app, collection="solid", query="7", k=5)
    seen.until("maps.panes[0].overlay.node.querySelectorAll('line').length === 5")
    seen.until("maps.panes[0].thumbs.asked.classList.contains('there')")


def test_names_stand_in_the_map_and_clear_of_the_query(app, page):
    seen = Seen(page, app, query="7", k=3)
    seen.until("maps.panes[0].told.query")
    seen.ask(
        """[maps.panes[0].told.labels = [[0, "A name on the query"], [-99, "A name at the edge"]]
        .map(([dx, text]) => {
          const [x, y] = maps.panes[0].told.query.point;
          const [left] = maps.panes[0].sight();
          return { x: dx ? left + 0.01 : x, y: dx ? y + 3 : y + 0.1, z: 0, text };
        }), maps.panes[0].draw()].length"""
    )
    edge = page.locator(".overlay text", has_text="A name at the edge")
    until(page, lambda: edge.bounding_box()["x"] >= seen.corner()[0])
    expect(page.locator(".overlay text", has_text="A name on the query")).to_have_count(0)


@pytest.fixture
def phone(browser):
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    with browser_kit.watched(context) as page:
        yield page
    context.close()


def scrolled(page):
    return page.locator("[data-testid=stMain]").evaluate("main => main.scrollTop")


def swiped(page, at, by):
    """A finger goes down, moves up the screen and leaves it."""
    x, y = at
    cdp = page.context.new_cdp_session(page)
    cdp.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for part in range(1, 13):
        place = {"x": x + 4 * part, "y": y - by * part / 12}
        cdp.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [place]})
        page.wait_for_timeout(16)
    cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(500)


def test_a_finger_on_the_map_scrolls_the_page_until_it_draws(app, phone):
    seen = Seen(phone, app)
    seen.page.locator(".surface").first.scroll_into_view_if_needed()
    before = scrolled(phone)
    swiped(phone, middle_of(seen), 150)
    until(phone, lambda: scrolled(phone) > before + 60)
    phone.get_by_role("button", name="Choose in a box").click()
    phone.locator(".surface").first.scroll_into_view_if_needed()
    before = scrolled(phone)
    swiped(phone, middle_of(seen), 100)
    assert scrolled(phone) == before
    phone.wait_for_url(re.compile("shape=box"))
    phone.get_by_role("button", name="See the").tap()  # it stands below, out of sight
    expect(phone.get_by_role("heading", name="in your box")).to_be_in_viewport()


def test_another_theme_repaints_the_map(app, page):
    seen = Seen(page, app)
    light = seen.ask("maps.theme.background")
    page.emulate_media(color_scheme="dark")
    seen.until(f"maps.theme.background !== '{light}'")
    pixel = "[...maps.panes[0].layer.pen.getImageData(2, 2, 1, 1).data].slice(0, 3)"
    wanted = seen.ask("maps.theme.background")
    rgb = [int(wanted[i : i + 2], 16) for i in (1, 3, 5)]
    seen.until(f"String({pixel}) === '{','.join(map(str, rgb))}'")
