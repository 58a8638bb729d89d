// The whole collection on a grid: one picture of all from afar, the works' own ones from near.
/** @import { Box, Scene } from "../types.js" */
/** @import { Pane } from "./pane.js" */
import { element } from "../dom.js";
import { Space } from "./space.js";

const OVERVIEW = 4096; // pixels of the longer side of the picture of all
const TILE = [4, 48]; // pixels of one work in it, at least and at most
const OWN = 36; // pixels from which a work is shown by its own picture
const MOST_TILES = 900;
const MOST_IMAGES = 2500;

/**
 * A grid as points: works a unit apart, the first row on top.
 * @param {Int32Array} cells column and row of each work
 */
export const gridSpace = (cells) => {
  const points = Float32Array.from(cells, (v, i) => (i % 2 ? -v - 0.5 : v + 0.5));
  return new Space(points, 2);
};

/**
 * Columns and rows of a grid, and how many pixels a work takes in the picture of all.
 * @param {Box} box of the grid as points
 */
export const gridOf = ([, right, bottom]) => {
  const [columns, rows] = [Math.round(right + 0.5), Math.round(0.5 - bottom)];
  const side = Math.floor(OVERVIEW / Math.max(columns, rows));
  return { columns, rows, side: Math.min(Math.max(side, TILE[0]), TILE[1]) };
};

/**
 * The size in which a picture fits into a cell, a pixel of room around it.
 * @param {number} side
 * @param {number} width
 * @param {number} height
 * @returns {[number, number]}
 */
export const fitted = (side, width, height) => {
  const scale = (side - 2) / Math.max(width, height);
  return [width * scale, height * scale];
};

export class MosaicLayer {
  saying = "";
  /** @type {Map<number, HTMLImageElement>} */
  images = new Map();
  /** @type {HTMLImageElement | undefined} */
  whole = undefined;
  /** @type {number | undefined} */
  timer = undefined;
  /** @type {number | undefined} */
  frame = undefined;

  /**
   * @param {HTMLElement} box
   * @param {Pane} pane
   */
  constructor(box, pane) {
    this.node = element("canvas", "layer");
    this.node.setAttribute("aria-hidden", "true");
    box.prepend(this.node);
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.node.getContext("2d"));
    this.pane = pane;
    this.grid = gridOf(pane.space.box);
    this.overview();
  }

  overview() {
    const { told } = this.pane;
    const image = element("img");
    this.note("Laying out the pictures");
    image.onload = () => {
      this.whole = image;
      this.note("");
      this.pane.draw();
    };
    image.onerror = () => this.note("The pictures could not be laid out: try again later.");
    image.src = `${told.picture}&side=${this.grid.side}`;
  }

  /** @param {string} text */
  note(text) {
    this.saying = text;
    this.pane.said(text);
  }

  /** @param {Scene} scene */
  show({ view, width, height, background }) {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.node.width !== w || this.node.height !== h) {
      this.node.width = w;
      this.node.height = h;
    }
    const { pen, pane } = this;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = background;
    pen.fillRect(0, 0, width, height);
    const [left, top] = pane.place(0, 0);
    if (this.whole) {
      const { columns, rows } = this.grid;
      pen.drawImage(this.whole, left, top, columns * view.k, rows * view.k);
    } else this.cells();
    if (view.k >= OWN) this.tiles(background);
    this.veil(background);
  }

  /** The colours of the works, until their pictures are there. */
  cells() {
    const { pen, pane } = this;
    const side = pane.view.k;
    for (const part of pane.parts) {
      pen.fillStyle = part.colour;
      pen.globalAlpha = 0.45;
      for (let i = 0; i < part.x.length; i += 1) {
        const [x, y] = pane.place(part.x[i], part.y[i]);
        pen.fillRect(x - side * 0.46, y - side * 0.46, side * 0.92, side * 0.92);
      }
    }
    pen.globalAlpha = 1;
  }

  inSight() {
    /** @type {number[]} */
    const rows = [];
    const [x0, x1, y0, y1] = this.pane.sight();
    this.pane.space.within([x0 - 0.5, x1 + 0.5, y0 - 0.5, y1 + 0.5], (row) => rows.push(row));
    return rows;
  }

  /** @param {string} background */
  tiles(background) {
    const { pen, pane } = this;
    const rows = this.inSight();
    if (rows.length > MOST_TILES) return;
    const side = pane.view.k;
    /** @type {number[]} */
    const missing = [];
    for (const row of rows) {
      const image = this.images.get(row);
      if (!image) missing.push(row);
      if (!image?.naturalWidth) continue;
      const [x, y] = pane.at(row);
      const [w, h] = fitted(side, image.naturalWidth, image.naturalHeight);
      pen.fillStyle = background;
      pen.fillRect(x - side / 2, y - side / 2, side, side);
      pen.drawImage(image, x - w / 2, y - h / 2, w, h);
    }
    clearTimeout(this.timer);
    if (missing.length) this.timer = setTimeout(() => this.load(missing), 120);
  }

  /** @param {number[]} rows */
  async load(rows) {
    await this.pane.works.load(rows).catch(() => {});
    if (this.images.size > MOST_IMAGES) this.images.clear();
    for (const row of rows) {
      const work = this.pane.works.get(row);
      if (!work?.thumb || this.images.has(row)) continue;
      const image = element("img");
      image.onload = () => this.soon();
      image.src = work.thumb;
      this.images.set(row, image);
    }
  }

  soon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      if (this.node.isConnected) this.pane.draw();
    });
  }

  /**
   * Fades the works that are left out or not chosen.
   * @param {string} background
   */
  veil(background) {
    const { pen, pane } = this;
    const { counting, chosen } = pane;
    if (!counting && !chosen) return;
    pen.fillStyle = background;
    pen.globalAlpha = 0.8;
    const side = pane.view.k;
    for (const row of this.inSight()) {
      if ((!counting || counting[row]) && (!chosen || chosen[row])) continue;
      const [x, y] = pane.at(row);
      pen.fillRect(x - side / 2, y - side / 2, side + 0.5, side + 0.5);
    }
    pen.globalAlpha = 1;
  }

  free() {
    clearTimeout(this.timer);
    this.node.remove();
  }
}
