import { Sight } from "../../artsim/app/assets/map/sight.js";
import { Space } from "../../artsim/app/assets/map/space.js";

/** A window of so many pixels that shows a whole flat map. */
export const sightOf = (points, width = 400, height = 200) => {
  const sight = new Sight();
  sight.space = new Space(Float32Array.from(points.flat()), 2);
  [sight.width, sight.height] = [width, height];
  sight.look(sight.whole());
  return sight;
};

export const SQUARE = [
  [0, 0],
  [10, 0],
  [10, 10],
  [0, 10],
];

export const near = (assert, found, wanted, within = 1e-6) => {
  assert.equal(found.length, wanted.length);
  found.forEach((v, i) => assert.ok(Math.abs(v - wanted[i]) <= within, `${found} is ${wanted}`));
};
