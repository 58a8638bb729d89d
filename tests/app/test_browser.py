"""The main ways through the app in a real Chromium, each asserting what a person sees."""

import re
import shutil
import struct
import zlib
from pathlib import Path
from typing import Any

import axe_kit
import pytest
from browser_kit import MARKS, PATIENCE, App, rested, serving, until, watched
from pictures_kit import jpeg

from artsim.collection.importer import import_collection
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace
from tests.conftest import BACKBONE, DEMO_SIZE

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import expect

pytestmark = MARKS
HOSTILE = [
    "=1+1",
    "<script>alert(1)</script>",
    "<img src=https://outside.example/x onerror=alert(2)>",
    "![p](https://outside.example/p.png) [link](https://outside.example) **bold** $x$ :red[r]",
    "🎨🖼️ \u202eright to left\u202c عنوان",
    "long " * 400,
    "@SUM(A1)",
    "-2+3",
]


def bomb() -> bytes:
    """A PNG of some bytes that says of itself to be 100,000 x 100,000 pixels."""
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0" * 1000)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


BAD_UPLOADS = [
    ("text.jpg", b"this is not a picture at all", "is text"),
    ("cut.jpg", jpeg(1)[:900], "incomplete"),
    (
        "drawing.svg",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(3)</script></svg>",
        "SVG",
    ),
    ("empty.png", b"", "empty"),
    ("bomb.png", bomb(), "pixels"),
    ("page.jpg", b"<!doctype html><html><body>404</body></html>", "web page"),
]


@pytest.fixture(scope="module")
def workspace(demo_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A copy of the demo workspace, with a hostile and an unembedded collection."""
    folder = tmp_path_factory.mktemp("browser")
    home = folder / "home"
    shutil.copytree(demo_workspace.root, home)
    pictures = folder / "pictures"
    pictures.mkdir()
    lines = ["id,title,artist"]
    for i, title in enumerate(HOSTILE, start=1):
        (pictures / f"h{i}.jpg").write_bytes(jpeg(i))
        quoted = title.replace('"', '""')
        lines.append(f'h{i},"{quoted}","{quoted[:60]}"')
    table = folder / "works.csv"
    table.write_text("\n".join(lines), encoding="utf-8")
    source = FolderSource(pictures, metadata=table)
    workspace = Workspace.open(home)
    import_collection(workspace, "hostile", source)
    return workspace


def cards(page: Any, label: str = "Works") -> Any:
    return page.locator(f".gallery[aria-label^='{label}'] .card")


def ids(page: Any, label: str = "Works") -> list[str]:
    return cards(page, label).evaluate_all("all => all.map(card => card.dataset.id)")


def scores(page: Any) -> list[str]:
    return page.locator(".gallery .score").all_inner_texts()


def search_by_first(page: Any, app: App) -> str:
    """Open the demo and ask for works like its first; return that work's id."""
    page.goto(app.link(collection="demo"))
    expect(cards(page).first).to_be_visible()
    asked = ids(page)[0]
    cards(page).first.get_by_role("button", name="More like this").click()
    expect(cards(page, "Results").first).to_be_visible()
    return asked


def upload(page: Any, name: str, data: bytes) -> None:
    page.locator("input[type=file]").first.set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    )


def test_the_first_page_shows_the_demo_and_says_that_it_is_generated(page: Any, app: App) -> None:
    page.goto(app.link(collection="demo"))
    expect(page.get_by_role("heading", name="Demo collection")).to_be_visible()
    expect(page.get_by_text("Generated: these works are drawn by code")).to_be_visible()
    expect(cards(page)).to_have_count(36)
    expect(page.get_by_text(f"{DEMO_SIZE} works")).to_be_visible()
    expect(page.locator("img:not([alt]), img[alt='']")).to_have_count(0)
    image = cards(page).first.locator("img")
    page.wait_for_function(
        "image => image.complete && image.naturalWidth > 0", arg=image.element_handle()
    )


