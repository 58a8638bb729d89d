// What a work is coloured by: a code of its value, with a colour and a form.
/** @import { ColoursTold, Palette } from "../types.js" */
import { numbersOf } from "./base64.js";

export const OTHER = 254;
export const UNKNOWN = 255;
const STEPS = 24; // colours of a sequence

/** @param {string} hex */
export const rgbOf = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

/** @param {number[]} rgb */
const hexOf = (rgb) => `#${rgb.map((v) => Math.round(v).toString(16).padStart(2, "0")).join("")}`;

/**
 * The colour at a part from 0 to 1 of the way along some.
 * @param {string[]} stops
 * @param {number} part
 */
export const between = (stops, part) => {
  const at = Math.min(Math.max(part, 0), 1) * (stops.length - 1);
  const low = Math.min(Math.floor(at), stops.length - 2);
  const [from, to] = [rgbOf(stops[low]), rgbOf(stops[low + 1])];
  return hexOf(from.map((v, i) => v + (to[i] - v) * (at - low)));
};

/** The colouring as the server tells it, as one code a work with a colour and a form each. */
export class Colouring {
  /** @type {Uint8Array | undefined} */
  steps = undefined;

  /**
   * @param {ColoursTold} told
   * @param {number} count
   * @param {string[]} symbols
   */
  constructor(told, count, symbols) {
    this.kind = told.kind;
    this.names = told.names.map((name) => name.replaceAll("_", " "));
    this.symbols = symbols;
    this.codes = told.codes ? numbersOf(told.codes, Uint8Array) : new Uint8Array(count);
    if (told.kind === "none") this.codes = new Uint8Array(count);
    if (told.kind === "sequence" && told.values) {
      this.step(numbersOf(told.values, Float32Array), told.low ?? 0, told.high ?? 0);
    }
  }

  /**
   * @param {Float32Array} numbers
   * @param {number} low
   * @param {number} high
   */
  step(numbers, low, high) {
    const width = high - low || 1;
    const steps = new Uint8Array(numbers.length);
    numbers.forEach((value, row) => {
      const at = Math.floor(((value - low) / width) * STEPS);
      steps[row] = Number.isNaN(value) ? UNKNOWN : Math.min(Math.max(at, 0), STEPS - 1);
    });
    this.steps = steps;
  }

  /** What tells the drawn parts apart; the legend goes by ``codes``. */
  get shades() {
    return this.steps ?? this.codes;
  }

  /**
   * @param {number} shade
   * @param {Palette} palette
   */
  colour(shade, palette) {
    if (shade === UNKNOWN) return palette.unknown;
    if (this.steps) return between(palette.sequence, shade / (STEPS - 1));
    if (shade === OTHER) return palette.other;
    return palette.named[shade % palette.named.length];
  }

  /** @param {number} shade */
  symbol(shade) {
    const plain = this.steps || this.kind === "none" || shade >= OTHER;
    return plain ? "circle" : this.symbols[shade % this.symbols.length];
  }

  /** @param {number} shade */
  name(shade) {
    if (this.steps || this.kind === "none") return "";
    return shade === UNKNOWN ? "Not known" : shade === OTHER ? "Other" : this.names[shade];
  }
}
