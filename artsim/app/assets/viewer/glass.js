// A picture behind a glass: wheel, fingers, mouse and keys say what part of it is to be seen.
import { element } from "../dom.js";
import { deepOf } from "./deep.js";
import { dragged, enlarged, WHOLE } from "./sight.js";

/**
 * @import { Deep } from "../types.js"
 * @typedef {import("./sight.js").Sight} Sight
 * @typedef {(change: (sight: Sight) => Sight) => void} Ask
 * @typedef {{ width: number, height: number }} Sides
 */

export const STEP = 1.25; // of a button or a key
const PAN = 40; // pixels of an arrow key

/**
 * A picture's sides where all of it is seen within a place, as object-fit: contain has it.
 * @param {Sides} place
 * @param {Sides} picture
 * @returns {Sides}
 */
export const contained = (place, picture) => {
  const scale = Math.min(place.width / picture.width, place.height / picture.height);
  return { width: picture.width * scale, height: picture.height * scale };
};

/**
 * The glass asks for changes of what is seen, and draws what it is told. Where the picture
 * ``fills`` it nothing beside the picture is shown, and the page scrolls while all of it is seen.
 * @param {{ src: string, alt: string, label: string, deep?: Deep, fills?: boolean }} picture
 * @param {Ask} ask
 */
export const glassOf = ({ src, alt, label, deep, fills = false }, ask) => {
  const glass = element("div", "glass");
  glass.tabIndex = 0;
  glass.setAttribute("role", "group");
  glass.setAttribute("aria-label", label);
  const image = element("img");
  image.src = src;
  image.alt = alt;
  image.draggable = false;
  glass.append(image);

  const place = () => ({ width: glass.clientWidth, height: glass.clientHeight });
  const natural = () => ({ width: image.naturalWidth || 1, height: image.naturalHeight || 1 });
  const shown = () => contained(place(), natural());
  let [sight, part] = [WHOLE, 1];
  const deeper = deep && deepOf(deep, glass, image);
  /**
   * @param {Sight} wanted
   * @param {number} [base] the share of the glass that the whole picture takes
   */
  const draw = (wanted, base = 1) => {
    [sight, part] = [wanted, base];
    const { x, y, k } = sight;
    image.style.transform = `translate(${x * 100}%, ${y * 100}%) scale(${k * part})`;
    glass.classList.toggle("near", k > 1);
    deeper?.draw(sight, part, place(), shown());
  };

  /**
   * @param {number} x
   * @param {number} y
   */
  const at = (x, y) => {
    const { left, top, width, height } = glass.getBoundingClientRect();
    return { x: (x - left) / width - 0.5, y: (y - top) / height - 0.5 };
  };
  /**
   * @param {number} times
   * @param {{ x: number, y: number }} [point]
   */
  const enlarge = (times, point) => ask((was) => enlarged(was, times, point, fills));
  /**
   * @param {number} x pixels
   * @param {number} y
   */
  const drag = (x, y) => {
    const { width, height } = place();
    ask((was) => dragged(was, { x: x / width, y: y / height }, fills));
  };

  glass.addEventListener(
    "wheel",
    (event) => {
      if (fills && !event.ctrlKey && sight.k === 1 && event.deltaY > 0) return;
      event.preventDefault();
      enlarge(Math.exp(-event.deltaY / 400), at(event.clientX, event.clientY));
    },
    { passive: false },
  );
  /** @type {Map<number, { x: number, y: number }>} */
  const fingers = new Map();
  glass.onpointerdown = (event) => {
    if (event.button) return;
    glass.setPointerCapture?.(event.pointerId);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };
  glass.onpointermove = (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = { x: event.clientX, y: event.clientY };
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const [was, is] = [before, now].map((p) => Math.hypot(p.x - other.x, p.y - other.y));
      enlarge(is / Math.max(was, 1), at((now.x + other.x) / 2, (now.y + other.y) / 2));
    } else {
      drag(now.x - before.x, now.y - before.y);
    }
    fingers.set(event.pointerId, now);
  };
  glass.onpointerup = glass.onpointercancel = (event) => fingers.delete(event.pointerId);
  glass.ondblclick = (event) => {
    if (sight.k > 1) ask(() => WHOLE);
    else enlarge(2.5, at(event.clientX, event.clientY));
  };
  /** @type {Record<string, () => void>} */
  const keys = {
    "+": () => enlarge(STEP),
    "=": () => enlarge(STEP),
    "-": () => enlarge(1 / STEP),
    0: () => ask(() => WHOLE),
    ArrowLeft: () => drag(PAN, 0),
    ArrowRight: () => drag(-PAN, 0),
    ArrowUp: () => drag(0, PAN),
    ArrowDown: () => drag(0, -PAN),
  };
  glass.onkeydown = (event) => {
    const act = keys[event.key];
    if (!act || event.altKey || event.ctrlKey || event.metaKey) return;
    if (fills && event.key.startsWith("Arrow") && sight.k === 1) return; // the page scrolls
    event.preventDefault();
    act();
  };
  return { glass, image, draw, shown, enlarge };
};