def test_pages_turn_and_the_link_says_which(page: Any, app: App) -> None:
    page.goto(app.link(collection="demo"))
    expect(cards(page)).to_have_count(36)
    before = ids(page)
    page.get_by_role("button", name="Next page").click()
    expect(page).to_have_url(re.compile("page=2"))
    expect(cards(page)).to_have_count(DEMO_SIZE - 36)
    after = ids(page)
    assert not set(before) & set(after)
    # What is asked of a work on another page than the first, and the way back to that page.
    cards(page).first.locator(".frame").click()
    expect(page.get_by_role("dialog").locator("img").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    cards(page).first.get_by_role("button", name="More like this").click()
    expect(cards(page, "Results").first).to_be_visible()
    page.go_back()
    expect(page).to_have_url(re.compile("page=2"))
    expect(cards(page)).to_have_count(DEMO_SIZE - 36)
    assert ids(page) == after
    page.go_back()
    expect(cards(page)).to_have_count(36)
    assert ids(page) == before


def test_free_text_and_facets_narrow_and_chips_widen(page: Any, app: App) -> None:
    page.goto(app.link(collection="demo"))
    expect(cards(page)).to_have_count(36)
    artist = cards(page).first.locator(".by").inner_text().split(",")[0]
    field = page.get_by_label("Search titles and artists")
    field.fill(artist)
    field.press("Enter")
    expect(page).to_have_url(re.compile("text="))
    expect(page.get_by_text(re.compile(r"\d+ works? match"))).to_be_visible()
    others = cards(page).locator(".by").filter(has_not_text=artist)
    expect(others).to_have_count(0)
    expect(cards(page)).not_to_have_count(0)
    page.get_by_role("button", name=f"“{artist}”").click()
    expect(cards(page)).to_have_count(36)

    page.get_by_role("button", name="Filters").click()
    page.get_by_role("combobox", name="Artist").click()
    page.get_by_role("option").first.click()
    expect(page).to_have_url(re.compile("artists="))
    expect(page.get_by_text(re.compile(r"\d+ works? match"))).to_be_visible()


def test_years_in_the_link_narrow_the_works(page: Any, app: App) -> None:
    page.goto(app.link(collection="demo", year_from=1, year_to=2))
    expect(page.get_by_text("No work matches")).to_be_visible()
    page.get_by_role("button", name="Show everything").click()
    expect(cards(page)).to_have_count(36)


def test_more_like_this_ranks_others_and_the_link_restores_it(
    page: Any, app: App, browser: Any
) -> None:
    asked = search_by_first(page, app)
    expect(page).to_have_url(re.compile(f"query={asked}"))
    expect(cards(page, "Results")).to_have_count(12)
    assert asked not in ids(page, "Results")
    shown = [float(score) for score in scores(page)]
    assert shown == sorted(shown, reverse=True)
    cards(page, "Results").first.get_by_role("button", name="Why?").click()
    expect(page.get_by_role("dialog").locator("img")).to_be_visible()
    if axe_kit.AXE.is_file():
        axe_kit.settle(page)
        assert axe_kit.checked(page, "why") == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)

    page.get_by_text("Advanced", exact=True).click()
    page.get_by_text("Euclidean", exact=True).click()
    expect(page).to_have_url(re.compile("metric=euclidean"))
    expect(page.locator(".gallery .score").first).to_contain_text("distance")
    number = page.get_by_label("Results", exact=True).and_(page.locator("input"))
    number.fill("5")
    number.press("Enter")
    expect(page).to_have_url(re.compile("k=5"))
    expect(cards(page, "Results")).to_have_count(5)

    other = browser.new_context().new_page()
    other.goto(page.url)
    expect(cards(other, "Results")).to_have_count(5)
    assert ids(other, "Results") == ids(page, "Results")
    expect(other.locator(".gallery .score").first).to_contain_text("distance")
    other.context.close()


