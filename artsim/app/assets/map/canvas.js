// Flat maps without a graphics card: points are stamped into pixels, some 20 ms at 100,000.
/** @import { Part, Scene } from "../types.js" */
import { element } from "../dom.js";
import { rgbOf } from "./colouring.js";
import { FORMS } from "./forms.js";

export const PAD = 24; // pixels beyond the edge, so that stamps need no clipping
const FAINTEST = 12; // of 255: pixels that a form covers less are left out

/**
 * The pixels of a form: where they lie from its centre, and how much of each it covers.
 * @typedef {{ offsets: Int32Array, covers: Uint8Array }} Stamp
 */

/**
 * @param {ArrayLike<number>} rgba a form drawn in the middle of a square
 * @param {number} side of the square, in pixels
 * @param {number} stride pixels in a line of the picture that will be stamped into
 * @returns {Stamp}
 */
export const stampIn = (rgba, side, stride) => {
  const half = (side - 1) / 2;
  const offsets = [];
  const covers = [];
  for (let i = 0; i < side * side; i += 1) {
    const cover = rgba[i * 4 + 3];
    if (cover < FAINTEST) continue;
    offsets.push((Math.floor(i / side) - half) * stride + (i % side) - half);
    covers.push(cover);
  }
  return { offsets: Int32Array.from(offsets), covers: Uint8Array.from(covers) };
};

/**
 * Pixels beyond the centre that a form of this radius may cover.
 * @param {number} radius
 */
const reachOf = (radius) => Math.ceil(radius * 1.4) + 1;

/** @type {Map<string, Stamp>} */
const stamps = new Map();

/**
 * @param {string} symbol
 * @param {number} radius
 * @param {number} stride
 */
const stampOf = (symbol, radius, stride) => {
  const key = `${symbol} ${radius.toFixed(2)} ${stride}`;
  const known = stamps.get(key);
  if (known) return known;
  const half = reachOf(radius);
  const side = 2 * half + 1;
  const pen = penOf(new OffscreenCanvas(side, side));
  pen.translate(half + 0.5, half + 0.5);
  pen.scale(radius, radius);
  pen.fill(new Path2D(FORMS[symbol] ?? FORMS.circle));
  const stamp = stampIn(pen.getImageData(0, 0, side, side).data, side, stride);
  if (stamps.size > 200) stamps.clear();
  stamps.set(key, stamp);
  return stamp;
};

/** @param {OffscreenCanvas} canvas */
const penOf = (canvas) =>
  /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));

/**
 * @typedef {object} Sheet pixels, PAD more on each side than are shown
 * @property {Uint8ClampedArray} data
 * @property {number} width
 * @property {number} height
 *
 * @typedef {object} Where what is seen, in pixels of the sheet without its PAD
 * @property {number} k
 * @property {number} left of the map's origin
 * @property {number} top
 * @property {number} radius
 * @property {number} fade
 */

/**
 * Mixes the colour of a part into a sheet wherever a work of it lies.
 * @param {Sheet} sheet
 * @param {Stamp} stamp
 * @param {Pick<Part, "x" | "y" | "colour" | "opacity">} part
 * @param {Where} where
 */
export const stampOnto = ({ data, width, height }, { offsets, covers }, part, where) => {
  const { k, left, top, radius, fade } = where;
  const [r, g, b] = rgbOf(part.colour);
  const alphas = covers.map((cover) => cover * part.opacity * fade);
  const { x, y } = part;
  const edge = reachOf(radius);
  for (let i = 0; i < x.length; i += 1) {
    const px = Math.round(x[i] * k + left) + PAD;
    const py = Math.round(top - y[i] * k) + PAD;
    if (!(px >= edge && px < width - edge && py >= edge && py < height - edge)) continue;
    const middle = py * width + px;
    for (let j = 0; j < offsets.length; j += 1) {
      const at = (middle + offsets[j]) * 4;
      const alpha = alphas[j];
      data[at] += ((r - data[at]) * alpha) >> 8;
      data[at + 1] += ((g - data[at + 1]) * alpha) >> 8;
      data[at + 2] += ((b - data[at + 2]) * alpha) >> 8;
    }
  }
};

export class CanvasLayer {
  /** @param {HTMLElement} box */
  constructor(box) {
    this.node = element("canvas", "layer");
    this.node.setAttribute("aria-hidden", "true");
    box.prepend(this.node);
    this.pen = /** @type {CanvasRenderingContext2D} */ (
      this.node.getContext("2d", { alpha: false })
    );
    /** @type {ImageData | undefined} */
    this.image = undefined;
  }

  /** @param {Scene} scene */
  show({ parts, view, width, height, size, fade, background }) {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    const sheet = this.sheet(w, h);
    const [r, g, b] = rgbOf(background);
    new Uint32Array(sheet.data.buffer).fill((255 << 24) | (b << 16) | (g << 8) | r);
    const k = view.k * ratio;
    for (const part of parts) {
      const radius = Math.min((size * part.scale * ratio) / 2, PAD / 1.5);
      const where = { k, fade, radius, left: w / 2 - view.x * k, top: h / 2 + view.y * k };
      stampOnto(sheet, stampOf(part.symbol, radius, sheet.width), part, where);
    }
    this.pen.putImageData(sheet, -PAD, -PAD);
  }

  /**
   * @param {number} w
   * @param {number} h
   */
  sheet(w, h) {
    if (this.image && this.node.width === w && this.node.height === h) return this.image;
    this.node.width = w;
    this.node.height = h;
    this.image = this.pen.createImageData(w + 2 * PAD, h + 2 * PAD);
    return this.image;
  }

  free() {
    this.node.remove();
  }
}
