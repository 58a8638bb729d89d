// Pointer, wheel and touch on a map: move, zoom, point, open, and draw a box or a lasso.
/** @import { Place } from "../types.js" */
/** @import { Pane } from "./pane.js" */
import { boxOf } from "./shape.js";

const CLICK = 5; // pixels that a click may move
const STEP = 4; // pixels between two corners of a lasso

/**
 * @typedef {object} Drag
 * @property {string} tool
 * @property {Place} from
 * @property {Place} at
 * @property {Place[]} path
 * @property {boolean} moved
 *
 * @typedef {{ x: number, y: number, apart: number }} Spread two fingers: middle and distance
 */

/**
 * A drag, further by a movement: small ones are still a click.
 * @param {Drag} drag
 * @param {Place} at
 * @returns {Drag}
 */
export const dragged = (drag, at) => {
  const moved = drag.moved || Math.hypot(at[0] - drag.from[0], at[1] - drag.from[1]) > CLICK;
  const last = drag.path[drag.path.length - 1];
  const far = moved && Math.hypot(at[0] - last[0], at[1] - last[1]) >= STEP;
  return { ...drag, moved, at: moved ? at : drag.at, path: far ? [...drag.path, at] : drag.path };
};

/**
 * The outline that is being drawn.
 * @param {Drag} drag
 */
export const outlineOf = ({ tool, from, at, path }) =>
  tool === "lasso" ? path : boxOf(from, at);

/**
 * @param {Place} a
 * @param {Place} b
 * @returns {Spread}
 */
export const spreadOf = ([ax, ay], [bx, by]) => ({
  x: (ax + bx) / 2,
  y: (ay + by) / 2,
  apart: Math.hypot(ax - bx, ay - by),
});

/**
 * How much nearer a turn of the wheel leads.
 * @param {Pick<WheelEvent, "deltaY" | "deltaMode">} event
 */
export const zoomOf = ({ deltaY, deltaMode }) => {
  const lines = deltaMode === 1 ? 16 : 1;
  return Math.exp((-deltaY * lines) / 400);
};

/**
 * @param {HTMLElement} surface
 * @param {Pane} pane
 */
export const gesturesOf = (surface, pane) => {
  /** @type {Map<number, Place>} */
  const down = new Map();
  /** @type {Drag | undefined} */
  let drag;
  /** @type {Spread | undefined} */
  let spread;

  /**
   * @param {MouseEvent} event
   * @returns {Place}
   */
  const placeOf = (event) => {
    const box = surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  const pinch = () => {
    const [a, b] = down.values();
    const now = spreadOf(a, b);
    if (spread) {
      pane.pan(now.x - spread.x, now.y - spread.y);
      pane.zoom(now.apart / (spread.apart || 1), now.x, now.y);
    }
    spread = now;
  };

  /** @param {PointerEvent} event */
  const ended = (event) => {
    down.delete(event.pointerId);
    spread = undefined;
    surface.classList.remove("dragged");
    const done = drag;
    drag = undefined;
    if (!done || down.size) return;
    if (!done.moved && event.type === "pointerup") pane.clicked(...done.from);
    else if (done.tool === "pan") pane.rest();
    else if (done.moved && done.tool !== "turn") {
      const corners = done.tool === "box" ? [done.from, done.at] : done.path;
      pane.draw();
      if (event.type === "pointerup") pane.select(done.tool, corners);
    }
  };

  surface.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const chosen = event.shiftKey ? "box" : pane.tool;
    const tool = pane.solid && chosen === "pan" ? "turn" : chosen; // which plotly does itself
    if (tool !== "turn") {
      if (pane.solid) event.preventDefault();
      surface.setPointerCapture(event.pointerId);
    }
    const from = placeOf(event);
    down.set(event.pointerId, from);
    drag = down.size === 1 ? { tool, from, at: from, path: [from], moved: false } : undefined;
  });

  surface.addEventListener("pointermove", (event) => {
    const at = placeOf(event);
    if (!down.has(event.pointerId)) {
      pane.hover(...at);
      return;
    }
    down.set(event.pointerId, at);
    if (down.size === 2) {
      if (!pane.solid) pinch();
      return;
    }
    if (!drag) return;
    const [x, y] = drag.at;
    drag = dragged(drag, at);
    if (!drag.moved) return;
    surface.classList.add("dragged");
    pane.point(-1);
    if (drag.tool === "pan") pane.pan(at[0] - x, at[1] - y);
    if (drag.tool === "box" || drag.tool === "lasso") pane.sketch(outlineOf(drag));
  });

  surface.addEventListener("pointerup", ended);
  surface.addEventListener("pointercancel", ended);
  surface.addEventListener("pointerleave", () => pane.point(-1));
  surface.addEventListener("dblclick", (event) => {
    const at = placeOf(event);
    if (!pane.solid && pane.rowAt(...at) < 0 && pane.tool === "pan") pane.zoom(2, ...at);
  });

  // Where nothing is left to zoom out of, the wheel scrolls the page as ever.
  surface.addEventListener(
    "wheel",
    (event) => {
      const turning = pane.solid && pane.tool === "pan"; // plotly's layer zooms itself
      if (turning || (!pane.solid && event.deltaY > 0 && pane.isWhole())) return;
      event.preventDefault();
      pane.zoom(zoomOf(event), ...placeOf(event));
    },
    { passive: false },
  );
};