def test_an_uploaded_picture_of_a_work_finds_the_work(
    page: Any, app: App, demo_workspace: Workspace
) -> None:
    data = Collection.open(demo_workspace, "demo").image("demo-0007")
    assert data is not None
    page.goto(app.link(collection="demo"))
    expect(cards(page).first).to_be_visible()
    upload(page, "seven.jpg", data)
    expect(cards(page, "Results").first).to_be_visible()
    assert ids(page, "Results")[0] == "demo-0007"
    assert float(scores(page)[0]) > 0.99
    expect(page).to_have_url(re.compile("upload=[0-9a-f]{64}"))


def test_a_pasted_picture_is_searched_with(page: Any, app: App, demo_workspace: Workspace) -> None:
    data = Collection.open(demo_workspace, "demo").image("demo-0009")
    assert data is not None
    page.goto(app.link(collection="demo"))
    expect(cards(page).first).to_be_visible()
    page.wait_for_load_state("networkidle")
    page.evaluate(
        """bytes => {
            const items = new DataTransfer();
            items.items.add(new File([new Uint8Array(bytes)], "p.jpg", {type: "image/jpeg"}));
            document.dispatchEvent(new ClipboardEvent("paste", {clipboardData: items}));
        }""",
        list(data),
    )
    expect(cards(page, "Results").first).to_be_visible()
    assert ids(page, "Results")[0] == "demo-0009"


def test_bad_uploads_are_told_in_a_sentence_and_the_page_goes_on(
    page: Any, app: App, tmp_path: Path
) -> None:
    page.goto(app.link(collection="demo"))
    expect(cards(page).first).to_be_visible()
    alert = page.get_by_test_id("stAlert")
    for name, data, word in BAD_UPLOADS:
        upload(page, name, data)
        expect(alert).to_have_text([re.compile(word)])  # one alert, and no longer the last one
        said = alert.inner_text()
        assert len(said) < 250, said
        assert "Error" not in said, said
        expect(cards(page).first).to_be_visible()
    large = tmp_path / "large.jpg"
    large.write_bytes(jpeg(2) + bytes(20_100_000))
    page.locator("input[type=file]").first.set_input_files(large)
    expect(page.get_by_text(re.compile(r"20(\.0)? ?MB or smaller"))).to_be_visible()
    asked = ids(page)[1]
    cards(page).nth(1).get_by_role("button", name="More like this").click()
    expect(page).to_have_url(re.compile(f"query={asked}"))
    expect(cards(page, "Results")).to_have_count(12)


def test_a_work_opens_closes_and_gives_the_focus_back_by_keyboard(page: Any, app: App) -> None:
    page.goto(app.link(collection="demo"))
    expect(cards(page).first).to_be_visible()
    rested(page)
    page.get_by_role("button", name="Start from a random work").focus()
    for _ in range(12):
        page.keyboard.press("Tab")
        if cards(page).first.locator(".frame").evaluate("e => e.matches(':focus')"):
            break
    else:
        pytest.fail("Tab did not reach the first card")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.locator("img")).to_be_visible()
    expect(dialog.get_by_text("Medium")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(cards(page).first.locator(".frame")).to_be_focused()
    there = page.url
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    page.go_back()  # closes it, and leaves the page as it is
    expect(dialog).to_have_count(0)
    expect(page).to_have_url(there)
    expect(cards(page).first.locator(".frame")).to_be_focused()


def test_hostile_texts_are_shown_as_they_are(page: Any, app: App) -> None:
    page.goto(app.link(collection="hostile"))
    expect(cards(page)).to_have_count(len(HOSTILE))
    titles = cards(page).locator(".title").all_inner_texts()
    assert "<script>alert(1)</script>" in titles
    assert "=1+1" in titles
    for i in range(len(HOSTILE)):
        cards(page).nth(i).locator(".frame").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.locator("h2").last).to_contain_text(HOSTILE[i].split()[0])
        assert dialog.locator("script, a[href*=outside]").count() == 0
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("combobox", name="Artist").click()
    expect(page.get_by_role("option").first).to_be_visible()


