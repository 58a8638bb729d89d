// A light table: works beside one another or over one another, moved and enlarged in step.
/** @import { Component, Deep, Labels } from "./types.js" */
import { button, element, renew } from "./dom.js";
import { differenceOf } from "./light_table/difference.js";
import { barOf, said, scaled } from "./light_table/scale.js";
import { glassOf, STEP } from "./viewer/glass.js";
import { enlarged, WHOLE } from "./viewer/sight.js";

/**
 * @typedef {{ width: number, height: number }} Sides
 * @typedef {{ title: string, by: string, alt: string, src: string, deep: Deep, of: string,
 *   id: string, differs: string, stamp: string, size: Sides | null, measures: string }} Work
 * @typedef {{ works: Work[], labels: Labels }} Data
 * @typedef {import("./viewer/sight.js").Sight} Sight
 */

const FLICKER = 900; // milliseconds that each of two works is seen
const MODES = ["beside", "overlay", "flicker", "difference"];

/**
 * @param {Work} work
 * @param {Labels} labels
 * @param {import("./viewer/glass.js").Ask} ask
 */
const paneOf = (work, labels, ask) => {
  const pane = element("figure", "pane");
  const made = glassOf({ ...work, label: `${work.alt}. ${labels.keys}` }, ask);
  const caption = element("figcaption");
  caption.append(element("span", "title", work.title), element("span", "by", work.by));
  const measures = element("span", "measures", work.measures);
  caption.append(measures);
  pane.append(made.glass, caption);
  return { pane, measures, ...made };
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
  let [together, mode, alike] = [true, "beside", false];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let flicker;

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
  const panes = works.map((work, place) =>
    paneOf(work, labels, (asked) => change(place, asked)),
  );
  /** @type {Sight[]} */
  const sights = panes.map(() => WHOLE);
  const order = panes.map((_, place) => place);
  /** @type {Map<string, import("./light_table/difference.js").Difference>} */
  const differences = new Map();
  const difference = () => {
    const [first, second] = order;
    const key = `${first} ${second}`;
    const made =
      differences.get(key) ??
      differenceOf(works[first], works[second], labels, (asked) => change(first, asked));
    differences.set(key, made);
    return made;
  };

  const bar = element("div", "scale");
  const ruler = element("span", "ruler");
  const length = element("span");
  bar.append(ruler, length);
  /** The places of the works that are seen. */
  const laid = () => (mode === "beside" ? order : order.slice(0, 2));
  const draw = () => {
    const sizes = works.map(({ size }, place) => (laid().includes(place) ? size : null));
    const isScaled = alike && mode !== "difference";
    const { parts, pixels } = scaled(isScaled ? sizes : [], panes.map((pane) => pane.shown()));
    panes.forEach((pane, place) => {
      pane.draw(sights[place], parts[place]);
      const { size, measures } = works[place];
      pane.measures.textContent = isScaled && !size ? labels.unscaled : measures;
    });
    if (mode === "difference") difference().draw(sights[order[0]]);
    bar.hidden = !isScaled || !(pixels > 0 && pixels < Infinity);
    if (!bar.hidden) {
      const { centimetres, width } = barOf(pixels * sights[order[0]].k);
      ruler.style.width = `${width}px`;
      length.textContent = said(centimetres);
    }
  };

  const slider = element("input", "mix");
  slider.type = "range";
  slider.max = "100";
  slider.value = "50";
  slider.setAttribute("aria-label", labels.mix);
  const mix = () => {
    panes[order[1]].glass.style.opacity = mode === "overlay" ? String(Number(slider.value) / 100) : "";
  };
  slider.oninput = mix;

  const show = () => {
    clearInterval(flicker);
    whole.dataset.mode = mode;
    for (const { pane, glass } of panes) pane.style.opacity = glass.style.opacity = "";
    const seen = mode === "difference" ? [difference()] : laid().map((place) => panes[place]);
    sheet.replaceChildren(...seen.map(({ pane }) => pane));
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

  for (const name of MODES) {
    const choice = button("tool", labels[name]);
    choice.dataset.mode = name;
    choice.onclick = () => {
      mode = name;
      show();
    };
    tools.append(choice);
  }
  const step = button("tool", labels.together);
  const scale = button("tool", labels.alike);
  const pressed = () => {
    step.setAttribute("aria-pressed", String(together));
    scale.setAttribute("aria-pressed", String(alike));
    if (together) sights.fill(sights[order[0]]);
    draw();
  };
  step.onclick = () => {
    together = !together;
    alike &&= together; // works enlarged alone are in no scale
    pressed();
  };
  scale.disabled = works.filter(({ size }) => size).length < 2;
  scale.onclick = () => {
    alike = !alike;
    together ||= alike;
    pressed();
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
  tools.append(step, scale, swap, larger, smaller, fit, slider);
  whole.append(tools);
  if (scale.disabled) {
    const why = element("p", "why", labels.not_alike);
    why.id = "not-alike";
    scale.setAttribute("aria-describedby", why.id);
    scale.title = labels.not_alike;
    whole.append(why);
  }
  whole.append(bar, sheet);
  whole.style.setProperty("--works", String(works.length));
  show();
  pressed();
  for (const { image } of panes) image.addEventListener("load", draw);
  new ResizeObserver(draw).observe(sheet);
  return whole;
};

/** @param {Component<Data>} component */
export default function (component) {
  renew(component, (data) => tableOf(data));
}
