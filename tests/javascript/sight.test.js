import assert from "node:assert/strict";
import test from "node:test";

import { near, sightOf, SQUARE } from "./sight_kit.js";

test("the whole map is in the middle of the window, with room around it", () => {
  const sight = sightOf(SQUARE);
  near(assert, sight.place(5, 5), [200, 100]);
  near(assert, sight.at(0), [200 - 100 / 1.08, 100 + 100 / 1.08], 1e-4);
  assert.ok(sight.isWhole());
});

test("a place of the window goes to the map and back", () => {
  const sight = sightOf(SQUARE);
  sight.zoom(3, 90, 30);
  near(assert, sight.place(...sight.unplace(17, 130)), [17, 130]);
});

test("what is seen can be seen again in a window of another size", () => {
  const sight = sightOf(SQUARE);
  sight.zoom(4, 10, 10);
  const seen = sight.sight();
  const larger = sightOf(SQUARE, 800, 400);
  larger.look(larger.seeing(seen));
  near(assert, larger.sight(), seen);
});

test("zooming keeps what is under the pointer where it is", () => {
  const sight = sightOf(SQUARE);
  const before = sight.unplace(90, 30);
  sight.zoom(2.5, 90, 30);
  near(assert, sight.unplace(90, 30), before);
});

test("nothing is further than the whole, or nearer than 400 times", () => {
  const sight = sightOf(SQUARE);
  const { k } = sight.whole();
  sight.zoom(1e9);
  near(assert, [sight.view.k / k], [400]);
  sight.zoom(1e-9, 3, 3);
  assert.ok(sight.isWhole());
  near(assert, sight.place(5, 5), [200, 100]);
});

test("dragging moves what is seen by as many pixels", () => {
  const sight = sightOf(SQUARE);
  const [x, y] = sight.at(2);
  sight.pan(13, -7);
  near(assert, sight.at(2), [x + 13, y - 7], 1e-4);
});

test("a work beyond the edge is brought in, by as little as it takes", () => {
  const sight = sightOf(SQUARE);
  sight.zoom(4);
  sight.reveal(2);
  near(assert, sight.at(2), [400 - 40, 40], 1e-4);
  const { view } = sight;
  sight.reveal(2);
  assert.equal(sight.view, view);
});

test("the nearest work is looked for in pixels, however near the map is", () => {
  const sight = sightOf(SQUARE);
  const [x, y] = sight.at(1);
  assert.equal(sight.nearest(x + 5, y, 6), 1);
  assert.equal(sight.nearest(x + 7, y, 6), -1);
  sight.zoom(10, x, y);
  assert.equal(sight.nearest(x + 7, y, 6), -1);
});

test("the keyboard begins at the work nearest to the middle that counts", () => {
  const sight = sightOf([...SQUARE, [5, 5.5]]);
  assert.equal(sight.middle(), 4);
  sight.counting = Uint8Array.from([0, 0, 1, 0, 0]);
  assert.equal(sight.middle(), 2);
});
