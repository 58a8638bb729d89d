/** @import { Component, Region, Send } from "./types.js" */
import { place } from "./boxes.js";
import { button, element, renew } from "./dom.js";

const LEAST = 0.05;
const STEP = 0.02;

/**
 * @typedef {{ src: string, alt: string, box: Region, labels: Record<string, string> }} Data
 */

/**
 * A box within the picture, no side below the least.
 * @param {Region} box
 * @returns {Region}
 */
export const inside = ([x, y, w, h]) => {
  const width = Math.min(1, Math.max(LEAST, w));
  const height = Math.min(1, Math.max(LEAST, h));
  const left = Math.min(1 - width, Math.max(0, x));
  const top = Math.min(1 - height, Math.max(0, y));
  return /** @type {Region} */ ([left, top, width, height].map((n) => Math.round(n * 1e4) / 1e4));
};

/**
 * The box that a key makes of one: arrows move it, with Shift they make it larger or smaller.
 * @param {Region} box
 * @param {string} key
 * @param {boolean} shift
 * @returns {Region | null} null for a key that means nothing here
 */
export const keyed = ([x, y, w, h], key, shift) => {
  /** @type {Record<string, [number, number]>} */
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const way = ways[key];
  if (!way) return null;
  const [dx, dy] = [way[0] * STEP, way[1] * STEP];
  return inside(shift ? [x, y, w + dx, h + dy] : [x + dx, y + dy, w, h]);
};

/**
 * @param {Data} data
 * @param {Send} send
 */
const regionOf = ({ src, alt, box, labels }, send) => {
  const root = element("div", "draw");
  const sheet = element("div", "sheet");
  const image = element("img");
  image.src = src;
  image.alt = alt;
  image.draggable = false;
  const frame = element("div", "region");
  frame.tabIndex = 0;
  frame.setAttribute("role", "application");
  frame.setAttribute("aria-label", labels.box ?? "");
  const grip = element("span", "grip");
  frame.append(grip);
  sheet.append(image, frame);
  const said = element("span", "said");
  said.setAttribute("role", "status");
  let now = inside(box);
  /** @param {Region} next */
  const show = (next) => {
    now = inside(next);
    place(frame, now);
    const [x, y, w, h] = now.map((n) => Math.round(n * 100));
    said.textContent = `${x} %, ${y} % · ${w} % × ${h} %`;
  };
  /** @param {PointerEvent} event */
  const at = (event) => {
    const whole = image.getBoundingClientRect();
    return [
      Math.min(1, Math.max(0, (event.clientX - whole.left) / whole.width)),
      Math.min(1, Math.max(0, (event.clientY - whole.top) / whole.height)),
    ];
  };
  /** @type {((x: number, y: number) => void) | null} */
  let drag = null;
  let drawn = false; // the first drag draws: the box that is there to begin with is for the keys
  sheet.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const [x = 0, y = 0] = at(event);
    const [left, top, w, h] = now;
    if (event.target === grip) drag = (a, b) => show([left, top, a - left, b - top]);
    else if (drawn && event.target === frame)
      drag = (a, b) => show([left + a - x, top + b - y, w, h]);
    else drag = (a, b) => show([Math.min(a, x), Math.min(b, y), Math.abs(a - x), Math.abs(b - y)]);
    drawn = true;
    sheet.setPointerCapture?.(event.pointerId);
    event.preventDefault();
    frame.focus({ preventScroll: true });
  });
  sheet.addEventListener("pointermove", (event) => {
    const [x = 0, y = 0] = at(event);
    drag?.(x, y);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    sheet.addEventListener(end, () => {
      drag = null;
    });
  }
  frame.onkeydown = (event) => {
    if (event.key === "Enter") {
      send("found", now);
      return;
    }
    const next = keyed(now, event.key, event.shiftKey);
    if (!next) return;
    event.preventDefault();
    show(next);
  };
  const foot = element("div", "foot");
  const find = button("find", labels.find);
  find.onclick = () => send("found", now);
  foot.append(find, said);
  const hint = element("p", "hint", labels.hint);
  hint.append(element("span", "keys", ` ${labels.keys}`));
  root.append(hint, sheet, foot);
  show(now);
  return root;
};

/** @param {Component<Data>} component */
export default function (component) {
  renew(component, regionOf);
}
