import assert from "node:assert/strict";
import test from "node:test";

import { dragged, outlineOf, spreadOf, zoomOf } from "../../artsim/app/assets/map/gestures.js";
import { near } from "./sight_kit.js";

const begun = (tool) => ({ tool, from: [0, 0], at: [0, 0], path: [[0, 0]], moved: false });

test("a hand that trembles clicks", () => {
  const drag = dragged(dragged(begun("pan"), [3, 3]), [-4, 3]);
  assert.equal(drag.moved, false);
  assert.deepEqual(drag.at, [0, 0]);
});

test("a drag that has begun goes on, back over where it began too", () => {
  const drag = dragged(dragged(begun("pan"), [6, 0]), [1, 0]);
  assert.equal(drag.moved, true);
  assert.deepEqual(drag.at, [1, 0]);
});

test("a lasso has a corner every few pixels", () => {
  let drag = begun("lasso");
  for (let x = 1; x <= 12; x += 1) drag = dragged(drag, [x, 0]);
  assert.deepEqual(outlineOf(drag), [[0, 0], [6, 0], [10, 0]]);
});

test("a box goes from where the drag began to where it is", () => {
  assert.deepEqual(outlineOf(dragged(begun("box"), [8, 6])), [[0, 0], [8, 0], [8, 6], [0, 6]]);
});

test("two fingers have a middle and a distance", () => {
  assert.deepEqual(spreadOf([0, 0], [6, 8]), { x: 3, y: 4, apart: 10 });
});

test("the wheel leads nearer and back by the same turn", () => {
  const turn = (deltaY, deltaMode = 0) => zoomOf({ deltaY, deltaMode });
  assert.ok(turn(-100) > 1);
  near(assert, [turn(-100) * turn(100)], [1]);
  assert.equal(turn(-3, 1), turn(-48), "a line is 16 pixels");
});
