import assert from "node:assert/strict";
import test from "node:test";

import { PAD, stampIn, stampOnto } from "../../artsim/app/assets/map/canvas.js";

const SIDE = 3;
const WIDTH = 10 + 2 * PAD;
// A form that covers its middle wholly, one neighbour by half and another too little to count.
const rgba = new Uint8ClampedArray(SIDE * SIDE * 4);
rgba[(1 * SIDE + 1) * 4 + 3] = 255;
rgba[(1 * SIDE + 2) * 4 + 3] = 128;
rgba[(0 * SIDE + 1) * 4 + 3] = 11;
const stamp = stampIn(rgba, SIDE, WIDTH);

const stamped = (x, y, opacity = 1, where = {}) => {
  const data = new Uint8ClampedArray(WIDTH * WIDTH * 4);
  const part = { x: [x], y: [y], colour: "#ff8000", opacity };
  const seen = { k: 1, left: 0, top: 9, radius: 1, fade: 1, ...where };
  stampOnto({ data, width: WIDTH, height: WIDTH }, stamp, part, seen);
  return (px, py) => [...data.subarray(((py + PAD) * WIDTH + px + PAD) * 4).subarray(0, 3)];
};

test("a stamp holds where a form covers pixels, and how much", () => {
  assert.deepEqual([...stamp.offsets], [0, 1]);
  assert.deepEqual([...stamp.covers], [255, 128]);
});

test("a work is drawn where it lies, up being up", () => {
  const pixel = stamped(2, 3);
  assert.deepEqual(pixel(2, 6), [254, 127, 0]);
  assert.deepEqual(pixel(3, 6), [127, 64, 0]);
  assert.deepEqual(pixel(2, 3), [0, 0, 0]);
});

test("what is zoomed and moved is drawn where it is seen", () => {
  assert.deepEqual(stamped(2, 3, 1, { k: 2, left: 1, top: 8 })(5, 2), [254, 127, 0]);
});

test("faint works show what is below them", () => {
  assert.deepEqual(stamped(2, 3, 0.5)(2, 6), [126, 63, 0]);
  assert.deepEqual(stamped(2, 3, 1, { fade: 0.5 })(2, 6), [126, 63, 0]);
});

test("works beyond the window, or nowhere, draw nothing and break nothing", () => {
  for (const at of [-1e6, 1e6, NaN]) {
    assert.deepEqual(stamped(at, 3)(2, 6), [0, 0, 0]);
    assert.deepEqual(stamped(2, at)(2, 6), [0, 0, 0]);
  }
});
