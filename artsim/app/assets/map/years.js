/** @import { Mask } from "../types.js" */
/** @import { Maps } from "./maps.js" */
import { button, counted, element } from "../dom.js";

const BEAT = 1100; // milliseconds of one decade
const NEVER = -32768; // where no year is known

/**
 * The first year of each decade.
 * @param {number} first
 * @param {number} last
 */
export const decadesOf = (first, last) => {
  const decades = [];
  for (let year = Math.floor(first / 10) * 10; year <= last; year += 10) decades.push(year);
  return decades;
};

/**
 * Which works are of a decade.
 * @param {ArrayLike<number>} years
 * @param {number} from
 * @returns {Mask}
 */
export const decadeMask = (years, from) =>
  Uint8Array.from(years, (year) => (year !== NEVER && year >= from && year < from + 10 ? 1 : 0));

/** Decade by decade: the works of one stand out, by hand or as an animation. */
export class Years {
  at = -1; // place of the decade, -1 for all years
  /** @type {number[]} */
  decades = [];
  /** @type {number | undefined} */
  first = undefined;
  /** @type {number | undefined} */
  last = undefined;
  /** @type {number | undefined} */
  timer = undefined;

  /** @param {Maps} maps */
  constructor(maps) {
    this.maps = maps;
    this.node = element("div", "years");
    this.node.setAttribute("role", "group");
    this.node.setAttribute("aria-label", "Works by decade");
    this.play = this.button("play", () => (this.timer ? this.stop() : this.start()));
    this.before = this.button("before", () => this.step(-1), "‹", "Decade before");
    this.slider = element("input");
    this.slider.type = "range";
    this.slider.setAttribute("aria-label", "Decade");
    this.slider.oninput = () => {
      this.stop();
      this.go(Number(this.slider.value));
    };
    this.after = this.button("after", () => this.step(1), "›", "Decade after");
    this.output = element("output", "decade");
    this.keep = this.button("keep", () => this.send(), "Show only these");
    this.node.append(this.play, this.before, this.slider, this.after, this.output, this.keep);
  }

  /**
   * @param {string} name
   * @param {() => void} act
   * @param {string} [text]
   * @param {string} [label]
   */
  button(name, act, text = "", label = "") {
    const made = button(name, text);
    if (label) made.setAttribute("aria-label", label);
    made.onclick = act;
    return made;
  }

  /** @param {number[]} years first and last of the collection, nothing where none is known */
  update([first, last]) {
    this.node.hidden = first === undefined;
    if (this.node.hidden || (this.first === first && this.last === last)) return;
    [this.first, this.last] = [first, last];
    this.decades = decadesOf(first, last);
    this.slider.min = "-1";
    this.slider.max = String(this.decades.length - 1);
    this.go(-1);
  }

  /**
   * The works of the decade, nothing where all are shown.
   * @param {Int16Array | undefined} years
   */
  mask(years) {
    return this.at < 0 || !years ? undefined : decadeMask(years, this.decades[this.at]);
  }

  /** @param {number} at */
  go(at) {
    this.at = Math.min(Math.max(at, -1), this.decades.length - 1);
    const text = this.at < 0 ? "All years" : `${this.decades[this.at]}s`;
    this.slider.value = String(this.at);
    this.slider.setAttribute("aria-valuetext", text);
    this.before.disabled = this.at < 0;
    this.after.disabled = this.at === this.decades.length - 1;
    this.keep.hidden = this.at < 0;
    this.output.textContent = text;
    this.label();
    this.maps.dated();
    const works = counted(this.maps.counted(), "work");
    if (this.at >= 0) this.output.textContent = `${text}: ${works}`;
  }

  /** @param {number} by */
  step(by) {
    this.stop();
    this.go(this.at + by);
  }

  start() {
    if (this.at === this.decades.length - 1) this.at = -1;
    this.timer = setInterval(() => {
      if (!this.node.isConnected || this.at >= this.decades.length - 1) this.stop();
      else this.go(this.at + 1);
    }, BEAT);
    this.go(this.at + 1);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.label();
  }

  /** Who wants no motion steps through the decades by hand. */
  label() {
    this.play.hidden = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.play.textContent = this.timer ? "❚❚" : "►";
    this.play.setAttribute("aria-label", this.timer ? "Pause" : "Play decade by decade");
  }

  send() {
    const from = this.decades[this.at];
    this.stop();
    this.go(-1);
    this.maps.send("years", [from, from + 9]);
  }
}
