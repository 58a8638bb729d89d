// Zoomed in, the works themselves stand in place of points: the most central first, none over
// another.
/** @import { Place, Query, Work } from "../types.js" */
/** @import { Pane } from "./pane.js" */
/** @import { Sight } from "./sight.js" */
import { element } from "../dom.js";
import { NAME_ABOVE } from "./overlay.js";

const THUMB = 64; // pixels of the box that a picture fits into
const GAP = 4;
const FEW = 250; // so many works in sight may be shown as pictures
const NEAR = 3; // or so much nearer than the whole

/**
 * Keeps places apart: a place is taken where no other one is within a side of it.
 * @param {number} side
 */
const placesApart = (side) => {
  /** @type {Map<string, Place[]>} */
  const taken = new Map();
  /**
   * @param {number} cx
   * @param {number} cy
   */
  const around = (cx, cy) =>
    [-1, 0, 1].flatMap((i) => [-1, 0, 1].flatMap((j) => taken.get(`${cx + i} ${cy + j}`) ?? []));
  /** @param {Place} place */
  return ([x, y]) => {
    const [cx, cy] = [Math.floor(x / side), Math.floor(y / side)];
    const near = around(cx, cy);
    if (near.some(([ox, oy]) => Math.abs(ox - x) < side && Math.abs(oy - y) < side)) return false;
    const key = `${cx} ${cy}`;
    taken.set(key, [...(taken.get(key) ?? []), [x, y]]);
    return true;
  };
};

/**
 * The works that get a picture: those first in order that lie in sight, count, and do not cover
 * one another. None from afar, where too many are in sight.
 * @param {Sight} sight
 * @param {ArrayLike<number> & Iterable<number>} order
 * @param {number} most
 */
export const picturedIn = (sight, order, most) => {
  if (!most) return [];
  const seen = sight.sight();
  let count = 0;
  sight.space.within(seen, () => (count += 1));
  if (count > FEW && sight.view.k < NEAR * sight.whole().k) return [];
  const [x0, x1, y0, y1] = seen;
  const free = placesApart(THUMB + GAP);
  const found = [];
  for (const row of order) {
    const [x, y] = [sight.space.x(row), sight.space.y(row)];
    if (!(x >= x0 && x <= x1 && y >= y0 && y <= y1)) continue;
    if (sight.counting && !sight.counting[row]) continue;
    if (free(sight.place(x, y))) found.push(row);
    if (found.length === most) break;
  }
  return found;
};

/**
 * @param {number} x
 * @param {number} y
 */
const pinned = (x, y) =>
  `translate(${x.toFixed(1)}px, ${(y - NAME_ABOVE - 16).toFixed(1)}px) translate(-50%, -100%)`;

export class Thumbs {
  /** @type {Map<number, HTMLImageElement>} */
  shown = new Map();
  /** @type {number[] | undefined} */
  turn = undefined; // the works asked for last

  /** @param {HTMLElement} surface */
  constructor(surface) {
    this.node = element("div", "thumbs");
    this.node.setAttribute("aria-hidden", "true");
    surface.append(this.node);
    this.asked = element("img", "asked");
    this.asked.alt = "";
    this.asked.onload = () => this.asked.classList.add("there");
  }

  /**
   * The picture of the query stands over its name.
   * @param {Query | null} query
   */
  ask(query) {
    const thumb = query?.thumb ?? "";
    this.asked.hidden = !thumb;
    if (thumb && this.asked.getAttribute("src") !== thumb) this.asked.src = thumb;
    this.node.append(this.asked);
  }

  /**
   * Chooses anew what is shown; called when a movement has ended.
   * @param {Pane} pane
   */
  async place(pane) {
    const drawn = !pane.solid && !pane.mosaic && pane.order;
    const rows = drawn ? picturedIn(pane, drawn, pane.most) : [];
    const wanted = new Set(rows);
    for (const [row, image] of this.shown) {
      if (wanted.has(row)) continue;
      image.remove();
      this.shown.delete(row);
    }
    if (!rows.length) return;
    this.turn = rows;
    await pane.works.load(rows).catch(() => {});
    if (this.turn !== rows) return;
    for (const row of rows) {
      const work = pane.works.get(row);
      if (work?.thumb && !this.shown.has(row)) this.add(row, work, pane);
      const shade = pane.colouring.shades[row];
      this.shown.get(row)?.style.setProperty("--of", pane.colouring.colour(shade, pane.palette));
    }
    this.move(pane);
  }

  clear() {
    this.turn = undefined;
    for (const image of this.shown.values()) image.remove();
    this.shown.clear();
  }

  /**
   * @param {number} row
   * @param {Work} work
   * @param {Pane} pane
   */
  add(row, work, pane) {
    const image = element("img");
    image.alt = "";
    image.decoding = "async";
    image.loading = "lazy";
    image.draggable = false;
    image.src = work.thumb;
    image.onload = () => image.classList.add("there");
    this.shown.set(row, image);
    this.node.append(image);
    this.put(image, pane.at(row));
  }

  /**
   * @param {HTMLImageElement} image
   * @param {Place} place
   */
  put(image, [x, y]) {
    image.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)`;
  }

  /** @param {Pane} pane */
  move(pane) {
    const { query } = pane.told;
    if (query) {
      const [x, y] = pane.place(...query.point);
      this.asked.style.transform = pane.mosaic || Number.isNaN(x) ? "scale(0)" : pinned(x, y);
    }
    for (const [row, image] of this.shown) {
      this.put(image, pane.at(row));
      image.classList.toggle("rest", Boolean(pane.chosen && !pane.chosen[row]));
    }
  }

  /**
   * The work whose picture is at a place, -1 where there is none.
   * @param {number} x
   * @param {number} y
   * @param {Pane} pane
   */
  hit(x, y, pane) {
    for (const [row, image] of this.shown) {
      const [px, py] = pane.at(row);
      const [w, h] = [image.offsetWidth / 2, image.offsetHeight / 2];
      if (Math.abs(x - px) <= w && Math.abs(y - py) <= h) return row;
    }
    return -1;
  }
}
