import assert from "node:assert/strict";
import test from "node:test";

import { fitted, gridOf, gridSpace } from "../../artsim/app/assets/map/mosaic.js";

test("cells are a unit apart, the first row on top", () => {
  const space = gridSpace(Int32Array.from([0, 0, 1, 0, 0, 1]));
  assert.deepEqual([...space.points], [0.5, -0.5, 1.5, -0.5, 0.5, -1.5]);
});

test("a grid has as many columns and rows as its cells say", () => {
  const cells = Array.from({ length: 12 }, (_, i) => [i % 4, Math.floor(i / 4)]);
  const { columns, rows, side } = gridOf(gridSpace(Int32Array.from(cells.flat())).box);
  assert.deepEqual([columns, rows, side], [4, 3, 48]);
});

test("a work takes fewer pixels in a larger collection, and never less than four", () => {
  assert.equal(gridOf([0.5, 99.5, -49.5, -0.5]).side, 40);
  assert.equal(gridOf([0.5, 1999.5, -1999.5, -0.5]).side, 4);
});

test("a picture keeps its proportions within its cell", () => {
  assert.deepEqual(fitted(42, 200, 100), [40, 20]);
  assert.deepEqual(fitted(42, 100, 200), [20, 40]);
});
