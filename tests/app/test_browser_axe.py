"""axe-core finds nothing to mend on any page and in its main states, in light and in dark."""

from typing import Any

import pytest
from browser_kit import MARKS, PATIENCE, REPOSITORY, App, at_rest
from face_kit import make_demo, works_of
from map_plot_kit import keep_map, scattered

from artsim.core.workspace import Workspace
from artsim.desk.tray import TrayItem
from artsim.desk.trays import Trays
from artsim.library import Library

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import expect

AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = [
    *MARKS,
    pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed: npm ci"),
]
# Violations in elements of Streamlit's own, which no style or option of ours reaches: rule, what
# the element matches, why it stays.
STREAMLITS = (
    (
        "presentation-role-conflict",
        "[data-testid=stFileUploaderDropzone]",
        "the zone for dropping files has role=presentation and tabindex=-1; its button does all",
    ),
)
_RUN = """async ([known, rules]) => {
  const only = rules && { runOnly: rules };
  const { violations } = await axe.run(document, { resultTypes: ["violations"], ...only });
  const deepest = (target) => {
    let root = document, node = null;
    for (const part of [target].flat(3)) {
      node = root.querySelector(part);
      root = node?.shadowRoot ?? root;
    }
    return node;
  };
  const ours = ({ id }, node) =>
    !known.some(([rule, at]) => rule === id && deepest(node.target)?.matches(at));
  return violations.flatMap((found) =>
    found.nodes.filter((node) => ours(found, node)).map((node) => `${found.id}: ${node.html}`));
}"""
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
    return workspace


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
    ("work", "work?collection=demo&id=w03", None),
    ("evaluate", "evaluate?collection=demo", None),
    ("train", "train", None),
    ("collections", "collections", None),
    ("desk", "desk?collection=demo", None),
)


def test_axe_finds_no_violation_of_ours_in_light_and_in_dark(browser: Any, app: App) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, color_scheme="light")
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
        if not page.evaluate("typeof axe !== 'undefined'"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        found += checked(page, f"{name}, light", None)
        light = page.evaluate(_BACKGROUND)
        page.emulate_media(color_scheme="dark")  # the same page: only its colours change
        page.wait_for_function(f"(light) => {_BACKGROUND} !== light", arg=light)
        at_rest(page)
        found += checked(page, f"{name}, dark", ["color-contrast"])
        page.emulate_media(color_scheme="light")
        page.wait_for_function(f"(light) => {_BACKGROUND} === light", arg=light)
    context.close()
    assert "\n".join(found) == ""


def checked(page: Any, state: str, rules: list[str] | None) -> list[str]:
    """What axe finds beside the violations of STREAMLITS; by all rules where none are named."""
    known = [list(one[:2]) for one in STREAMLITS]
    return [f"{state}: {one[:300]}" for one in page.evaluate(_RUN, [known, rules])]


def settle(page: Any) -> None:
    """Wait until the page has run and all of it is drawn: what is stale is faded on purpose."""
    page.wait_for_timeout(500)  # a click takes a moment to start the run of the page
    page.wait_for_load_state("networkidle")
    page.wait_for_selector("[data-test-script-state=notRunning]")
    for waiting in ("[data-testid=stSkeleton]", "[data-stale=true]"):
        page.wait_for_selector(waiting, state="detached")
    at_rest(page)
