"""Saved searches and 'where was I' in a real Chromium, at a desk and on a phone."""

import re
from typing import Any

import numpy as np
import pytest
from browser_kit import MARKS, App, on_first_screen, rested
from collection_kit import add_works, embed_with
from face_kit import DIGEST, make_demo

from artsim.collection.store import Collection
from artsim.core.workspace import Workspace
from artsim.desk.trays import Trays

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import expect

pytestmark = MARKS


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace.open(tmp_path_factory.mktemp("saved"))
    make_demo(made)
    return made


def cards(page: Any) -> Any:
    return page.locator(".gallery .card")


def test_a_first_visit_is_told_of_no_place_and_the_next_day_begins_where_one_was(
    page: Any, app: App, browser: Any, workspace: Workspace
) -> None:
    page.goto(app.link(collection="demo"))
    expect(cards(page)).to_have_count(24)
    expect(page.get_by_text("Where you were")).to_have_count(0)
    cards(page).nth(3).locator(".more").click()
    expect(cards(page)).to_have_count(12)
    rested(page)
    Trays(workspace).create("Snow")
    page.goto(app.link("tray"))
    expect(page.get_by_role("heading", name="Snow")).to_be_visible()
    for width in (1440, 390):  # the next day, on another computer
        fresh = browser.new_context(viewport={"width": width, "height": 844}).new_page()
        fresh.goto(app.link(collection="demo"))
        expect(fresh.get_by_role("link", name="Snow · Tray")).to_be_visible()
        on_first_screen(fresh, cards(fresh).first)
        fresh.get_by_role("button", name="Like Work 3 · Demo collection").click()
        expect(cards(fresh)).to_have_count(12)
        expect(fresh).to_have_url(re.compile("query=w03"))
        fresh.context.close()


def test_a_search_is_saved_opened_and_tells_what_is_new(
    page: Any, app: App, workspace: Workspace
) -> None:
    page.goto(app.link(collection="demo", backbone="tiny", query="w06", k=5))
    expect(cards(page)).to_have_count(5)
    page.get_by_role("button", name="Saved").click()
    page.get_by_label("Save this search as").fill("Winter light")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("“Winter light” is saved.")).to_be_visible()
    collection = Collection.open(workspace, "demo")
    add_works(collection, [{"id": "n1", "title": "Late arrival", "artist": "Artist 0"}])
    near = np.eye(1, 8, dtype=np.float32)[0]
    embed_with(collection, "tiny", DIGEST, {"n1": near})
    page.wait_for_timeout(2500)  # a server looks for another version every two seconds
    page.goto(app.link(collection="demo"))
    page.get_by_role("button", name="Saved").click()
    page.get_by_role("button", name="Winter light · 1 new").click()
    expect(page.get_by_text("Winter light · 1 new work since")).to_be_visible()
    expect(page.locator(".card", has_text="Late arrival").locator(".rank")).to_contain_text("New")
    expect(page).to_have_url(re.compile("query=w06"))
    expect(page).to_have_url(re.compile("k=5"))
    page.get_by_role("button", name="Saved").click()
    expect(page.get_by_role("button", name="Winter light", exact=True)).to_be_visible()
    page.get_by_role("button", name="Forget").click()
    expect(page.get_by_role("button", name="Winter light", exact=True)).to_have_count(0)


def test_enter_on_more_like_this_goes_on_at_the_heading_of_the_results(page: Any, app: App) -> None:
    page.goto(app.link(collection="demo", backbone="tiny"))
    expect(cards(page)).not_to_have_count(0)
    for key in ("Tab", "Enter", "Tab", "Enter"):  # past the navigation, then past all ways to ask
        page.keyboard.press(key)
    expect(cards(page).first.locator(".frame")).to_be_focused()
    cards(page).nth(2).locator(".more").focus()
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", name="Results, most similar first")
    expect(heading).to_be_focused()
    page.keyboard.press("Tab")
    expect(cards(page).first.locator(".frame")).to_be_focused()
