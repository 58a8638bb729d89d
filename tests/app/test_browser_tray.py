"""The tray in a real Chromium: what curators come to do, with the clicks that it takes."""

import re
from typing import Any
from urllib.parse import urlsplit

import openpyxl
import pypdfium2
import pytest
from browser_kit import MARKS, REPOSITORY, App, at_rest, fits, rested, until
from face_kit import make_demo
from hand_kit import Hand

from artsim.core.workspace import Workspace
from artsim.desk.trays import Trays

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import expect

pytestmark = MARKS
# Fetched by 'make viewers': what they are built of is none of our tests' concern.
VIEWERS = REPOSITORY / "build" / "viewers"
# Mirador 4 leaves the content state of an address to the page that it is on.
MIRADOR = """<!doctype html><meta charset=utf-8><div id=m style="position:fixed;inset:0"></div>
<script src=mirador.min.js></script>
<script>
const text = new URLSearchParams(location.search).get("iiif-content");
const state = decodeURIComponent(atob(text.replaceAll("-", "+").replaceAll("_", "/")));
const { id: canvasId, partOf: [{ id: manifestId }] } = JSON.parse(state);
Mirador.viewer({ id: "m", windows: [{ manifestId, canvasId }] });
</script>"""
SIZES = [(1440, 1000), (390, 844)]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace.open(tmp_path_factory.mktemp("tray"))
    make_demo(made)
    return made


@pytest.fixture(autouse=True)
def no_trays(workspace: Workspace) -> None:
    """Each test begins without a tray."""
    trays = Trays(workspace)
    for tray in (*trays.all(), *trays.all(archived=True)):
        trays.delete(tray.id)


def cards(page: Any) -> Any:
    return page.locator(".gallery .card")


def bar(page: Any, said: str) -> Any:
    """What the bar at the foot of each page says of the tray."""
    return page.get_by_role("button", name=said)


def items(page: Any) -> Any:
    return page.locator(".items .item")


def titles(page: Any) -> Any:
    return page.locator(".items .item .title")


