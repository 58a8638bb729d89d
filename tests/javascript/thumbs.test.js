import assert from "node:assert/strict";
import test from "node:test";

import { picturedIn } from "../../artsim/app/assets/map/thumbs.js";
import { sightOf, SQUARE } from "./sight_kit.js";

const APART = 68; // pixels of a picture and the gap to the next

test("the most central works come first, as many as wanted", () => {
  const sight = sightOf(SQUARE, 1000, 1000);
  assert.deepEqual(picturedIn(sight, [2, 0, 3, 1], 3), [2, 0, 3]);
  assert.deepEqual(picturedIn(sight, [2, 0, 3, 1], 0), []);
});

test("no picture covers another; the more central one stays", () => {
  const points = Array.from({ length: 200 }, (_, i) => [(i * 37) % 101, (i * 53) % 97]);
  const sight = sightOf(points, 700, 700);
  const rows = picturedIn(sight, points.map((_, i) => i), 150);
  const places = rows.map((row) => sight.at(row));
  places.forEach(([x, y], i) => {
    for (const [ox, oy] of places.slice(0, i)) {
      assert.ok(Math.abs(x - ox) >= APART || Math.abs(y - oy) >= APART, `${rows[i]}`);
    }
  });
  const left = points.map((_, i) => i).filter((row) => !rows.includes(row));
  assert.ok(rows.length > 20 && left.length > 20);
  for (const row of left) {
    const [x, y] = sight.at(row);
    const over = rows.some((other) => {
      const [ox, oy] = sight.at(other);
      return other < row && Math.abs(x - ox) < APART && Math.abs(y - oy) < APART;
    });
    assert.ok(over, `nothing more central covers ${row}`);
  }
});

test("works out of sight or out of question get none", () => {
  const sight = sightOf(SQUARE, 1000, 1000);
  sight.counting = Uint8Array.from([1, 0, 1, 1]);
  assert.deepEqual(picturedIn(sight, [0, 1, 2, 3], 9), [0, 2, 3]);
  sight.zoom(4, ...sight.at(2));
  assert.deepEqual(picturedIn(sight, [0, 1, 2, 3], 9), [2]);
});

test("from afar there are none where too many works are in sight", () => {
  const points = Array.from({ length: 300 }, (_, i) => [(i % 20) * 10, Math.floor(i / 20) * 10]);
  const order = points.map((_, i) => i);
  const sight = sightOf(points, 1000, 1000);
  assert.deepEqual(picturedIn(sight, order, 9), []);
  sight.zoom(3.5);
  assert.equal(picturedIn(sight, order, 9).length, 9);
});
