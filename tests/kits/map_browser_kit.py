"""A page that shows maps, and what its script knows of them."""

import browser_kit

FIND = """(find) => {
  const search = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.artsimMaps) return node.artsimMaps;
      const found = node.shadowRoot && search(node.shadowRoot);
      if (found) return found;
    }
  };
  return search(document);
}"""


class Seen:
    """A page that shows a map, and what its script knows of it."""

    def __init__(self, page, app, collection="flat", **more):
        self.page = page
        self.link = app.link("map", collection=collection, colour="style", **more)
        self.open()

    def open(self):
        """Go to the map, and wait until it is drawn."""
        self.page.goto(self.link)
        self.page.locator(".surface .layer").first.wait_for(state="attached")
        self.until("maps.panes[0].parts && maps.panes[0].drawn")

    def ask(self, expression):
        """What an expression over ``maps`` comes to in the browser."""
        return self.page.evaluate(f"() => {{ const maps = ({FIND})(); return {expression}; }}")

    def until(self, expression, wanted=True):
        """Wait until an expression over ``maps`` is true, or comes to what is wanted."""
        asked = expression if wanted is not True else f"Boolean({expression})"
        browser_kit.until(self.page, lambda: self.ask(asked), wanted)

    def corner(self):
        box = self.page.locator(".surface").first.bounding_box()
        return box["x"], box["y"]

    def at(self, row):
        """Where a work lies in the window."""
        x, y = self.ask(f"maps.panes[0].at({row})")
        left, top = self.corner()
        return left + x, top + y

    def rested(self):
        """Wait until no movement and no run of the script is going on."""
        browser_kit.rested(self.page)
