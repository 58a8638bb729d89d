/** @import { Component, Labels, Send } from "./types.js" */
import { button, element, renew } from "./dom.js";
import { trayOf } from "./tray.js";

const MOST = 8;
const STEP = 1.4;

/**
 * @typedef {{ src: string, id: string, alt: string }} Picture
 * @typedef {Picture & { of: string, held: string[], labels: Labels }} Data
 * @typedef {{ scale: number, x: number, y: number }} Sight the picture's middle, in its own sides
 */

/**
 * The sight within the picture's borders: nothing beside it is shown.
 * @param {Sight} sight
 * @returns {Sight}
 */
export const bounded = ({ scale, x, y }) => {
  const size = Math.min(MOST, Math.max(1, scale));
  const half = 0.5 / size;
  /** @param {number} at */
  const within = (at) => Math.min(1 - half, Math.max(half, at));
  return { scale: size, x: within(x), y: within(y) };
};

/**
 * A picture that can be looked at closely: by wheel, two fingers, buttons and keys.
 * @param {Picture & { labels: Labels }} data
 */
const zoomOf = ({ src, alt, labels }) => {
  const root = element("div", "zoom");
  const frame = element("div", "frame");
  frame.tabIndex = 0;
  frame.setAttribute("role", "group");
  frame.setAttribute("aria-label", labels.frame ?? "");
  const image = element("img");
  image.src = src;
  image.alt = alt;
  image.draggable = false;
  frame.append(image);
  /** @type {Sight} */
  let sight = { scale: 1, x: 0.5, y: 0.5 };
  const said = element("span", "said");
  said.setAttribute("role", "status");
  /** @param {Partial<Sight>} change */
  const look = (change) => {
    sight = bounded({ ...sight, ...change });
    const { scale, x, y } = sight;
    image.style.transform = `scale(${scale}) translate(${(0.5 - x) * 100}%, ${(0.5 - y) * 100}%)`;
    frame.classList.toggle("near", scale > 1);
    said.textContent = `${Math.round(scale * 100)} %`;
  };
  /** @param {number} times */
  const zoom = (times) => look({ scale: sight.scale * times });
  /** @type {Map<number, PointerEvent>} */
  const held = new Map();
  const apart = () => {
    const [a, b] = [...held.values()];
    return a && b ? Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY) : 0;
  };
  frame.onpointerdown = (event) => {
    if (event.button) return;
    held.set(event.pointerId, event);
    frame.setPointerCapture?.(event.pointerId);
  };
  frame.onpointermove = (event) => {
    const before = held.get(event.pointerId);
    if (!before) return;
    const width = apart();
    held.set(event.pointerId, event);
    if (held.size > 1 && width) {
      zoom(apart() / width);
      return;
    }
    const box = image.getBoundingClientRect();
    look({
      x: sight.x - (event.clientX - before.clientX) / box.width,
      y: sight.y - (event.clientY - before.clientY) / box.height,
    });
  };
  frame.onpointerup = frame.onpointercancel = (event) => {
    held.delete(event.pointerId);
  };
  frame.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey && sight.scale === 1 && event.deltaY > 0) return; // the page scrolls
      event.preventDefault();
      zoom(event.deltaY < 0 ? STEP : 1 / STEP);
    },
    { passive: false },
  );
  frame.ondblclick = () => look(sight.scale > 1 ? { scale: 1 } : { scale: 2.5 });
  /** @type {Record<string, () => void>} */
  const keys = {
    "+": () => zoom(STEP),
    "=": () => zoom(STEP),
    "-": () => zoom(1 / STEP),
    0: () => look({ scale: 1 }),
    ArrowLeft: () => look({ x: sight.x - 0.1 / sight.scale }),
    ArrowRight: () => look({ x: sight.x + 0.1 / sight.scale }),
    ArrowUp: () => look({ y: sight.y - 0.1 / sight.scale }),
    ArrowDown: () => look({ y: sight.y + 0.1 / sight.scale }),
    t: () => /** @type {HTMLElement | null} */ (root.querySelector(".to-tray"))?.click(),
  };
  frame.onkeydown = (event) => {
    const act = keys[event.key] ?? keys[event.key.toLowerCase()];
    if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key.startsWith("Arrow") && sight.scale === 1) return; // the page scrolls
    event.preventDefault();
    act();
  };
  const bar = element("div", "bar");
  for (const [name, shown, act] of /** @type {[string, string, () => void][]} */ ([
    ["closer", "+", () => zoom(STEP)],
    ["away", "\u2212", () => zoom(1 / STEP)],
    ["whole", "\u2922", () => look({ scale: 1 })],
  ])) {
    const made = button(name, shown);
    made.setAttribute("aria-label", labels[name] ?? "");
    made.title = labels[name] ?? "";
    made.onclick = act;
    bar.append(made);
  }
  bar.append(said);
  root.append(frame, bar);
  look({});
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
  if (mark) root.querySelector(".frame")?.after(mark);
  if (focused) mark?.focus({ preventScroll: true });
};

/** @param {Component<Data>} component */
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const { src, id, alt, labels } = data;
  renew({ data: { src, id, alt, labels }, parentElement, setTriggerValue }, zoomOf);
  putIn(data, setTriggerValue, parentElement);
}
