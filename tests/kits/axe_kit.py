"""axe-core in a page: what of it has to be mended, beside what is Streamlit's own."""

from typing import Any

from browser_kit import REPOSITORY, at_rest

AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
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


def checked(page: Any, state: str, rules: list[str] | None = None) -> list[str]:
    """What axe finds beside the violations of STREAMLITS; by all rules where none are named."""
    if not page.evaluate("typeof axe !== 'undefined'"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
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
