"""What a task takes from a person: clicks and keystrokes beyond typing."""

from typing import Any


class Hand:
    """Does what a hand does, and counts it.

    Going to a field and typing into it costs nothing, nor do scrolling and reading. A click, a
    key such as Enter or Tab, a drag and the choice of files cost one each.
    """

    def __init__(self) -> None:
        self.clicks = 0

    def click(self, target: Any, **how: Any) -> None:
        """Click on a locator; ``how`` are options of Playwright's click."""
        target.click(**how)
        self.clicks += 1

    def press(self, target: Any, key: str) -> None:
        """Press a key on a locator, or on a page's keyboard."""
        target.press(key)
        self.clicks += 1

    def choose(self, field: Any, files: Any) -> None:
        """Choose files, one or a list, in a field for them."""
        field.set_input_files(files)
        self.clicks += 1

    def drag(self, page: Any, across: Any, begin: float, end: float) -> None:
        """Draw over a locator, from one corner to another; both as a share of its sides."""
        box = across.bounding_box()
        for share, then in ((begin, page.mouse.down), (end, page.mouse.up)):
            page.mouse.move(box["x"] + share * box["width"], box["y"] + share * box["height"])
            then()
        self.clicks += 1

    def spent(self) -> int:
        """The clicks since the last time that this was asked."""
        clicks, self.clicks = self.clicks, 0
        return clicks
