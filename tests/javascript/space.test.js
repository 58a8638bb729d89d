import assert from "node:assert/strict";
import test from "node:test";

import { Space } from "../../artsim/app/assets/map/space.js";

const space = new Space(Float32Array.from([0, 0, 10, 0, 10, 10, 0, 10, NaN, NaN]), 2);

test("the box holds all points that are numbers", () => {
  assert.deepEqual(space.box, [0, 10, 0, 10]);
  assert.equal(space.count, 5);
});

test("a map without points still has something to look at", () => {
  assert.deepEqual(new Space([], 2).box, [-1, 1, -1, 1]);
  assert.deepEqual(new Space([NaN, NaN], 2).box, [-1, 1, -1, 1]);
});

test("the third number is the depth of a map in space, and none of a flat one", () => {
  const solid = new Space([1, 2, 3, 4, 5, 6], 3);
  assert.deepEqual([solid.count, solid.x(1), solid.y(1), solid.z(1)], [2, 4, 5, 6]);
  assert.equal(space.z(1), 0);
});

test("the nearest work is within reach, and one that counts", () => {
  assert.equal(space.near(9, 1, 2), 1);
  assert.equal(space.near(9, 1, 1), -1);
  assert.equal(space.near(9, 1, 20, Uint8Array.from([1, 0, 0, 0, 1])), 0);
});

test("an arrow key goes straight ahead rather than aside, and never backwards", () => {
  assert.equal(space.toward(0, 1, 0), 1);
  assert.equal(space.toward(0, 0, 1), 3);
  assert.equal(space.toward(0, -1, 0), -1);
  assert.equal(space.toward(0, 0, -1), -1);
  const aside = new Space([0, 0, 5, 5, 8, 0], 2);
  assert.equal(aside.toward(0, 1, 0), 2, "8 ahead is nearer than 5 ahead and 5 aside");
});

test("an arrow key passes over works that do not count", () => {
  const line = new Space([0, 0, 1, 0, 2, 0], 2);
  assert.equal(line.toward(0, 1, 0), 1);
  assert.equal(line.toward(0, 1, 0, Uint8Array.from([1, 0, 1])), 2);
});

test("what lies in a box is found, its edges too", () => {
  const rows = [];
  space.within([0, 5, 0, 10], (row) => rows.push(row));
  assert.deepEqual(rows, [0, 3]);
});

test("a box chooses by two opposite corners, whichever they are", () => {
  const chosen = [1, 1, 0, 0, 0];
  assert.deepEqual([...space.inside({ kind: "box", path: [[-1, -1], [11, 5]] })], chosen);
  assert.deepEqual([...space.inside({ kind: "box", path: [[11, 5], [-1, -1]] })], chosen);
});

test("a lasso chooses what it encloses, not what its box holds", () => {
  const path = [[-1, -2], [12, -2], [12, 13]];
  assert.deepEqual([...space.inside({ kind: "lasso", path })], [0, 1, 1, 0, 0]);
});
