/** @import { Component, Labels, Send } from "./types.js" */
import { button, element, renew } from "./dom.js";
import { FORMS } from "./map/forms.js";
import { svgOf } from "./map/svg.js";

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {string} words
 * @property {string} works
 * @property {string[]} colours for the light theme and the dark one
 * @property {string} symbol
 *
 * @typedef {{ low: string, high: string, stops: string[][] }} Scale
 * @typedef {{ entries: Entry[], scale: Scale | null, only: string, labels: Labels }} Data
 */

/** @param {string[]} colours for the light theme and the dark one */
const both = (colours) => `light-dark(${colours[0]}, ${colours[1]})`;

/** @param {Entry} entry */
const swatchOf = (entry) =>
  svgOf("-1.4 -1.4 2.8 2.8", {
    tag: "path",
    d: FORMS[entry.symbol] ?? FORMS.circle,
    style: `fill: ${both(entry.colours)}`,
  });

/**
 * @param {Entry} entry
 * @param {Data} data
 * @param {Send} send
 */
const entryOf = (entry, data, send) => {
  const item = element("li");
  const choose = button("entry");
  const pressed = data.only === entry.name;
  choose.dataset.name = entry.name;
  choose.setAttribute("aria-pressed", String(pressed));
  choose.title = pressed ? data.labels.all : `${data.labels.only}: ${entry.words}`;
  choose.onclick = () => send("only", pressed ? "" : entry.name);
  choose.append(swatchOf(entry), element("span", "name", entry.words));
  choose.append(element("span", "works", entry.works));
  item.append(choose);
  return item;
};

/** @param {Scale} scale */
const scaleOf = (scale) => {
  const item = element("li", "scale");
  const bar = element("span", "bar");
  bar.style.background = `linear-gradient(to right, ${scale.stops.map(both).join(", ")})`;
  bar.setAttribute("role", "img");
  bar.setAttribute("aria-label", `${scale.low} to ${scale.high}`);
  item.append(element("span", "", scale.low), bar, element("span", "", scale.high));
  return item;
};

/** @param {Component<Data>} component */
export default function (component) {
  /** @type {string | undefined} */
  let focused;
  renew(
    component,
    (data, send, former) => {
      /** @type {HTMLElement | null | undefined} */
      const held = former?.querySelector(":focus");
      focused = held?.dataset.name;
      const list = element("ul", data.only ? "legend isolated" : "legend");
      list.setAttribute("role", "list");
      list.setAttribute("aria-label", data.labels.legend);
      if (data.scale) list.append(scaleOf(data.scale));
      list.append(...data.entries.map((entry) => entryOf(entry, data, send)));
      return list;
    },
    (list) => {
      if (focused === undefined) return;
      /** @type {NodeListOf<HTMLElement>} */
      const entries = list.querySelectorAll(".entry");
      [...entries].find((entry) => entry.dataset.name === focused)?.focus();
    },
  );
}