def filled(page: Any, app: App, count: int) -> None:
    """A tray of works that were added by hand, seen on the Search page."""
    page.goto(app.link(collection="demo", backbone="tiny"))
    expect(cards(page)).to_have_count(24)
    cards(page).nth(0).locator(".to-tray").click()
    expect(bar(page, "My tray · 1 work")).to_be_visible()
    cards(page).nth(count - 1).locator(".to-tray").click(modifiers=["Shift"])
    expect(bar(page, f"My tray · {count} works")).to_be_visible()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_twelve_works_for_a_proposal_in_order_with_notes_to_a_colleague(
    page: Any, app: App, browser: Any, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    hand = Hand()
    page.goto(app.link(collection="demo", backbone="tiny", query="w00", k=14))
    expect(cards(page)).to_have_count(14)
    for place in range(12):  # as fast as a hand can: none is lost
        hand.click(cards(page).nth(place).locator(".to-tray"))
    expect(bar(page, "My tray · 12 works")).to_be_visible()
    added = [text.strip() for text in page.locator(".gallery .title").all_text_contents()][:12]
    hand.click(page.get_by_role("link", name="Open tray"))
    expect(items(page)).to_have_count(12)
    expect(titles(page)).to_have_text(added)
    expect(items(page).first).to_contain_text("Found like “Work 0” (w00) with tiny")
    hand.click(page.get_by_role("button", name="Share link"))
    expect(page.get_by_label("Link to the tray")).to_have_value(re.compile("shared="))
    link = page.get_by_label("Link to the tray").input_value()
    hand.click(page.get_by_role("button", name="Copy the link"))
    expect(page.get_by_text("Copied")).to_be_visible()
    assert hand.clicks == 12 + 3

    items(page).nth(2).get_by_role("button", name="Move up").click()
    expect(items(page).nth(1).locator(".title")).to_have_text(added[2])
    note = items(page).nth(1).get_by_label("Note")
    note.fill("<b>opens</b> the room")
    note.blur()
    expect(page.get_by_text("Removed:")).to_have_count(0)
    items(page).nth(3).get_by_role("button", name="Remove from tray").press("Enter")
    expect(items(page)).to_have_count(11)
    page.get_by_role("button", name="Put it back").click()
    expect(items(page)).to_have_count(12)
    order = [added[0], added[2], added[1], *added[3:]]
    expect(titles(page)).to_have_text(order)

    colleague = browser.new_context(viewport={"width": width, "height": height}).new_page()
    colleague.goto(link)
    expect(items(colleague)).to_have_count(12)
    expect(titles(colleague)).to_have_text(order)
    expect(items(colleague).nth(1)).to_contain_text("<b>opens</b> the room")
    expect(colleague.locator(".items textarea, .items .remove")).to_have_count(0)
    colleague.context.close()
    fits(page, width)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_same_as_captioned_pdf_and_workbook(
    page: Any, app: App, tmp_path: Any, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    filled(page, app, 12)
    for ending in ("pdf", "xlsx"):
        page.goto(app.link(collection="demo", backbone="tiny"))
        hand = Hand()
        hand.click(page.get_by_role("link", name="Open tray"))
        with page.expect_download() as waiting:
            hand.click(page.locator(f".st-key-tray_{ending} button"))
        assert hand.clicks == 2
        waiting.value.save_as(tmp_path / waiting.value.suggested_filename)
    pdf = pypdfium2.PdfDocument(tmp_path / "my-tray.pdf")
    kinds = [o.type for one in pdf for o in one.get_objects()]
    assert kinds.count(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE) == 12
    assert "Work 11" in "".join(one.get_textpage().get_text_range() for one in pdf)
    sheet = openpyxl.load_workbook(tmp_path / "my-tray.xlsx").active
    assert len(sheet._images) == 12


def test_by_key_everywhere_and_the_next_day(page: Any, app: App, browser: Any) -> None:
    page.goto(app.link(collection="demo", backbone="tiny"))
    frame = cards(page).nth(2).locator(".frame")
    frame.focus()
    page.keyboard.press("t")
    expect(bar(page, "My tray · 1 work")).to_be_visible()
    expect(cards(page).nth(2).locator(".frame")).to_be_focused()
    mark = cards(page).nth(2).get_by_role("button", name="Add to tray My tray: Work 2")
    expect(mark).to_have_attribute("aria-pressed", "true")
    cards(page).nth(5).locator(".frame").focus()
    page.keyboard.press("Shift+T")
    expect(bar(page, "My tray · 4 works")).to_be_visible()
    mark.press("Enter")
    expect(bar(page, "My tray · 3 works")).to_be_visible()
    expect(mark).to_be_focused()

    cards(page).nth(8).locator(".frame").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Add to tray").click()
    expect(dialog.get_by_role("button", name="In tray: take it out")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(app.link("compare", collection="demo", backbone="tiny", query="w00"))
    expect(bar(page, "My tray · 4 works")).to_be_visible()
    other = page.locator(".lists .work .to-tray[aria-pressed=false]").first
    other.click()
    expect(bar(page, "My tray · 5 works")).to_be_visible()

    again = browser.new_context().new_page()
    again.goto(app.link())
    expect(bar(again, "My tray · 5 works")).to_be_visible()
    again.context.close()

    fresh = browser.new_context().new_page()  # by a link: nothing was looked at before
    fresh.goto(app.link("work", collection="demo", id="w09"))
    large = fresh.get_by_role("button", name="Add to tray My tray: Work 9").first
    expect(large).to_have_attribute("aria-pressed", "false")
    fresh.locator(".zoom .glass").press("t")
    expect(large).to_have_attribute("aria-pressed", "true")
    expect(bar(fresh, "My tray · 6 works")).to_be_visible()
    cards(fresh).first.locator(".to-tray[aria-pressed=false]").click()
    expect(bar(fresh, "My tray · 7 works")).to_be_visible()
    fresh.goto(app.link("desk", collection="demo"))
    for _ in range(2):
        fresh.locator(".artsim-desk .to-tray[aria-pressed=false]").last.press("Enter")
    expect(bar(fresh, "My tray · 9 works")).to_be_visible()
    fresh.context.close()


def test_a_tray_as_a_whole(page: Any, app: App) -> None:
    filled(page, app, 3)
    page.get_by_role("link", name="Open tray").click()
    page.get_by_label("Note on the tray").fill("for Ana")
    page.get_by_label("Note on the tray").blur()
    page.locator(".st-key-tray_actions").get_by_role("button").last.click()
    page.locator(".st-key-tray_copy button").click()
    expect(page.get_by_role("heading", name="My tray, copy")).to_be_visible()
    expect(page.get_by_label("Note on the tray")).to_have_value("for Ana")
    page.locator(".st-key-tray_actions").get_by_role("button").last.click()
    page.get_by_role("button", name="Rename").click()
    page.get_by_test_id("stDialog").get_by_label("Name", exact=True).fill("My tray")
    page.get_by_test_id("stDialog").get_by_role("button", name="Rename").click()
    expect(page.get_by_text("There is a tray 'My tray' already")).to_be_visible()
    page.get_by_test_id("stDialog").get_by_label("Name", exact=True).fill("Snow *2027*")
    page.get_by_test_id("stDialog").get_by_role("button", name="Rename").click()
    expect(page.get_by_role("heading", name="Snow *2027*")).to_be_visible()
    rested(page)
    at_rest(page)
    items(page).first.locator(".handle").drag_to(items(page).nth(2))
    expect(titles(page)).to_have_text(["Work 1", "Work 2", "Work 0"])
    page.locator(".st-key-tray_actions").get_by_role("button").last.click()
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_role("heading", name="My tray")).to_be_visible()
    page.get_by_text("Archived trays (1)").click()
    page.get_by_role("button", name="Take back: Snow").click()
    expect(page.get_by_role("heading", name="Snow *2027*")).to_be_visible()
    page.get_by_role("button", name="More like these").click()
    expect(page).to_have_url(re.compile("query=w01"))
    expect(page.locator(".gallery[aria-label^='Results'] .card").first).to_be_visible()
    shown = page.locator(".gallery[aria-label^='Results'] .card").evaluate_all(
        "found => found.map((one) => one.dataset.id)"
    )
    assert not set(shown) & {"w00", "w01", "w02"}


def test_a_link_to_a_tray_that_is_gone_and_works_that_are_gone_are_told(
    page: Any, app: App
) -> None:
    page.goto(app.link("tray", shared="nothing"))
    expect(page.get_by_text("This link shows no tray")).to_be_visible()
    page.goto(app.link("tray", tray="ffffffff"))
    expect(page.get_by_text("The tray of this link is deleted, or somebody else's")).to_be_visible()
    page.goto(app.link("tray"))
    expect(page.get_by_text("the first + makes a tray")).to_be_visible()
    filled(page, app, 2)
    workspace = Workspace.open(app.home)
    (tray,) = Trays(workspace).all()
    Trays(workspace).rename_collection("demo", "elsewhere")
    page.goto(app.link("tray", tray=tray.id))
    expect(items(page)).to_have_count(2)
    expect(page.get_by_text("its collection 'elsewhere' is no longer here")).to_have_count(2)
    items(page).first.get_by_role("button", name="Remove from tray").click()
    expect(items(page)).to_have_count(1)


@pytest.mark.skipif(not (VIEWERS / ".fetched").is_file(), reason="make viewers fetches them")
@pytest.mark.parametrize("viewer", ["mirador", "universalviewer"])
def test_other_viewers_show_the_works_of_a_shared_tray(
    page: Any, app: App, context: Any, viewer: str
) -> None:
    filled(page, app, 3)
    page.get_by_role("link", name="Open tray").click()
    page.get_by_role("button", name="Share link").click()
    state = page.get_by_label("IIIF content state").input_value()
    first = titles(page).first.inner_text()
    there = context.new_page()
    pictures: list[str] = []
    there.on("response", lambda answer: pictures.append(answer.url) if answer.ok else None)
    folder = VIEWERS / viewer / "dist"

    def served(route: Any) -> None:
        """The viewer's own files, as a website that carries it has them; no other is asked."""
        name = urlsplit(route.request.url).path.removeprefix("/viewer/")
        if name == "mirador.html":
            route.fulfill(body=MIRADOR, content_type="text/html")
        else:
            route.fulfill(path=folder / name)

    there.route(f"{app.url}/viewer/**", served)
    start = "mirador.html" if viewer == "mirador" else "uv.html#"
    there.goto(f"{app.url}/viewer/{start}{state}")
    for said in ("My tray", first):
        expect(there.get_by_text(said).locator("visible=true").first).to_be_visible()
    expect(there.locator("canvas").first).to_be_visible()
    until(there, lambda: any("/iiif/3/demo/w00/" in u and ".jpg" in u for u in pictures))
    there.close()


def test_two_works_on_a_light_table_enlarged_together(page: Any, app: App) -> None:
    filled(page, app, 3)
    hand = Hand()
    hand.click(page.get_by_role("link", name="Open tray"))
    hand.click(page.get_by_role("button", name="Light table"))
    images = page.locator(".light .glass img")
    expect(images).to_have_count(2)
    assert hand.clicks == 2
    glass = page.locator(".light .glass")
    glass.first.hover()
    page.mouse.wheel(0, -400)
    enlarged = re.compile(r"scale\(2\.7")
    for place in range(2):
        expect(images.nth(place)).to_have_attribute("style", enlarged)
    expect(page.locator(".light .deep canvas").first).to_be_attached()  # the tiles
    expect(images.first).to_have_css("visibility", "hidden")
    scale = page.get_by_role("button", name="Same scale")
    expect(scale).to_be_disabled()
    expect(page.get_by_text("Same scale needs two works")).to_be_visible()
    page.get_by_role("button", name="In step").click()
    glass.nth(1).press("0")
    expect(images.nth(1)).to_have_attribute("style", re.compile(r"scale\(1\)"))
    expect(images.first).to_have_attribute("style", enlarged)
    page.get_by_role("button", name="Overlay").click()
    page.get_by_label("How much of the upper work is seen").fill("30")
    expect(page.locator(".light .pane .glass").nth(1)).to_have_css("opacity", "0.3")
    below = page.locator(".light .title").first.inner_text()
    page.get_by_role("button", name="Swap").click()
    expect(page.locator(".light .title").first).not_to_have_text(below)
    page.get_by_role("button", name="Flicker").click()
    expect(page.locator(".light .pane").nth(1)).to_have_css("opacity", "0")
    page.get_by_role("button", name="Difference").click()
    expect(page.locator(".light .told")).to_contain_text("cannot be laid over one another")
    page.get_by_role("button", name="Back to the list").click()
    expect(items(page)).to_have_count(3)
