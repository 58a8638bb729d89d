// A light table: works beside one another or over one another, moved and enlarged in step.
/** @import { Component, Labels } from "./types.js" */
import { button, element, renew } from "./dom.js";
import { dragged, enlarged, WHOLE } from "./light_table/sight.js";

/**
 * @typedef {{ title: string, by: string, alt: string, src: string }} Work
 * @typedef {{ works: Work[], labels: Labels }} Data
 * @typedef {import("./light_table/sight.js").Sight} Sight
 */

const STEP = 1.25; // of a button or a key
const FLICKER = 900; // milliseconds that each of two works is seen
const PAN = 40; // pixels of an arrow key

/**
 * @param {Work} work
 * @param {Labels} labels
 */
const paneOf = (work, labels) => {
  const pane = element("figure", "pane");
  const glass = element("div", "glass");
  glass.tabIndex = 0;
  glass.setAttribute("role", "group");
  glass.setAttribute("aria-label", `${work.alt}. ${labels.keys}`);
  const image = element("img");
  image.src = work.src;
  image.alt = work.alt;
  image.draggable = false;
  glass.append(image);
  const said = element("figcaption");
  said.append(element("span", "title", work.title), element("span", "by", work.by));
  pane.append(glass, said);
  return { pane, glass, image };
};

/**
 * @param {Data} data
 * @returns {HTMLElement}
 */
const tableOf = ({ works, labels }) => {
  const whole = element("section", "light");
  whole.setAttribute("aria-label", labels.table);
  const tools = element("div", "tools");
  const sheet = element("div", "sheet");
  const panes = works.map((work) => paneOf(work, labels));
  /** @type {Sight[]} */
  const sights = panes.map(() => WHOLE);
  const order = panes.map((_, place) => place);
  let together = true;
  let mode = "beside";
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let flicker;

  const draw = () => {
    panes.forEach(({ image }, place) => {
      const { x, y, k } = sights[place];
      image.style.transform = `translate(${x * 100}%, ${y * 100}%) scale(${k})`;
    });
  };

  /**
   * @param {number} place the pane that was touched
   * @param {(sight: Sight) => Sight} change
   */
  const change = (place, change) => {
    const made = change(sights[place]);
    // Works that are over one another can only move as one.
    if (together || mode !== "beside") sights.fill(made);
    else sights[place] = made;
    draw();
  };

  panes.forEach(({ glass }, place) => {
    /** @type {Map<number, { x: number, y: number }>} */
    const fingers = new Map();
    const size = () => glass.getBoundingClientRect();
    glass.onwheel = (event) => {
      event.preventDefault();
      const { left, top, width, height } = size();
      const [x, y] = [(event.clientX - left) / width, (event.clientY - top) / height];
      const at = { x: x - 0.5, y: y - 0.5 };
      change(place, (sight) => enlarged(sight, Math.exp(-event.deltaY / 400), at));
    };
    glass.onpointerdown = (event) => {
      glass.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    };
    glass.onpointermove = (event) => {
      const before = fingers.get(event.pointerId);
      if (!before) return;
      const now = { x: event.clientX, y: event.clientY };
      const { left, top, width, height } = size();
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) {
        const [was, is] = [before, now].map((p) => Math.hypot(p.x - other.x, p.y - other.y));
        const at = {
          x: ((now.x + other.x) / 2 - left) / width - 0.5,
          y: ((now.y + other.y) / 2 - top) / height - 0.5,
        };
        change(place, (sight) => enlarged(sight, is / Math.max(was, 1), at));
      } else {
        const by = { x: (now.x - before.x) / width, y: (now.y - before.y) / height };
        change(place, (sight) => dragged(sight, by));
      }
      fingers.set(event.pointerId, now);
    };
    glass.onpointerup = glass.onpointercancel = (event) => fingers.delete(event.pointerId);
    glass.onkeydown = (event) => {
      /** @type {Record<string, [number, number]>} */
      const ways = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
      const way = ways[event.key];
      const { width, height } = size();
      if (way) {
        const by = { x: (way[0] * PAN) / width, y: (way[1] * PAN) / height };
        change(place, (sight) => dragged(sight, by));
      } else if (event.key === "+" || event.key === "=") {
        change(place, (sight) => enlarged(sight, STEP));
      } else if (event.key === "-") {
        change(place, (sight) => enlarged(sight, 1 / STEP));
      } else if (event.key === "0") {
        change(place, () => WHOLE);
      } else return;
      event.preventDefault();
    };
  });

  const slider = element("input", "mix");
  slider.type = "range";
  slider.max = "100";
  slider.value = "50";
  slider.setAttribute("aria-label", labels.mix);
  const mix = () => {
    panes[order[1]].pane.style.opacity = mode === "overlay" ? String(Number(slider.value) / 100) : "";
  };
  slider.oninput = mix;

  const show = () => {
    clearInterval(flicker);
    whole.dataset.mode = mode;
    for (const { pane } of panes) pane.style.opacity = "";
    const shown = mode === "beside" ? order : order.slice(0, 2);
    sheet.replaceChildren(...shown.map((place) => panes[place].pane));
    slider.hidden = mode !== "overlay";
    if (mode !== "beside") sights.fill(sights[order[0]]);
    if (mode === "overlay") mix();
    if (mode === "flicker") {
      let upper = true;
      flicker = setInterval(() => {
        if (!whole.isConnected) clearInterval(flicker);
        upper = !upper;
        panes[order[1]].pane.style.opacity = upper ? "1" : "0";
      }, FLICKER);
    }
    for (const each of tools.querySelectorAll("[data-mode]")) {
      each.setAttribute("aria-pressed", String(each.getAttribute("data-mode") === mode));
    }
    draw();
  };

  for (const name of ["beside", "overlay", "flicker"]) {
    const choice = button("tool", labels[name]);
    choice.dataset.mode = name;
    choice.onclick = () => {
      mode = name;
      show();
    };
    tools.append(choice);
  }
  const step = button("tool", labels.together);
  step.setAttribute("aria-pressed", "true");
  step.onclick = () => {
    together = !together;
    if (together) sights.fill(sights[order[0]]);
    step.setAttribute("aria-pressed", String(together));
    draw();
  };
  const swap = button("tool", labels.swap);
  swap.onclick = () => {
    order.push(...order.splice(0, 1));
    show();
  };
  /** @param {number} times */
  const all = (times) => {
    sights.forEach((sight, place) => (sights[place] = enlarged(sight, times)));
    draw();
  };
  const larger = button("tool", labels.larger);
  larger.onclick = () => all(STEP);
  const smaller = button("tool", labels.smaller);
  smaller.onclick = () => all(1 / STEP);
  const fit = button("tool", labels.fit);
  fit.onclick = () => {
    sights.fill(WHOLE);
    draw();
  };
  tools.append(step, swap, larger, smaller, fit, slider);
  whole.append(tools, sheet);
  whole.style.setProperty("--works", String(works.length));
  show();
  return whole;
};

/** @param {Component<Data>} component */
export default function (component) {
  renew(component, (data) => tableOf(data));
}
