"""Marks on the search page in a real Chromium: gathered, asked with, taken back, in the address."""

import re
from typing import Any

import pytest
from browser_kit import MARKS, App
from face_kit import make_demo

from artsim.core.workspace import Workspace

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import expect

pytestmark = MARKS


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace.open(tmp_path_factory.mktemp("marks"))
    make_demo(made)
    return made


def marks(page: Any) -> Any:
    return page.locator(".marks[aria-label='What you search with'] .mark")


def artists(page: Any) -> set[str]:
    shown = page.locator(".gallery[aria-label^='Results'] .card .by").all_text_contents()
    return {text.split(",")[0] for text in shown}


def test_marks_are_gathered_searched_with_taken_back_and_linked(
    page: Any, app: App, browser: Any
) -> None:
    view = {"collection": "demo", "backbone": "tiny", "query": "w00", "k": 14}
    page.goto(app.link(**view))
    cards = page.locator(".gallery[aria-label^='Results'] .card")
    expect(cards).to_have_count(14)
    assert artists(page) > {"Artist 0"}
    other = cards.filter(has_text="Artist 1").first
    other_id = other.get_attribute("data-id")
    cards.first.get_by_role("button", name=re.compile("^Like:")).click()
    expect(marks(page)).to_have_count(2)
    other.get_by_role("button", name="Unlike:").click()
    expect(marks(page)).to_have_count(3)
    expect(page).to_have_url(re.compile(f"marks=-{other_id}"))
    expect(page.get_by_text("2 marks not yet part of the search")).to_be_visible()
    minus = page.locator(f".card[data-id='{other_id}'] .minus")
    expect(minus).to_have_attribute("aria-pressed", "true")

    page.get_by_role("button", name="Find more like these").click()
    expect(page).to_have_url(re.compile("round=1"))
    expect(page.locator(f".card[data-id='{other_id}']")).to_have_count(0)
    page.get_by_role("button", name="Not by this artist").click()
    expect(page).to_have_url(re.compile("apart=artist"))
    expect(cards.filter(has_text="Artist 0")).to_have_count(0)

    again = browser.new_context().new_page()
    again.goto(page.url)
    expect(marks(again)).to_have_count(3)
    expect(again.get_by_role("button", name="Not by this artist")).to_have_count(1)
    again.get_by_role("radio", name="Start").click()
    expect(marks(again)).to_have_count(1)
    again.context.close()

    page.get_by_role("button", name="Undo").press("Enter")
    expect(cards.filter(has_text="Artist 0")).not_to_have_count(0)
    marks(page).nth(2).get_by_role("button", name="Take away").press("Enter")
    expect(marks(page)).to_have_count(2)
    expect(page.locator(f".card[data-id='{other_id}']")).to_have_count(1)
    page.get_by_role("button", name="Back to browsing").click()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("marks="))


def test_a_mark_on_a_work_that_is_gone_is_one_sentence(page: Any, app: App) -> None:
    page.goto(
        app.link(
            collection="demo", backbone="tiny", query="w00", marks="+gone", rounds="+gone", round=1
        )
    )
    expect(page.get_by_text("There is no artwork 'gone' in 'demo'")).to_be_visible()
    marks(page).filter(has_text="No longer here").get_by_role("button", name="Take away").click()
    expect(marks(page)).to_have_count(1)
    expect(page.locator(".gallery[aria-label^='Results'] .card")).to_have_count(12)
