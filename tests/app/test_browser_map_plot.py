"""The map in a real browser: drawn, moved, chosen from, opened, kept as files."""

import json
import re
from urllib.parse import parse_qs, urlparse

import browser_kit
import numpy as np
import pytest
from browser_kit import PATIENCE, until
from map_browser_kit import Seen
from map_plot_kit import collection_with_map, scattered
from playwright.sync_api import expect

from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.maps.selection import Shape, rows_in

pytestmark = browser_kit.MARKS

COUNT = 300
OVERLAPS = """all => {
  const boxes = all.map((e) => e.getBoundingClientRect());
  const apart = (a, b) =>
    a.right <= b.x || b.right <= a.x || a.bottom <= b.y || b.bottom <= a.y;
  return boxes.flatMap((a, i) =>
    boxes.slice(i + 1).filter((b) => !apart(a, b)).map((b) => [a.x, a.y, b.x, b.y]));
}"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Workspace.open(tmp_path_factory.mktemp("map") / "home")
    collection_with_map(made, "flat", COUNT)
    collection_with_map(made, "solid", COUNT, dimensions=3)
    return made


@pytest.fixture(scope="module")
def opened(app, context):
    """The flat map, opened once."""
    with browser_kit.watched(context) as page:
        yield Seen(page, app)


@pytest.fixture
def flat(opened, request):
    """The flat map as a whole, with nothing chosen."""
    if getattr(request.node, "execution_count", 1) > 1:  # what failed may have left anything
        opened.open()
    opened.ask("[maps.panes[0].chosen && maps.clear(), maps.years.go(-1), maps.take('pan')].length")
    opened.ask("maps.each((pane) => pane.showWhole())")
    opened.rested()
    return opened


def lonely(points):
    """The row of a point that no other one is near to."""
    apart = np.linalg.norm(points[:, None] - points[None], axis=2) + np.eye(len(points)) * 99
    return int(apart.min(axis=1).argmax())


def ids_of(workspace):
    return Library(workspace).catalog("flat").table.column("id").to_pylist()


def test_pointing_shows_the_work_and_a_click_opens_it(flat, workspace):
    seen, page = flat, flat.page
    assert seen.ask("maps.panes[0].space.count") == COUNT
    row = lonely(scattered(COUNT))
    page.mouse.move(*seen.at(row))
    name = f"Work {ids_of(workspace)[row]}".replace("Work 0", "Work <b>0</b>")
    expect(page.locator(".card .name")).to_have_text(name)
    page.mouse.click(*seen.at(row))
    page.get_by_role("dialog").get_by_text("Picture", exact=True).wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")


def test_a_lasso_chooses_the_works_in_it_here_and_on_the_server(flat):
    seen, page = flat, flat.page
    page.get_by_role("button", name="Choose with a lasso").click()
    points = scattered(COUNT)
    x, y = seen.at(int(np.abs(points - points[::7].mean(axis=0)).sum(axis=1).argmin()))
    page.mouse.move(x - 70, y - 60)
    page.mouse.down()
    for dx, dy in ((70, -70), (80, 60), (-20, 90), (-80, 20)):
        page.mouse.move(x + dx, y + dy, steps=6)
    page.mouse.up()
    page.wait_for_url(re.compile("shape=lasso"))
    text = parse_qs(urlparse(page.url).query)["shape"][0]
    wanted = rows_in(points, Shape.from_text(text))
    assert 0 < len(wanted) < COUNT
    chosen = "[...maps.panes[0].chosen.entries()].filter((e) => e[1]).map((e) => e[0])"
    seen.until(f"maps.panes[0].chosen && {chosen}", wanted.tolist())
    seen.rested()
    page.get_by_role("button", name="Take the choice back").click()
    seen.until("!maps.panes[0].chosen")
    page.wait_for_function("() => !location.search.includes('shape=')")


def test_what_is_seen_is_in_the_address_and_comes_back(app, page):
    seen = Seen(page, app)
    x, y = seen.at(lonely(scattered(COUNT)))
    page.mouse.move(x, y)
    for _ in range(3):
        page.mouse.wheel(0, -200)
        page.wait_for_timeout(50)
    page.wait_for_url(re.compile("seen="))
    seen.rested()
    before = seen.ask("maps.panes[0].sight()")
    page.reload()
    page.locator(".surface .layer").first.wait_for(state="attached")
    seen.until("maps.panes[0].drawn")
    sight = "maps.panes[0].sight()"
    until(page, lambda: np.allclose(seen.ask(sight), before, rtol=0.02, atol=0.02))


def test_zoomed_in_pictures_stand_for_points_without_overlap(flat):
    seen, page = flat, flat.page
    page.mouse.move(*seen.at(lonely(scattered(COUNT))))
    page.locator(".thumbs img:not(.asked)").first.wait_for(state="detached")
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    page.locator(".thumbs img.there").first.wait_for()
    seen.rested()
    pictures = page.locator(".thumbs img:not(.asked)")
    assert 0 < pictures.count() <= 150
    until(page, lambda: pictures.evaluate_all(OVERLAPS), [])


def test_the_keyboard_goes_from_work_to_work_says_them_chooses_and_opens(flat):
    seen, page = flat, flat.page
    page.locator(".surface").first.focus()
    page.keyboard.press("ArrowRight")
    first = seen.ask("maps.panes[0].pointed")
    page.keyboard.press("ArrowRight")
    second = seen.ask("maps.panes[0].pointed")
    points = scattered(COUNT)
    assert points[second][0] > points[first][0]
    live = page.locator(".pane [aria-live=polite]").first
    seen.until("maps.panes[0].live.textContent.startsWith('Work ')")
    expect(live).to_contain_text("Artist")
    page.keyboard.press("b")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("b")
    page.wait_for_url(re.compile("shape=box"))
    seen.rested()
    seen.until("maps.panes[0].chosen?.[maps.panes[0].pointed] === 1")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    seen.until("maps.panes[0].node.getRootNode().activeElement?.className.startsWith('surface')")


@pytest.mark.parametrize("kind", ["png", "svg", "html"])
def test_what_is_seen_is_kept_as_a_file_that_opens_without_a_server(flat, browser, tmp_path, kind):
    seen, page = flat, flat.page
    page.get_by_role("button", name="Zoom in").click()
    page.get_by_role("button", name="Zoom in").click()
    page.locator(".thumbs img.there").first.wait_for()
    seen.rested()
    pictures = page.locator(".thumbs img:not(.asked)").count()
    page.locator(".save summary").click()
    with page.expect_download() as download:
        page.locator(f".menu .{kind}").click()
    file = tmp_path / f"map.{kind}"
    download.value.save_as(file)
    alone = browser.new_context(offline=True).new_page()
    alone.set_default_timeout(PATIENCE)
    problems = []
    alone.on("pageerror", lambda error: problems.append(str(error)))
    alone.on("request", lambda r: problems.append(r.url) if r.url.startswith("http") else None)
    alone.on("console", lambda m: problems.append(m.text) if m.type == "error" else None)
    alone.goto(file.as_uri())
    if kind == "png":
        assert file.read_bytes().startswith(b"\x89PNG")
    elif kind == "svg":
        expect(alone.locator("image")).to_have_count(pictures)
        assert alone.locator("path").count() >= 7
    else:
        alone.wait_for_function("() => document.querySelector('.plot')?.data?.length >= 7")
        traces = alone.evaluate("() => document.querySelector('.plot').data.map(t => t.x.length)")
        assert sum(traces) == COUNT
        assert "<b>" not in json.dumps(
            alone.evaluate("() => document.querySelector('.plot').data.map(t => [...t.text])")
        )
    alone.context.close()
    assert problems == []


def test_the_mosaic_shows_every_work_and_opens_them(app, page):
    seen = Seen(page, app, mosaic=True)
    seen.until("maps.panes[0].layer.whole")
    assert seen.ask("maps.panes[0].mosaic && maps.panes[0].space.count") == COUNT
    page.mouse.click(*seen.at(17))
    page.get_by_role("dialog").get_by_text("Picture", exact=True).wait_for()


def test_a_map_in_space_is_turned_and_says_what_it_shows(app, page):
    seen = Seen(page, app, collection="solid")
    assert seen.ask("maps.panes[0].solid")
    seen.until("maps.panes[0].layer.heard")
    eye = "maps.panes[0].layer.node._fullLayout.scene.camera.eye.x"
    before = seen.ask(eye)
    page.get_by_role("button", name="Zoom in").click()
    seen.until(f"{eye} < {before}")


def test_plotly_draws_flat_maps_where_there_is_a_graphics_card(flat):
    seen = flat
    # There is none here: what is chosen with one is chosen by hand, and drawn in software.
    seen.ask("[(maps.webgl = true), (maps.panes[0].places = null), maps.update(maps.data)].length")
    seen.until("maps.panes[0].layer.node.data?.length >= 7")
    traces = seen.ask("maps.panes[0].layer.node.data.map((t) => [t.type, t.x.length])")
    assert {kind for kind, _ in traces} == {"scattergl"}
    assert sum(length for _, length in traces) == COUNT
    seen.until("maps.panes[0].layer.node.querySelector('canvas')")


def test_a_decade_stands_out_and_can_become_the_filter(flat):
    seen, page = flat, flat.page
    decades = page.get_by_role("group", name="Works by decade")
    decades.get_by_role("slider").fill("3")
    years = [1500 + i * 7 % 400 for i in range(COUNT) if i % 13]
    wanted = sum(1530 <= year < 1540 for year in years)
    expect(decades.locator("output")).to_have_text(f"1530s: {wanted} works")
    seen.until("maps.panes[0].counting.reduce((a, b) => a + b, 0)", wanted)
    decades.get_by_role("button", name="Show only these").click()
    page.wait_for_url(re.compile("year_from=1530.*year_to=1539"))
    seen.rested()
    seen.until("maps.panes[0].filtered?.reduce((a, b) => a + b, 0)", wanted)
    decades.get_by_role("button", name="Play decade by decade").click()
    seen.until("maps.years.at > 0")
    decades.get_by_role("button", name="Pause").click()
    seen.until("!maps.years.timer")
