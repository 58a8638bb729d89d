// The part of a map in sight: its middle, and how many pixels one unit of the map takes.
/** @import { Box, Mask, Place, View } from "../types.js" */
/** @import { SolidLayer } from "./solid.js" */
import { Space } from "./space.js";

const MARGIN = 1.08; // room around the whole
const FURTHEST = 400; // times nearer than the whole
const EDGE = 40; // pixels between a work that was gone to and the edge
/** @type {View} */
const NOWHERE = { x: 0, y: 0, k: 1 };

export class Sight {
  width = 0;
  height = 0;
  /** @type {View} */
  view = NOWHERE;
  space = new Space([], 2);
  /** @type {Mask | undefined} */
  counting = undefined;
  /** @type {SolidLayer | undefined} */
  turned = undefined; // draws a map in space

  /** Whether something is in sight yet. */
  get ready() {
    return this.view !== NOWHERE;
  }

  get solid() {
    return Boolean(this.turned);
  }

  leave() {
    this.view = NOWHERE;
  }

  /**
   * @param {View} view
   */
  look(view) {
    this.view = view;
  }

  /**
   * Where a point of the map lies in the window, in pixels.
   * @param {number} x
   * @param {number} y
   * @param {number} [z]
   * @returns {Place}
   */
  place(x, y, z = 0) {
    const { view } = this;
    if (this.turned) return this.turned.place(x, y, z);
    return [(x - view.x) * view.k + this.width / 2, this.height / 2 - (y - view.y) * view.k];
  }

  /** @param {number} row */
  at(row) {
    return this.place(this.space.x(row), this.space.y(row), this.space.z(row));
  }

  /**
   * @param {number} px
   * @param {number} py
   * @returns {Place}
   */
  unplace(px, py) {
    const { view } = this;
    return [view.x + (px - this.width / 2) / view.k, view.y - (py - this.height / 2) / view.k];
  }

  /**
   * What is seen of the map.
   * @returns {Box}
   */
  sight() {
    const [x0, y1] = this.unplace(0, 0);
    const [x1, y0] = this.unplace(this.width, this.height);
    return [x0, x1, y0, y1];
  }

  /**
   * The view that shows as much.
   * @param {Box} sight
   * @returns {View}
   */
  seeing([x0, x1, y0, y1]) {
    const k = Math.min(this.width / (x1 - x0 || 1), this.height / (y1 - y0 || 1));
    return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, k };
  }

  whole() {
    const view = this.seeing(this.space.box);
    return { ...view, k: view.k / MARGIN };
  }

  isWhole() {
    return !this.ready || this.view.k <= this.whole().k * 1.001;
  }

  /**
   * @param {number} dx in pixels, as what is seen moves
   * @param {number} dy
   */
  pan(dx, dy) {
    if (this.solid) return;
    const { x, y, k } = this.view;
    this.look({ x: x - dx / k, y: y + dy / k, k });
  }

  /**
   * Nearer by a factor, a place of the window staying where it is; never further than the whole.
   * @param {number} factor
   * @param {number} [px]
   * @param {number} [py]
   */
  zoom(factor, px = this.width / 2, py = this.height / 2) {
    if (this.turned) {
      this.turned.zoom(factor);
      return;
    }
    const whole = this.whole();
    const k = Math.min(Math.max(this.view.k * factor, whole.k), whole.k * FURTHEST);
    if (k === whole.k && factor < 1) {
      this.showWhole();
      return;
    }
    const [x, y] = this.unplace(px, py);
    this.look({ k, x: x - (px - this.width / 2) / k, y: y + (py - this.height / 2) / k });
  }

  showWhole() {
    if (this.turned) this.turned.zoom(0);
    else this.look(this.whole());
  }

  /**
   * Moves as little as it takes for a work to be seen.
   * @param {number} row
   */
  reveal(row) {
    if (this.solid) return;
    const [px, py] = this.at(row);
    /**
     * @param {number} at
     * @param {number} most
     */
    const over = (at, most) => Math.min(at - EDGE, 0) + Math.max(at + EDGE - most, 0);
    const [dx, dy] = [over(px, this.width), over(py, this.height)];
    if (dx || dy) this.pan(-dx, -dy);
  }

  /** What the eye sees as flat: the map itself, or how a map in space lies in the window. */
  get plane() {
    return this.turned ? this.turned.plane() : this.space;
  }

  /**
   * @param {number} px
   * @param {number} py
   * @returns {Place}
   */
  onPlane(px, py) {
    return this.solid ? [px, -py] : this.unplace(px, py);
  }

  /**
   * The work nearest to a place of the window, no further than so many pixels.
   * @param {number} px
   * @param {number} py
   * @param {number} pixels
   */
  nearest(px, py, pixels) {
    const reach = this.solid ? pixels : pixels / this.view.k;
    return this.plane.near(...this.onPlane(px, py), reach, this.counting);
  }

  /** The work nearest to the middle of what is seen. */
  middle() {
    return this.nearest(this.width / 2, this.height / 2, Infinity);
  }
}
