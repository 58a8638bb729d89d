import assert from "node:assert/strict";
import test from "node:test";

import { matrixOf, multiplied, projected } from "../../artsim/app/assets/map/solid.js";
import { near } from "./sight_kit.js";

const ONE = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
const MOVED = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 2, 3, -4, 1]; // column by column
const DOUBLED = [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1];
const DEEP = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, -1, 0, 0, 0, 0]; // depth is how far it is away
const SIZE = { width: 200, height: 100 };

test("the right one of two matrices comes first", () => {
  assert.deepEqual([...multiplied(MOVED, ONE)], MOVED);
  assert.deepEqual([...multiplied(DOUBLED, MOVED)].slice(12), [4, 6, -8, 1]);
  assert.deepEqual([...multiplied(MOVED, DOUBLED)].slice(12), [2, 3, -4, 1]);
});

test("what the eye looks at is in the middle, and far things are nearer to it", () => {
  const m = matrixOf({ projection: DEEP, view: ONE, model: ONE }, [1, 1, 1]);
  near(assert, projected(m, [0, 0, -1], SIZE), [100, 50]);
  near(assert, projected(m, [1, 1, -2], SIZE), [150, 25]);
  near(assert, projected(m, [1, 1, -4], SIZE), [125, 37.5]);
});

test("the axes of plotly have scales of their own", () => {
  const m = matrixOf({ projection: DEEP, view: ONE, model: ONE }, [2, 1, 1]);
  near(assert, projected(m, [0.5, 1, -2], SIZE), [150, 25]);
});

test("what is behind the eye is nowhere", () => {
  const m = matrixOf({ projection: DEEP, view: ONE, model: ONE }, [1, 1, 1]);
  assert.deepEqual(projected(m, [0, 0, 1], SIZE), [NaN, NaN]);
  assert.deepEqual(projected(new Array(12).fill(NaN), [0, 0, 0], SIZE), [NaN, NaN]);
});
