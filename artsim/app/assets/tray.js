// The + that puts a work into the tray, the same on every picture.
/** @import { Labels, Send } from "./types.js" */
import { button } from "./dom.js";
import { svgOf } from "./map/svg.js";

const OPEN = "M3 13v6h18v-6h-5a4 4 0 0 1-8 0zM12 2v8M8 6h8";
const HELD = "M3 13v6h18v-6h-5a4 4 0 0 1-8 0zM7 6l4 4 6-8";
const LASTS = 15_000; // milliseconds after which a click that nothing answered is forgotten

/** @type {Map<string, Map<string, { value: boolean, at: number }>>} */
const waits = new Map();

/**
 * Clicks that the server has not confirmed yet: they are sent together, because a run of the page
 * may see only the last one.
 * @param {string} name of what is clicked on
 * @param {(id: string) => boolean} told what the server says
 */
export const waitingOf = (name, told) => {
  const waiting = waits.get(name) ?? new Map();
  waits.set(name, waiting);
  for (const [id, { value, at }] of waiting) {
    if (told(id) === value || Date.now() - at > LASTS) waiting.delete(id);
  }
  /** @param {string} id */
  const is = (id) => waiting.get(id)?.value ?? told(id);
  /** @type {(id: string, value: boolean) => void} */
  const want = (id, value) => {
    waiting.set(id, { value, at: Date.now() });
  };
  const all = () => Object.fromEntries([...waiting].map(([id, { value }]) => [id, value]));
  return { is, want, all };
};

/**
 * The work that was clicked last in each collection, where a range begins: the grid is made anew
 * between two clicks, for the page has run.
 * @type {Map<string, string>}
 */
const begins = new Map();

/**
 * @typedef {object} Grid
 * @property {string} of the collection
 * @property {{ id: string, alt: string }[]} shown
 * @property {string[]} held
 * @property {Labels} labels
 * @property {Send} send
 * @property {string} [as] the name that changes are sent under, if a page shows works of two
 * collections
 */

/**
 * The buttons of a grid, made in its order.
 * @param {Grid} grid
 */
export const trayOf = ({ of, shown, held, labels, send, as = "tray" }) => {
  const there = new Set(held);
  const waiting = waitingOf(of, (id) => there.has(id));
  /** @type {Map<string, HTMLButtonElement[]>} */
  const made = new Map();

  /**
   * @param {HTMLButtonElement} mark
   * @param {{ id: string, alt: string }} item
   */
  const draw = (mark, item) => {
    const now = waiting.is(item.id);
    const said = (now ? labels.in_tray : labels.tray) ?? "";
    mark.setAttribute("aria-pressed", String(now));
    mark.setAttribute("aria-label", `${labels.tray}: ${item.alt}`);
    mark.title = `${said} (T)`;
    mark.replaceChildren(svgOf("0 0 24 24", { tag: "path", d: now ? HELD : OPEN }));
  };

  /**
   * @param {number} place
   * @param {boolean} range all works between this one and the one before
   */
  const toggle = (place, range) => {
    const wanted = !waiting.is(shown[place].id);
    const begin = range ? shown.findIndex((item) => item.id === begins.get(of)) : -1;
    const from = begin >= 0 ? Math.min(begin, place) : place;
    const to = Math.max(begin, place);
    for (const item of shown.slice(from, to + 1)) {
      if (waiting.is(item.id) === wanted) continue;
      waiting.want(item.id, wanted);
      for (const mark of made.get(item.id) ?? []) draw(mark, item);
    }
    begins.set(of, shown[place].id);
    send(as, waiting.all());
  };

  /**
   * The button of the work at a place, or nothing where works cannot be put into a tray.
   * @param {number} place
   */
  const buttonAt = (place) => {
    if (!labels.tray) return undefined;
    const item = shown[place];
    const mark = button("to-tray");
    mark.dataset.place = String(place);
    mark.dataset.of = of;
    made.set(item.id, [...(made.get(item.id) ?? []), mark]);
    draw(mark, item);
    mark.onclick = (event) => toggle(place, event.shiftKey);
    return mark;
  };

  /**
   * T puts the work that has the focus into the tray, Shift and T all up to it.
   * @param {HTMLElement} card
   * @param {number} place
   */
  const listen = (card, place) => {
    if (!labels.tray) return;
    card.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "t" || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      toggle(place, event.shiftKey);
    });
  };
  return { buttonAt, listen };
};

/**
 * Gives the focus back to the button that had it, when all that was shown is made anew.
 * @param {HTMLElement | ShadowRoot} parent
 */
export const keepFocus = (parent) => {
  /** @type {HTMLElement | null} */
  const had = parent.querySelector(".to-tray:focus");
  return () => {
    if (!had) return;
    const { of, place } = had.dataset;
    /** @type {HTMLElement | null} */
    const same = parent.querySelector(`.to-tray[data-of="${of}"][data-place="${place}"]`);
    same?.focus({ preventScroll: true });
  };
};
