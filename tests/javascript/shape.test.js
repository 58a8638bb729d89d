import assert from "node:assert/strict";
import test from "node:test";

import { boxOf, encloses, shapeOf, shapeText } from "../../artsim/app/assets/map/shape.js";

test("a shape goes through the address and comes back, to four places", () => {
  const path = [[0.123456, -2], [3, 4.00004], [5, 6]];
  const text = shapeText("lasso", path);
  assert.equal(text, "lasso:0.1235,-2,3,4,5,6");
  assert.deepEqual(shapeOf(text), { kind: "lasso", path: [[0.1235, -2], [3, 4], [5, 6]] });
});

test("a long outline is thinned to 400 corners", () => {
  const path = Array.from({ length: 1000 }, (_, i) => [i, i]);
  const { path: thinned } = shapeOf(shapeText("lasso", path));
  assert.equal(thinned.length, 334);
  assert.deepEqual(thinned[1], [3, 3]);
});

test("a shape on a map in space tells how that is seen, and is no outline elsewhere", () => {
  const text = shapeText("box", [[0, 0], [1, 1]], [1.23456789, 0]);
  assert.equal(text, "box:0,0,1,1@1.23457,0");
  assert.equal(shapeOf(text), undefined);
});

test("what is no shape gives none", () => {
  for (const text of [
    undefined,
    "",
    "box",
    "box:1,2,3",
    "lasso:1,2,3,4",
    "box:1,2,x,4",
    "circle:1,2,3,4,5,6",
  ]) {
    assert.equal(shapeOf(text), undefined, text);
  }
});

test("a box has four corners in order", () => {
  assert.deepEqual(boxOf([0, 0], [2, 1]), [[0, 0], [2, 0], [2, 1], [0, 1]]);
});

test("where an outline crosses itself, the even-odd rule holds as on the server", () => {
  const star = Array.from({ length: 5 }, (_, i) => {
    const angle = Math.PI / 2 + (i * 4 * Math.PI) / 5;
    return [Math.cos(angle), Math.sin(angle)];
  });
  assert.equal(encloses(star, 0, 0.7), true, "a point of the star");
  assert.equal(encloses(star, 0, 0), false, "its middle, enclosed twice");
  assert.equal(encloses(star, 0, 2), false);
});
