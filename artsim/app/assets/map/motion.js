/** @import { Layer, Part, Scene, View } from "../types.js" */
import { Sight } from "./sight.js";

const PAUSE = 160; // milliseconds after which a movement has ended
const SLOW = 90; // milliseconds of a drawing from which on a movement shifts the last one
const SIZES = [2.5, 3.5, 4.5, 6, 7.5, 9];

/**
 * The size at which so many points fill a window without covering each other too much.
 * @param {number} count
 * @param {number} width
 * @param {number} height
 */
export const sizeFor = (count, width, height) => {
  const wanted = 0.55 * Math.sqrt((width * height) / Math.max(count, 1));
  return SIZES.findLast((size) => size <= wanted) ?? SIZES[0];
};

/** How a map is drawn while it moves, and where a movement has ended. */
export class Motion extends Sight {
  mosaic = false;
  /** @type {Layer | undefined} */
  layer = undefined;
  /** @type {Part[]} */
  parts = [];
  size = SIZES[0];
  inSight = 1; // works where the last movement has ended
  cost = 0; // milliseconds of the last drawing
  /** @type {View | undefined} */
  drawn = undefined;
  /** @type {number | undefined} */
  frame = undefined;
  /** @type {number | undefined} */
  timer = undefined;

  get background() {
    return "#ffffff";
  }

  /** Called when what lies over the points has to go along. */
  follow() {}

  /** Called when a person has moved this map. */
  moved() {}

  /** Called when such a movement has ended. */
  rested() {}

  /** Where a movement has ended: drawn sharp, with points of fitting size. */
  settled() {
    if (!this.ready || !this.parts.length) return;
    let count = 0;
    this.space.within(this.sight(), () => (count += 1));
    this.inSight = count;
    this.size = sizeFor(count, this.width, this.height);
    this.draw();
  }

  draw() {
    if (!this.ready || !this.parts.length || !this.layer) return;
    this.layer.node.style.transform = "";
    this.drawn = this.view;
    const began = performance.now();
    this.layer.show(this.scene());
    const then = () => (this.cost = performance.now() - began);
    requestAnimationFrame(() => requestAnimationFrame(then));
    this.follow();
  }

  /**
   * The scene to draw. Where many small points overlap, darker means more.
   * @returns {Scene}
   */
  scene() {
    const { parts, view, width, height, size } = this;
    const fade = size < 4 ? 0.6 : 1;
    return { parts, view, width, height, size, fade, background: this.background };
  }

  /**
   * @param {View} view
   * @param {boolean} [led] by the other map
   */
  look(view, led = false) {
    this.view = view;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.moving();
    });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.rest(led), PAUSE);
    if (!led) this.moved();
  }

  /** On a slow machine a movement shifts and scales the last drawing; its end draws again. */
  moving() {
    const { view, drawn, layer } = this;
    if (this.cost < SLOW || this.mosaic || !drawn || !layer) {
      this.draw();
      return;
    }
    const shift = [(drawn.x - view.x) * view.k, (view.y - drawn.y) * view.k];
    const [dx, dy] = shift.map((v) => `${v.toFixed(1)}px`);
    layer.node.style.transform = `translate(${dx}, ${dy}) scale(${view.k / drawn.k})`;
    this.follow();
  }

  /** @param {boolean} [led] by the other map */
  rest(led = false) {
    clearTimeout(this.timer);
    this.settled();
    if (!led) this.rested();
  }
}
