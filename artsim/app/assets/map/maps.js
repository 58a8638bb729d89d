/** @import { MapsData, Mask, Palette, Send, Theme } from "../types.js" */
import { element } from "../dom.js";
import { rgbOf } from "./colouring.js";
import { Pane } from "./pane.js";
import { saved } from "./saving.js";
import { rounded, shapeOf } from "./shape.js";
import { Tools } from "./tools.js";
import { hasGraphicsCard } from "./webgl.js";
import { Years } from "./years.js";

const DARK = 0.4; // luminance of a background below which the theme is the dark one

/** @param {string} hex */
const luminance = (hex) => {
  const [r, g, b] = rgbOf(hex);
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
};

/** All maps of a page element, one or two beside each other, with the tools that they share. */
export class Maps {
  /** @type {Theme} */
  theme = { text: "#000000", background: "#ffffff", accent: "#000000" };
  /** @type {Pane[]} */
  panes = [];

  /**
   * @param {Send} send
   * @param {MapsData} data
   */
  constructor(send, data) {
    this.send = send;
    this.data = data;
    this.tool = data.tool;
    const auto = data.renderer === "auto" && hasGraphicsCard();
    this.webgl = auto || data.renderer === "webgl";
    /** @type {Palette} */
    this.palette = data.palettes.light;
    this.node = element("div", "maps");
    this.years = new Years(this);
    this.tools = new Tools(this);
    this.row = element("div", "row");
    // Ends with a change of theme, whose colours are drawn into pixels.
    this.probe = element("span", "probe");
    this.probe.addEventListener("transitionend", () => this.themed());
    this.node.append(this.tools.node, this.row, this.years.node, this.probe);
    this.watch = new ResizeObserver(() => this.panes.forEach((pane) => pane.resize()));
  }

  /** @param {MapsData} data */
  update(data) {
    if (this.data.tool !== data.tool) this.tool = data.tool;
    this.data = data;
    this.readTheme();
    this.node.style.setProperty("--height", `${data.height}px`);
    this.panes.splice(data.panes.length).forEach((pane) => this.remove(pane));
    for (const told of data.panes.slice(this.panes.length)) {
      const pane = new Pane(this, this.panes.length, told);
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

  /** @param {Pane} pane */
  remove(pane) {
    this.watch.unobserve(pane.surface);
    pane.layer?.free();
    pane.node.remove();
  }

  readTheme() {
    const style = getComputedStyle(this.node);
    /** @param {string} name */
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

  /** @param {(pane: Pane) => void} act */
  each(act) {
    this.panes.filter((pane) => pane.ready).forEach(act);
  }

  /**
   * The first map is moved, the other follows.
   * @param {(pane: Pane) => void} act
   */
  lead(act) {
    if (this.panes[0]?.ready) act(this.panes[0]);
  }

  /** @param {Pane} pane */
  others(pane) {
    return this.panes.filter((other) => other !== pane && other.ready);
  }

  /** @param {string} tool */
  take(tool) {
    this.tool = tool;
    this.tools.update();
  }

  /**
   * Maps that are laid over each other move together.
   * @param {Pane} pane
   */
  looked(pane) {
    if (!pane.mosaic) this.others(pane).forEach((other) => other.look(pane.view, true));
  }

  /**
   * Written into the address here, so that a movement costs the server nothing.
   * @param {Pane} pane
   */
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

  /**
   * @param {Pane} pane
   * @param {number} row
   */
  pointed(pane, row) {
    this.others(pane).forEach((other) => other.mark(row));
  }

  /**
   * @param {Pane} pane
   * @param {string} text the shape
   * @param {Mask} mask
   */
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
    const [first] = this.panes;
    return first?.counting?.reduce((sum, each) => sum + each, 0) ?? first?.told.count ?? 0;
  }

  /** @param {string} kind of file */
  async save(kind) {
    this.tools.say("Preparing the download");
    try {
      await saved(kind, this);
      this.tools.say("");
    } catch (error) {
      this.tools.say(error instanceof Error ? error.message : String(error));
    }
  }
}