def test_one_click_embeds_a_collection_and_then_it_can_be_searched(page: Any, app: App) -> None:
    page.goto(app.link(collection="hostile", query="h1", backbone=BACKBONE))
    expect(page.get_by_text("Hostile is not embedded with any backbone")).to_be_visible()
    page.get_by_role("button", name="Embed this collection").click()
    expect(page.get_by_text("Jobs", exact=True)).to_be_visible()
    page.reload()
    expect(cards(page, "Results").first).to_be_visible(timeout=2 * PATIENCE)  # a job runs meanwhile
    with page.expect_download() as started:
        page.get_by_role("button", name="Download CSV").click()
    text = Path(started.value.path()).read_text(encoding="utf-8-sig")
    assert "'@SUM(A1)" in text
    assert not re.search(r"(^|,)\"?[=@]", text, re.MULTILINE)


def test_a_script_that_a_link_names_is_told_in_a_sentence_and_never_runs(
    page: Any, app: App
) -> None:
    page.goto(app.link(collection="demo", query="<script>alert(4)</script>"))
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_have_count(1)
    said = alert.inner_text()
    assert "<script>alert(4)</script>" in said
    assert len(said) < 300, said
    assert "Something went wrong" not in said


def test_pictures_are_imported_and_a_collection_is_deleted_from_the_browser(
    page: Any, app: App
) -> None:
    page.goto(app.link("collections"))
    expect(page.get_by_role("heading", name="Collections")).to_be_visible()
    page.get_by_text("What became of each file").first.click()
    expect(page.get_by_text(re.compile("files? read:")).first).to_be_visible()
    sent: list[Any] = []
    page.on("response", lambda answer: sent.append(answer) if answer.request.method == "PUT" else 0)
    page.locator("input[type=file]").first.set_input_files(
        [{"name": f"n{i}.jpg", "mimeType": "image/jpeg", "buffer": jpeg(100 + i)} for i in range(3)]
    )
    page.locator("input[type=file]").nth(1).set_input_files(
        {"name": "t.csv", "mimeType": "text/csv", "buffer": b"id,title\nn0,First\nn1,Second\n"}
    )
    until(page, lambda: len(sent), 4)
    name = page.get_by_role("textbox", name="Name of the collection")
    name.fill("brought")
    name.press("Enter")
    page.get_by_role("button", name="Import", exact=True).click()
    heading = page.get_by_role("heading", name="Brought")
    expect(heading).to_be_visible()
    page.goto(app.link(collection="brought"))
    expect(cards(page)).to_have_count(3)
    expect(page.get_by_text("First", exact=True)).to_be_visible()

    page.goto(app.link("collections"))
    expect(page.get_by_role("heading", name="Brought")).to_be_visible()
    page.get_by_role("button", name="More").first.click()
    page.get_by_role("button", name="Delete", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Brought")).to_be_visible()
    dialog.get_by_role("button", name="Delete it").click()
    expect(page.get_by_role("heading", name="Brought")).to_have_count(0)


def test_two_tabs_keep_their_own_views(page: Any, app: App) -> None:
    asked = search_by_first(page, app)
    with watched(page.context) as other:
        other.goto(app.link(collection="hostile"))
        expect(cards(other)).to_have_count(len(HOSTILE))
        page.get_by_role("button", name="Back to browsing").click()
        expect(cards(page).first).to_have_attribute("data-id", asked)
        expect(cards(other)).to_have_count(len(HOSTILE))


def test_artsim_serve_welcomes_who_has_no_collection(
    page: Any, tmp_path: Path, browser: Any
) -> None:
    with serving(tmp_path / "empty", tmp_path / "log", through_artsim=True) as app:
        page.goto(app.link())
        expect(page.get_by_role("heading", name="Find works that look alike")).to_be_visible()
        expect(page.get_by_role("button", name="Build the demo collection")).to_be_visible()
        page.goto(app.link("collections"))
        expect(page.get_by_text("There is no collection yet")).to_be_visible()
