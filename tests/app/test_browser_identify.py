"""'Which work is this?' in a real Chromium: the work with its outline, or that it is not here."""

import re
from typing import Any

import pytest
from browser_kit import MARKS, PATIENCE, App, fits, rested
from photographed_kit import ABSENT, WORKS, make_photographed, photographed

from artsim.core.workspace import Workspace
from artsim.demo.source import work

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import expect

pytestmark = MARKS
SIZES = {
    "desk": {"viewport": {"width": 1440, "height": 1200}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace.open(tmp_path_factory.mktemp("identify"))
    make_photographed(made)
    return made


def upload(page: Any, index: int) -> None:
    file = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photographed(index).jpeg}
    page.locator("input[type=file]").first.set_input_files(file)


@pytest.mark.parametrize("size", list(SIZES))
def test_a_photograph_is_recognised_or_said_not_to_be_here(
    app: App, browser: Any, size: str
) -> None:
    context = browser.new_context(**SIZES[size], permissions=["camera"])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(app.link(collection="drawn", backbone="tiny"))
    upload(page, WORKS[0])
    asking = page.get_by_role("button", name="Which work is this?")
    expect(asking).to_be_visible()
    asking.press("Enter")
    title = work(WORKS[0], draw=False)[0].title
    expect(page.get_by_role("heading", name=f"This is {title}")).to_be_visible()
    drawn = page.get_by_role("img", name="Your picture, with the outline")
    expect(drawn).to_have_js_property("complete", True)
    fits(page, page.viewport_size["width"])
    page.get_by_role("button", name="More like this work").click()
    expect(page).to_have_url(re.compile(f"query=demo-000{WORKS[0] + 1}"))
    expect(drawn).to_have_count(0)

    upload(page, ABSENT[0])
    page.get_by_role("button", name="Which work is this?").click()
    expect(page.get_by_role("heading", name="not in this collection")).to_be_visible()
    nearest = page.locator(".gallery[aria-label='Nearest works'] .card")
    expect(nearest).to_have_count(len(WORKS))
    rested(page)
    link = page.url
    page.get_by_role("button", name="Close this answer").click()
    expect(page.get_by_role("button", name="Which work is this?")).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", name="not in this collection")).to_be_visible()
    if size == "desk":
        before = page.url
        page.get_by_role("button", name="Use the camera").click()
        page.get_by_role("button", name="Take Photo").click()
        expect(page).not_to_have_url(before)
        expect(page).to_have_url(re.compile("recognise=True"))
        expect(page.get_by_role("button", name="Take Photo")).to_have_count(0)
    context.close()
