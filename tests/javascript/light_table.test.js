// Where a point of a picture is on the light table, enlarged and moved.
import assert from "node:assert/strict";
import { test } from "node:test";

import { dragged, enlarged, MOST, WHOLE } from "../../artsim/app/assets/light_table/sight.js";

test("what is under the pointer stays there", () => {
  const at = { x: 0.2, y: -0.1 };
  const before = { x: 0.05, y: 0.1, k: 2 };
  const after = enlarged(before, 1.5, at);
  // The point of the picture that is seen at a place: (place - moved) / enlarged.
  for (const axis of ["x", "y"]) {
    const seen = (sight) => (at[axis] - sight[axis]) / sight.k;
    assert.ok(Math.abs(seen(before) - seen(after)) < 1e-12);
  }
});

test("it is never smaller than whole, nor larger than the picture can bear", () => {
  assert.deepEqual(enlarged({ x: 0.3, y: 0, k: 2 }, 0.1), WHOLE);
  assert.equal(enlarged(WHOLE, 1000).k, MOST);
});

test("a picture cannot be dragged out of sight", () => {
  const far = dragged({ x: 0, y: 0, k: 2 }, { x: 9, y: -9 });
  assert.deepEqual(far, { x: 1, y: -1, k: 2 });
});
