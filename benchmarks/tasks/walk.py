"""A walk through one task: the page that it begins on, the hand that counts, what was made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from browser_kit import App, rested
from hand_kit import Hand

from artsim.core.workspace import Workspace

BACKBONE = "efficientnet_lite0"  # the one of the demo's two that finds details


@dataclass
class Walk:
    """One person with one browser."""

    app: App
    page: Any
    workspace: Workspace
    hand: Hand = field(default_factory=Hand)

    def open(self, page: str = "", **view: Any) -> None:
        """Be on a page, at no cost: where the task begins."""
        self.page.goto(self.app.link(page, **view))
        self.page.get_by_role("heading", level=1).wait_for()
        rested(self.page)

    def search(self, **view: Any) -> None:
        """Be on the page Search of the demo."""
        self.open(collection="demo", backbone=BACKBONE, **view)
        self.cards().first.wait_for()

    def cards(self, label: str = "") -> Any:
        """The works of a grid."""
        named = f"[aria-label^='{label}']" if label else ""
        return self.page.locator(f".gallery{named} .card")

    def button(self, name: Any, exact: bool = True, role: str = "button") -> Any:
        """The first of the buttons of a name."""
        return self.page.get_by_role(role, name=name, exact=exact).first

    def click(self, name: Any, exact: bool = True, role: str = "button") -> None:
        """Click on a button, a tab or a link by its name."""
        self.hand.click(self.button(name, exact, role))

    def upload(self, name: str, data: bytes) -> None:
        """Choose a picture to search with."""
        self.hand.choose(
            self.page.locator("input[type=file]").first,
            {"name": name, "mimeType": "image/jpeg", "buffer": data},
        )


@dataclass(frozen=True)
class Task:
    """One line of what curators come to do.

    ``goal`` is the most clicks that it should take, None where it has only to work. ``test`` names
    the browser test that asserts it. ``walk`` raises AssertionError or Playwright's error where
    the task cannot be done.
    """

    name: str
    goal: int | None
    test: str
    walk: Callable[[Walk], None]
