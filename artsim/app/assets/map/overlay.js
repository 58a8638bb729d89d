// What lies over the points: the query with its neighbours, the outline of a choice, names.
/** @import { Mark, Place, Query, Shape, Told } from "../types.js" */
/** @import { Pane } from "./pane.js" */
import { boxOf } from "./shape.js";
import { SVG, shown } from "./svg.js";

const LETTER = 6.6; // pixels, about, of one letter of a name
export const LONGEST = 40;
export const NAME_ABOVE = 18; // pixels from the query to its name

/**
 * @param {Place[]} corners
 * @param {Pane} pane
 */
const pathOf = (corners, pane) => {
  const places = corners.map(([x, y]) => pane.place(x, y).map((v) => v.toFixed(1)).join(" "));
  return `M${places.join("L")}Z`;
};

/**
 * @param {Shape} shape
 * @param {Pane} pane
 * @returns {Mark}
 */
const outlineOf = (shape, pane) => {
  const [first, second] = shape.path;
  const corners = shape.kind === "box" ? boxOf(first, second) : shape.path;
  const { accent } = pane.theme;
  return {
    tag: "path",
    d: pathOf(corners, pane),
    fill: accent,
    "fill-opacity": 0.07,
    stroke: accent,
    "stroke-width": 1.5,
    "stroke-dasharray": "5 4",
  };
};

/**
 * Lines to the nearest works; a broken line leads to one that the map has torn away.
 * @param {Query} query
 * @param {Pane} pane
 */
const linesOf = (query, pane) => {
  const [x, y] = pane.place(...query.point);
  if (Number.isNaN(x)) return []; // behind the eye, on a map in space
  /** @type {Mark[]} */
  const marks = [];
  for (const { row, torn } of query.neighbours) {
    const [px, py] = pane.at(row);
    if (Number.isNaN(px)) continue;
    const stroke = torn ? pane.theme.accent : pane.theme.text;
    const dash = torn ? { "stroke-dasharray": "2 5", "stroke-linecap": "round" } : {};
    const width = torn ? 2 : 1.25;
    const line = { tag: "line", x1: x, y1: y, x2: px, y2: py, stroke, "stroke-width": width };
    const ring = { cx: px, cy: py, r: pane.size / 2 + 3, fill: "none", stroke };
    marks.push({ ...line, "stroke-opacity": torn ? 0.9 : 0.55, ...dash });
    marks.push({ tag: "circle", ...ring, "stroke-width": 1.75, ...dash });
  }
  return marks;
};

/**
 * @param {Query} query
 * @param {Pane} pane
 * @returns {Mark[]}
 */
const queryOf = (query, pane) => {
  const [x, y] = pane.place(...query.point);
  if (Number.isNaN(x)) return [];
  const d = `M${x} ${y - 11}L${x + 11} ${y}L${x} ${y + 11}L${x - 11} ${y}Z`;
  const { accent, background } = pane.theme;
  const diamond = { tag: "path", d, fill: accent, stroke: background, "stroke-width": 2.5 };
  return [diamond, nameAt(x, y - NAME_ABOVE, query.label, pane)];
};

/** @param {string} text */
const halfOf = (text) => (Math.min(text.length, LONGEST) * LETTER) / 2 + 4;

/** @typedef {[number, number, number]} Taken middle and half the width */

/**
 * Where the query, its name and its picture stand.
 * @param {Query} query
 * @param {Pane} pane
 * @returns {Taken[]}
 */
const queryTakes = (query, pane) => {
  const [x, y] = pane.place(...query.point);
  /** @type {Taken} */
  const name = [inside(x, query.label, pane), y - NAME_ABOVE, halfOf(query.label)];
  const heights = query.thumb ? [-40, -60, -80] : [];
  /** @type {Taken[]} */
  const picture = heights.map((above) => [x, y + above, 34]);
  return [name, [x, y, 14], ...picture];
};

/**
 * A name, moved aside where it would be cut off.
 * @param {number} x
 * @param {number} y
 * @param {string} text
 * @param {Pane} pane
 * @returns {Mark}
 */
