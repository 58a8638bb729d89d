// How each work is drawn: by its colour, and by whether it is left out or not chosen.
/** @import { Look, Mask, Palette, Part } from "../types.js" */
/** @import { Colouring } from "./colouring.js" */
/** @import { Space } from "./space.js" */
import { OTHER, UNKNOWN } from "./colouring.js";

const OUT = 0; // left out by filters, decades or the legend
const REST = 1; // not chosen while others are
export const ON = 2;
/** @type {Look[]} */
const LOOKS = [
  { opacity: 0.5, scale: 0.75 },
  { opacity: 0.3, scale: 0.9 },
  { opacity: 0.9, scale: 1 },
];

const UNNAMED = { opacity: 0.6, scale: 0.85 }; // values that have no colour of their own

/**
 * @param {number} tier
 * @param {Colouring} colouring
 * @param {number} shade
 */
const lookOf = (tier, colouring, shade) =>
  tier === ON && shade >= OTHER && colouring.kind === "category" ? UNNAMED : LOOKS[tier];

/**
 * Which works count, from masks that may be missing.
 * @param {number} count
 * @param {(Mask | undefined)[]} masks
 */
export const countingOf = (count, ...masks) => {
  const given = masks.filter((mask) => mask !== undefined);
  if (!given.length) return undefined;
  const mask = new Uint8Array(count);
  for (let row = 0; row < count; row += 1) mask[row] = given.every((each) => each[row]) ? 1 : 0;
  return mask;
};

/**
 * @param {Part} a
 * @param {Part} b
 */
const drawnBefore = (a, b) => {
  /** @param {Part} part */
  const rank = ({ shade }) => (shade >= OTHER ? -shade : shade);
  return a.tier - b.tier || rank(a) - rank(b);
};

/**
 * @typedef {object} Sorted
 * @property {Space} space
 * @property {Colouring} colouring
 * @property {Mask} [counting]
 * @property {Mask} [chosen]
 * @property {Palette} palette
 */

/**
 * The works in parts that look alike, in the order of drawing: few traces, plain arrays.
 * @param {Sorted} sorted
 * @returns {Part[]}
 */
export const partsOf = ({ space, colouring, counting, chosen, palette }) => {
  const { shades } = colouring;
  const slots = new Uint16Array(space.count);
  const sizes = new Uint32Array(3 * 256);
  for (let row = 0; row < space.count; row += 1) {
    const tier = counting && !counting[row] ? OUT : chosen && !chosen[row] ? REST : ON;
    slots[row] = tier === OUT ? 0 : tier * 256 + shades[row];
    sizes[slots[row]] += 1;
  }
  /** @type {Map<number, Part & { filled: number }>} */
  const parts = new Map();
  sizes.forEach((size, slot) => {
    if (!size) return;
    const tier = slot >> 8;
    const shade = tier === OUT ? UNKNOWN : slot & 255;
    parts.set(slot, {
      ...lookOf(tier, colouring, shade),
      tier,
      shade,
      name: tier === OUT ? "" : colouring.name(shade),
      colour: tier === OUT ? palette.unknown : colouring.colour(shade, palette),
      symbol: tier === OUT ? "circle" : colouring.symbol(shade),
      rows: new Uint32Array(size),
      x: new Float32Array(size),
      y: new Float32Array(size),
      filled: 0,
    });
  });
  for (let row = 0; row < space.count; row += 1) {
    const part = parts.get(slots[row]);
    if (!part) continue;
    part.rows[part.filled] = row;
    part.x[part.filled] = space.x(row);
    part.y[part.filled] = space.y(row);
    part.filled += 1;
  }
  return [...parts.values()].sort(drawnBefore);
};
