/** @import { Component, Deep, Labels, Send } from "./types.js" */
import { button, element, renew } from "./dom.js";
import { trayOf } from "./tray.js";
import { glassOf, STEP } from "./viewer/glass.js";
import { WHOLE } from "./viewer/sight.js";

/**
 * @typedef {{ src: string, id: string, alt: string, deep?: Deep }} Picture
 * @typedef {Picture & { of: string, held: string[], labels: Labels }} Data
 */

/**
 * A picture that can be looked at closely, with buttons and how much it is enlarged.
 * @param {Picture & { labels: Labels }} data
 */
const zoomOf = ({ src, alt, deep, labels }) => {
  const root = element("div", "zoom");
  let sight = WHOLE;
  const said = element("span", "said");
  said.setAttribute("role", "status");
  const picture = { src, alt, deep, label: labels.frame ?? "", fills: true };
  /** @type {import("./viewer/glass.js").Ask} */
  const ask = (change) => {
    sight = change(sight);
    draw(sight);
    said.textContent = `${Math.round(sight.k * 100)} %`;
  };
  const { glass, image, draw, enlarge } = glassOf(picture, ask);
  image.onload = () => {
    glass.style.aspectRatio = `${image.naturalWidth} / ${image.naturalHeight}`;
  };
  glass.addEventListener("keydown", ({ key, altKey, ctrlKey, metaKey }) => {
    if (key.toLowerCase() !== "t" || altKey || ctrlKey || metaKey) return;
    /** @type {HTMLElement | null} */ (root.querySelector(".to-tray"))?.click();
  });
  const bar = element("div", "bar");
  for (const [name, shown, act] of /** @type {[string, string, () => void][]} */ ([
    ["closer", "+", () => enlarge(STEP)],
    ["away", "\u2212", () => enlarge(1 / STEP)],
    ["whole", "\u2922", () => ask(() => WHOLE)],
  ])) {
    const made = button(name, shown);
    made.setAttribute("aria-label", labels[name] ?? "");
    made.title = labels[name] ?? "";
    made.onclick = act;
    bar.append(made);
  }
  bar.append(said);
  root.append(glass, bar);
  ask(() => WHOLE);
  if (typeof ResizeObserver !== "undefined") new ResizeObserver(() => draw(sight)).observe(glass);
  return root;
};

/**
 * The + of the work over the picture, which stays as it is looked at while the tray changes.
 * @param {Data} data
 * @param {Send} send
 * @param {ParentNode} root
 */
const putIn = ({ of, id, alt, held, labels }, send, root) => {
  const tray = trayOf({ of, shown: [{ id, alt }], held, labels, send });
  const before = root.querySelector(".to-tray");
  const mark = tray.buttonAt(0);
  const focused = before?.matches(":focus");
  before?.remove();
  if (mark) root.querySelector(".glass")?.after(mark);
  if (focused) mark?.focus({ preventScroll: true });
};

/** @param {Component<Data>} component */
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const { src, id, alt, deep, labels } = data;
  renew({ data: { src, id, alt, deep, labels }, parentElement, setTriggerValue }, zoomOf);
  putIn(data, setTriggerValue, parentElement);
}
