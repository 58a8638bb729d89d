// All maps of a page element, one or two beside each other, with the tools that they share.
const DARK = 0.4; // luminance of a background below which the theme is the dark one

const luminance = (hex) => {
  const [r, g, b] = rgbOf(hex);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
};

class Maps {
  constructor(send) {
    this.send = send;
    this.node = element("div", "maps");
    this.years = new Years(this);
    this.tools = new Tools(this);
    this.row = element("div", "row");
    this.panes = [];
    // Ends with a change of theme, whose colours are drawn into pixels.
    this.probe = element("span", "probe");
    this.probe.addEventListener("transitionend", () => this.themed());
    this.node.append(this.tools.node, this.row, this.years.node, this.probe);
    this.watch = new ResizeObserver(() => this.panes.forEach((pane) => pane.resize()));
  }

  update(data) {
    const before = this.data;
    this.data = data;
    if (before?.tool !== data.tool) this.tool = data.tool;
    if (!before) {
      const auto = data.renderer === "auto" && hasGraphicsCard();
      this.webgl = auto || data.renderer === "webgl";
    }
    this.readTheme();
    this.node.style.setProperty("--height", `${data.height}px`);
    while (this.panes.length > data.panes.length) this.remove(this.panes.pop());
    while (this.panes.length < data.panes.length) {
      const pane = new Pane(this, this.panes.length);
      this.panes.push(pane);
      this.row.append(pane.node);
      this.watch.observe(pane.surface);
    }
    this.row.classList.toggle("two", data.panes.length > 1);
    this.years.update(data.years.length === 2 ? data.years : []);
    const updates = data.panes.map((told, i) => this.panes[i].update(told, data));
    this.tools.update();
    Promise.all(updates).then(() => this.tools.update());
  }

  remove(pane) {
    this.watch.unobserve(pane.surface);
    pane.layer?.free();
    pane.node.remove();
  }

  layerFor(pane) {
    if (pane.mosaic) return new MosaicLayer(pane.surface, pane);
    if (pane.solid) return new SolidLayer(pane.surface, pane);
    if (this.webgl) return new WebglLayer(pane.surface, window.Plotly);
    return new CanvasLayer(pane.surface);
  }

  readTheme() {
    const style = getComputedStyle(this.node);
    const colour = (name) => style.getPropertyValue(`--st-${name}`).trim();
    this.theme = {
      text: colour("text-color"),
      background: colour("background-color"),
      accent: colour("primary-color"),
    };
    const dark = luminance(this.theme.background) < DARK;
    this.palette = this.data.palettes[dark ? "dark" : "light"];
  }

  themed() {
    this.readTheme();
    this.each((pane) => pane.refresh());
  }

  each(act) {
    this.panes.filter((pane) => pane.view).forEach(act);
  }

  // The first map is moved, the other follows.
  lead(act) {
    if (this.panes[0]?.view) act(this.panes[0]);
  }

  others(pane) {
    return this.panes.filter((other) => other !== pane && other.view);
  }

  take(tool) {
    this.tool = tool;
    this.tools.update();
  }

  // Maps that are laid over each other move together.
  looked(pane) {
    if (!pane.mosaic) this.others(pane).forEach((other) => other.look(pane.view, true));
  }

  // Written into the address here, so that a movement costs the server nothing.
  seen(pane) {
    const { view_param: name } = this.data;
    if (!name) {
      this.send("view", pane.sight().map(rounded));
      return;
    }
    const address = new URL(location.href);
    const seen = pane.sight().map((number) => Number(number.toPrecision(5)));
    if (pane.isWhole()) address.searchParams.delete(name);
    else address.searchParams.set(name, seen.join(","));
    history.replaceState(history.state, "", address);
  }

  pointed(pane, row) {
    this.others(pane).forEach((other) => other.mark(row));
  }

  choose(pane, text, mask) {
    this.each((each) => {
      each.chosen = mask;
      each.shape = each === pane ? shapeOf(text) : undefined;
      each.refresh();
    });
    this.tools.update();
    this.send("select", { shape: text, pane: pane.drawnOn });
  }

  clear() {
    this.each((pane) => {
      pane.chosen = undefined;
      pane.shape = undefined;
      pane.refresh();
    });
    this.tools.update();
    this.send("select", { shape: "", pane: 0 });
  }

  dated() {
    this.each((pane) => pane.refresh());
  }

  counted() {
    const { counting, told } = this.panes[0] ?? {};
    return counting?.reduce((sum, each) => sum + each, 0) ?? told?.count ?? 0;
  }

  async save(kind) {
    this.tools.say("Preparing the download");
    try {
      await saved(kind, this);
      this.tools.say("");
    } catch (error) {
      this.tools.say(error.message);
    }
  }
}
