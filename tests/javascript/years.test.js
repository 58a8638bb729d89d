import assert from "node:assert/strict";
import test from "node:test";

import { decadeMask, decadesOf } from "../../artsim/app/assets/map/years.js";

test("decades begin with a round year and hold the last work", () => {
  assert.deepEqual(decadesOf(1504, 1530), [1500, 1510, 1520, 1530]);
  assert.deepEqual(decadesOf(1504, 1509), [1500]);
  assert.deepEqual(decadesOf(-5, 3), [-10, 0]);
});

test("a work is of the decade from its first year to its last", () => {
  const years = Int16Array.from([1509, 1510, 1519, 1520]);
  assert.deepEqual([...decadeMask(years, 1510)], [0, 1, 1, 0]);
});

test("a work without a year is of no decade", () => {
  assert.deepEqual([...decadeMask(Int16Array.from([-32768]), -32770)], [0]);
});
