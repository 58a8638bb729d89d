"""The cleaning desk in a real Chromium: what curators come to do, in so many clicks."""

from typing import Any

import pytest
from browser_kit import MARKS, App
from hand_kit import Hand
from prints_kit import COUNT, RIGHT, WRONG, make_prints

from artsim.collection.store import Collection, list_collections
from artsim.core.workspace import Workspace

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import expect

pytestmark = MARKS


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = tmp_path_factory.mktemp("desk")
    workspace = Workspace.open(folder / "home")
    make_prints(workspace, folder)
    return workspace


def test_what_curators_come_to_do_takes_few_clicks(
    page: Any, app: App, workspace: Workspace
) -> None:
    prints = Collection.open(workspace, "prints")

    def artists() -> list[str]:
        return list(prints.metadata(["artist"]).column("artist").to_pylist())

    def click(name: str, role: str = "button", exact: bool = True) -> None:
        found = page.get_by_role(role, name=name, exact=exact).first
        if role == "checkbox":  # the box itself is hidden: a person clicks its label
            found = page.locator("label").filter(has_text=name).first
        hand.click(found)

    hand = Hand()
    page.goto(app.link("collections"))
    click("Cleaning desk")
    click("Left out (1)", "radio", exact=False)
    tiny = page.locator(".artsim-desk").filter(has_text="Tiny: 40 x 30 pixels")
    expect(tiny.locator("img")).to_be_visible()
    expect(page.locator(".artsim-desk")).to_have_count(1)
    assert hand.spent() <= 2, "bad scans, with their pictures"

    page.goto(app.link("collections"))
    click("Cleaning desk")
    click("History", "radio", exact=False)
    click("Undo (step 1)")
    expect(page.get_by_text("Undid step 1 (merge).")).to_be_visible()
    assert hand.spent() <= 3, "a wrong merge is undone"
    assert prints.metadata(["id"]).num_rows == COUNT

    page.goto(app.link("desk", collection="prints"))
    click("w00.jpg", "checkbox")
    click("Edit")
    page.get_by_label("New value").fill("Anna Ancher")
    click("Save for 1 work")
    expect(page.get_by_text("Edited w00: artist: 'Artist 0' became 'Anna Ancher'.")).to_be_visible()
    assert hand.spent() <= 4, "an artist's name is corrected on one work"

    page.get_by_label("Find").fill(WRONG)
    page.get_by_label("Find").press("Enter")
    click("Choose all 40")
    click("Edit")
    expect(page.get_by_text(f"Now: {WRONG}")).to_be_visible()
    page.get_by_label("New value").fill(RIGHT)
    click("Save for 40 works")
    expect(page.get_by_text("and 38 others: artist:", exact=False)).to_be_visible()
    assert hand.spent() <= 4, "and on forty"
    assert artists() == ["Anna Ancher", "Artist 1", "Artist 2", "Artist 3", *[RIGHT] * 40]

    page.goto(app.link("desk", collection="prints"))
    click("w02.jpg", "checkbox")
    click("Take down")
    page.get_by_label("Why (for the record)").fill("claimed by the estate")
    click("Take down for good")
    expect(page.get_by_text("Took w02 down.")).to_be_visible()
    assert hand.spent() <= 3, "a work is taken down for good"
    assert page.request.get(f"{app.url}/media/prints/w02/thumb.webp").status == 404
    assert "w02" not in prints.metadata(["id"]).column("id").to_pylist()

    page.goto(app.link("collections"))
    click("More", exact=False)
    click("Rename")
    page.get_by_role("textbox", name="New name").fill("works-on-paper")
    hand.click(page.get_by_test_id("stDialog").get_by_role("button", name="Rename"))
    expect(page.get_by_role("heading", name="Works on paper")).to_be_visible()
    assert hand.spent() <= 3, "a collection is renamed"
    assert list_collections(workspace) == ["works-on-paper"]


def test_the_desk_goes_by_keyboard_and_everything_has_a_name(
    page: Any, app: App, workspace: Workspace
) -> None:
    page.goto(app.link("desk", collection=list_collections(workspace)[0]))
    box = page.get_by_role("checkbox", name="w00.jpg")
    expect(box).to_be_attached()
    box.focus()
    box.press("Space")
    expect(page.get_by_text("1 chosen")).to_be_visible()
    assert page.locator("img:not([alt]), img[alt='']").count() == 0
    unnamed = page.get_by_role("button").evaluate_all(
        "all => all.filter(b => !(b.innerText.trim() || b.ariaLabel || b.title)).length"
    )
    assert unnamed == 0
