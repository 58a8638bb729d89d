// The map by keyboard: from work to work, nearer and further, and a choice between two works.
/** @import { Place } from "../types.js" */
/** @import { Pane } from "./pane.js" */

/** @type {Record<string, Place>} */
const WAYS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
const SHIFTED = 80; // pixels that shift and an arrow move the map
const ROOM = 3; // pixels around the two works that a box is drawn between

export const KEYS_HELP =
  "Arrow keys go from work to work. Enter opens the work, M looks for more like it. " +
  "Plus and minus zoom, 0 shows the whole map, Shift with an arrow key moves it. " +
  "B at one work and again at another chooses all works in the box between them. " +
  "Escape takes the choice back.";

/**
 * The corners of a box around two works, whichever lies where.
 * @param {Place} first
 * @param {Place} second
 * @returns {Place[]}
 */
export const around = ([ax, ay], [bx, by]) => [
  [Math.min(ax, bx) - ROOM, Math.min(ay, by) - ROOM],
  [Math.max(ax, bx) + ROOM, Math.max(ay, by) + ROOM],
];

/**
 * @param {HTMLElement} surface
 * @param {Pane} pane
 */
export const keysOf = (surface, pane) => {
  let corner = -1;

  /** @param {Place} way */
  const walk = ([right, up]) => {
    const from = pane.pointed;
    const begun = pane.resumed ?? pane.middle();
    const next = from < 0 ? begun : pane.plane.toward(from, right, up, pane.counting);
    if (next < 0) {
      pane.say("No further work in this direction.");
      return;
    }
    pane.point(next, true);
    pane.reveal(next);
  };

  const box = () => {
    if (pane.pointed < 0) return;
    if (corner < 0) {
      corner = pane.pointed;
      pane.say("First corner. Go to another work and press B again.");
      return;
    }
    const [first, second] = [pane.at(corner), pane.at(pane.pointed)];
    corner = -1;
    pane.select("box", around(first, second));
  };

  /** @type {Record<string, () => void>} */
  const acts = {
    Enter: () => pane.open(pane.pointed),
    m: () => pane.similar(pane.pointed),
    b: box,
    "+": () => pane.zoom(1.5),
    "=": () => pane.zoom(1.5),
    "-": () => pane.zoom(1 / 1.5),
    0: () => pane.showWhole(),
    Escape: () => {
      corner = -1;
      pane.point(-1);
      pane.clear();
    },
  };

  surface.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = WAYS[event.key];
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!way && !act) return;
    event.preventDefault();
    if (way && event.shiftKey) pane.pan(-way[0] * SHIFTED, way[1] * SHIFTED);
    else if (way) walk(way);
    else act();
  });
  surface.addEventListener("blur", () => pane.point(-1));
};
