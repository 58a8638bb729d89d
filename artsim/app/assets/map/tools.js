/** @import { Maps } from "./maps.js" */
/** @import { Pane } from "./pane.js" */
import { button, element } from "../dom.js";
import { svgOf } from "./svg.js";

const ARROWS =
  "M8 1v14M1 8h14M8 1l-2 2M8 1l2 2M8 15l-2-2M8 15l2-2M1 8l2-2M1 8l2 2M15 8l-2-2M15 8l-2 2";
const NOOSE =
  "M8 2c4 0 6.5 1.7 6.5 4s-2.5 4-6.5 4s-6.5-1.7-6.5-4s2.5-4 6.5-4z" +
  "M5 9.7c-1.5 1-1 2.5 0 3s.5 1.5-.5 2";
const TOOLS = [
  ["pan", "Move", ARROWS],
  ["box", "Choose in a box", "M2 3h12v10h-12z"],
  ["lasso", "Choose with a lasso", NOOSE],
];
/** @type {[string, string, string, (pane: Pane) => void][]} */
const ZOOMS = [
  ["nearer", "Zoom in", "M8 3v10M3 8h10", (pane) => pane.zoom(1.6)],
  ["further", "Zoom out", "M3 8h10", (pane) => pane.zoom(1 / 1.6)],
  [
    "whole",
    "Show the whole map",
    "M2 6v-4h4M10 2h4v4M14 10v4h-4M6 14h-4v-4",
    (pane) => pane.showWhole(),
  ],
];
const SAVES = [
  ["PNG picture", "png"],
  ["SVG drawing", "svg"],
  ["Web page (HTML)", "html"],
];

/** @param {string} d */
const iconOf = (d) => {
  const line = { fill: "none", stroke: "currentColor", "stroke-width": 1.5 };
  return svgOf("0 0 16 16", { tag: "path", d, ...line });
};

/** The row of tools above the maps. */
export class Tools {
  /** @param {Maps} maps */
  constructor(maps) {
    this.maps = maps;
    this.node = element("div", "tools");
    this.node.setAttribute("role", "group");
    this.node.setAttribute("aria-label", "Tools of the map");
    this.choices = TOOLS.map(([tool, label, icon]) =>
      this.icon(tool, label, icon, () => maps.take(tool)),
    );
    const choice = element("div", "set choices");
    choice.append(...this.choices);
    const zoom = element("div", "set");
    for (const [name, label, icon, act] of ZOOMS) {
      zoom.append(this.icon(name, label, icon, () => maps.lead(act)));
    }
    this.clear = button("clear", "Take the choice back");
    this.clear.onclick = () => maps.clear();
    this.status = element("span", "status");
    this.status.setAttribute("role", "status");
    this.menu = element("details", "save");
    this.summary = element("summary", "", "Download");
    this.menu.append(this.summary, this.saving());
    this.node.append(choice, zoom, this.clear, this.status, this.menu);
    // An open menu is closed by Escape or a click elsewhere.
    this.node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.menu.open) return;
      this.menu.open = false;
      this.summary.focus();
    });
    this.menu.addEventListener("focusout", (event) => {
      const next = event.relatedTarget;
      if (!(next instanceof Node && this.menu.contains(next))) this.menu.open = false;
    });
  }

  /**
   * @param {string} name
   * @param {string} label
   * @param {string} icon
   * @param {() => void} act
   */
  icon(name, label, icon, act) {
    const made = button(`tool ${name}`);
    made.title = label;
    made.setAttribute("aria-label", label);
    made.append(iconOf(icon));
    made.onclick = act;
    return made;
  }

  saving() {
    const list = element("div", "menu");
    for (const [label, kind] of SAVES) {
      const save = button(kind, label);
      save.onclick = () => {
        this.menu.open = false;
        this.summary.focus();
        this.maps.save(kind);
      };
      list.append(save);
    }
    return list;
  }

  update() {
    const { maps } = this;
    const [first] = maps.panes;
    maps.node.classList.toggle("choosing", maps.tool !== "pan");
    for (const choice of this.choices) {
      choice.setAttribute("aria-pressed", String(choice.classList.contains(maps.tool)));
    }
    this.clear.hidden = !maps.panes.some((pane) => pane.chosen);
    for (const kind of ["svg", "html"]) {
      const save = this.menu.querySelector(`.${kind}`);
      if (save instanceof HTMLElement) save.hidden = first.mosaic;
    }
  }

  /** @param {string} text */
  say(text) {
    this.status.textContent = text;
  }
}