const nameAt = (x, y, text, pane) => ({
  tag: "text",
  x: inside(x, text, pane).toFixed(1),
  y: y.toFixed(1),
  text: text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text,
  "text-anchor": "middle",
  "font-size": 12.5,
  "font-weight": 600,
  fill: pane.theme.text,
  stroke: pane.theme.background,
  "stroke-width": 3.5,
  "stroke-linejoin": "round",
  "paint-order": "stroke",
});

/**
 * @param {number} x
 * @param {string} text
 * @param {Pick<Pane, "width">} pane
 */
export const inside = (x, text, pane) => {
  const half = Math.min(halfOf(text), pane.width / 2);
  return Math.min(Math.max(x, half), pane.width - half);
};

/**
 * Names that would cover one named before are left out: the query's comes first, then the most
 * important.
 * @param {Pick<Told, "labels" | "query">} told
 * @param {Pane} pane
 */
const namesOf = ({ labels, query }, pane) => {
  const taken = query ? queryTakes(query, pane) : [];
  /** @type {Mark[]} */
  const marks = [];
  for (const { x, y, z, text } of labels) {
    const [at, py] = pane.place(x, y, z);
    if (!(at > 0 && at < pane.width && py > 12 && py < pane.height)) continue;
    const px = inside(at, text, pane);
    const half = halfOf(text);
    /** @param {Taken} other */
    const covers = ([ox, oy, ohalf]) => Math.abs(ox - px) < half + ohalf && Math.abs(oy - py) < 18;
    if (taken.some(covers)) continue;
    taken.push([px, py, half]);
    marks.push(nameAt(px, py, text, pane));
  }
  return marks;
};

/**
 * The query and its nearest as frames around their cells.
 * @param {Query} query
 * @param {Pane} pane
 * @returns {Mark[]}
 */
const cellsOf = ({ row, neighbours }, pane) => {
  const { accent, text } = pane.theme;
  /** @type {[number, string, number][]} row, colour and width */
  const frames = neighbours.map((near) => [near.row, near.torn ? accent : text, 2]);
  if (row >= 0) frames.push([row, accent, 4]);
  return frames.map(([of, stroke, width]) => {
    const frame = { ...cellAt(of, pane), stroke, "stroke-width": width };
    return of === row || stroke === text ? frame : { ...frame, "stroke-dasharray": "4 4" };
  });
};

/**
 * @param {number} row
 * @param {Pane} pane
 */
const cellAt = (row, pane) => {
  const [cx, cy] = pane.at(row);
  const side = pane.view.k;
  return { tag: "rect", x: cx - side / 2, y: cy - side / 2, width: side, height: side, fill: "none" };
};

/**
 * @param {Pane} pane
 * @returns {Mark[]}
 */
export const marksOf = (pane) => {
  const { query } = pane.told;
  const shape = pane.shape ? [outlineOf(pane.shape, pane)] : [];
  if (pane.mosaic) return [...(query ? cellsOf(query, pane) : []), ...shape];
  return [
    ...(query ? linesOf(query, pane) : []),
    ...shape,
    ...namesOf(pane.told, pane),
    ...(query ? queryOf(query, pane) : []),
  ];
};

/**
 * @param {number} row
 * @param {Pane} pane
 * @returns {Mark[]}
 */
const ringAt = (row, pane) => {
  const [cx, cy] = pane.at(row);
  if (Number.isNaN(cx)) return []; // a work that is not on this map
  const round = { tag: "circle", cx, cy, r: pane.size / 2 + 5, fill: "none" };
  const ring = pane.mosaic ? cellAt(row, pane) : round;
  const halo = { ...ring, stroke: pane.theme.background, "stroke-width": 5 };
  return [halo, { ...ring, stroke: pane.theme.text, "stroke-width": 2.5 }];
};

export class Overlay {
  /** @param {HTMLElement} surface */
  constructor(surface) {
    this.node = document.createElementNS(SVG, "svg");
    this.node.classList.add("overlay");
    this.node.setAttribute("aria-hidden", "true");
    surface.append(this.node);
  }

  /**
   * @param {Pane} pane
   * @param {Mark} [drawn] what a person is just drawing
   */
  show(pane, drawn) {
    const marks = marksOf(pane);
    if (pane.pointed >= 0) marks.push(...ringAt(pane.pointed, pane));
    if (drawn) marks.push(drawn);
    this.node.replaceChildren(...marks.map(shown));
  }
}
