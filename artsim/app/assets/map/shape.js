// A shape that was drawn, as the text that goes to the server and into the address, and back.
/** @import { Place, Shape } from "../types.js" */

const MOST_CORNERS = 400;

/** @param {number} number */
export const rounded = (number) => Number(number.toFixed(4));

/**
 * @param {string} kind
 * @param {Place[]} path
 * @param {number[]} [view] of a map in space: the 12 numbers that project points into the window
 */
export const shapeText = (kind, path, view = []) => {
  const step = Math.ceil(path.length / MOST_CORNERS);
  const corners = path.filter((_, i) => i % step === 0);
  const seen = view.map((number) => Number(number.toPrecision(6)));
  const end = seen.length ? `@${seen.join(",")}` : "";
  return `${kind}:${corners.flat().map(rounded).join(",")}${end}`;
};

/**
 * The outline on a flat map or mosaic; that on a map in space holds for one point of view only.
 * @param {string | undefined} text
 * @returns {Shape | undefined}
 */
export const shapeOf = (text) => {
  if (text?.includes("@")) return undefined;
  const [kind, numbers] = (text ?? "").split(":");
  const values = (numbers ?? "").split(",").map(Number);
  const least = kind === "box" ? 4 : 6;
  if (!["box", "lasso"].includes(kind) || values.length < least || values.some(Number.isNaN)) {
    return undefined;
  }
  /** @type {Place[]} */
  const path = [];
  for (let i = 0; i + 1 < values.length; i += 2) path.push([values[i], values[i + 1]]);
  return { kind, path };
};

/**
 * The corners of a box between two opposite ones, in order.
 * @param {Place} first
 * @param {Place} second
 * @returns {Place[]}
 */
export const boxOf = ([x0, y0], [x1, y1]) => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
];

/**
 * Whether an outline encloses a place, by the even-odd rule as on the server.
 * @param {Place[]} path
 * @param {number} x
 * @param {number} y
 */
export const encloses = (path, x, y) => {
  let inside = false;
  for (let i = 0, j = path.length - 1; i < path.length; j = i, i += 1) {
    const [xi, yi] = path[i];
    const [xj, yj] = path[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
};
