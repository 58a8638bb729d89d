"""axe-core finds nothing to mend on any page and in its main states: light, dark, on a phone."""

from typing import Any

import pytest
from axe_kit import AXE, checked, settle
from browser_kit import MARKS, PATIENCE, App, at_rest
from face_kit import make_demo, works_of
from map_plot_kit import keep_map, scattered

from artsim.core.workspace import Workspace
from artsim.desk.tray import TrayItem
from artsim.desk.trays import Trays
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.runs import evaluate_and_keep
from artsim.library import Library

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import expect

pytestmark = [
    *MARKS,
    pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci"),
]
_BACKGROUND = "getComputedStyle(document.querySelector('.stApp')).backgroundColor"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace.open(tmp_path_factory.mktemp("axe"))
    make_demo(workspace, "demo", [*works_of(), {"id": "w99", "has_image": False}])
    library = Library(workspace)
    keep_map(library, "demo", scattered(25, 2, 0))
    trays = Trays(workspace)
    trays.create("Snow", "for Ana")
    trays.add("Snow", [TrayItem("demo", f"w0{i}", note="first") for i in range(3)])
    trays.share("Snow")
    config = EvaluateConfig(collection="demo", backbones=("tiny",), relevances=("style",), k=3)
    evaluate_and_keep(library, config)
    return workspace


DESKTOP, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
ASKED = "?collection=demo&backbone=tiny&query=w03"


def clicked(name: str) -> Any:
    return lambda page: page.get_by_role("button", name=name).first.click()


def keyed(selector: str) -> Any:
    return lambda page: page.locator(selector).first.click()


# Every page and its main states, in an order that shares the page where it can: an address, and
# what is done there.
STATES: tuple[tuple[str, str, Any], ...] = (
    ("start", "?collection=demo", None),
    ("a work up close", "", keyed(".gallery .frame")),
    ("filters", "?collection=demo", clicked("Filters")),
    ("results", ASKED, None),
    ("marked", "", keyed(".signs .plus")),
    ("dials", "", clicked("Alike in what")),
    ("saved", ASKED, clicked("Saved")),
    ("gone", "?collection=demo&query=none", None),
    ("not embedded", "?collection=demo&backbone=other&query=w03", None),
    ("compare", "compare?collection=demo&query=w03", None),
    ("map", "map?collection=demo", None),
    ("tray", "tray", None),
    ("light table", "", clicked("Light table")),
    ("overlay", "", clicked("Overlay")),
    ("difference", "", clicked("Difference")),
    ("captions", "tray", clicked("Pages and captions")),
    ("work", "work?collection=demo&id=w03", None),
    ("work enlarged", "", keyed(".zoom .closer")),
    ("evaluate", "evaluate?collection=demo", None),
    ("figures", "", keyed("[class*=st-key-evaluation_open_] button")),
    ("queries", "", lambda page: page.get_by_text("Queries", exact=True).first.click()),
    ("train", "train", None),
    ("collections", "collections", None),
    ("desk", "desk?collection=demo", None),
)


def test_axe_finds_no_violation_of_ours_in_light_in_dark_and_on_a_phone(
    browser: Any, app: App
) -> None:
    context = browser.new_context(viewport=DESKTOP, color_scheme="light")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    found = []
    for name, address, act in STATES:
        if address:
            page.goto(f"{app.url}/{address}")
            expect(page.get_by_role("heading", level=1).first).to_be_visible()
        settle(page)
        if act is not None:
            act(page)
            settle(page)
        found += checked(page, f"{name}, light", None)
        light = page.evaluate(_BACKGROUND)
        page.emulate_media(color_scheme="dark")  # the same page: only its colours change
        page.wait_for_function(f"(light) => {_BACKGROUND} !== light", arg=light)
        at_rest(page)
        found += checked(page, f"{name}, dark", ["color-contrast"])
        page.emulate_media(color_scheme="light")
        page.wait_for_function(f"(light) => {_BACKGROUND} === light", arg=light)
        page.set_viewport_size(PHONE)
        settle(page)
        found += checked(page, f"{name}, at 390 px", None)
        page.set_viewport_size(DESKTOP)
    context.close()
    assert "\n".join(found) == ""
