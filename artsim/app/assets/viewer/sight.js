// What part of a picture is seen: moved by x and y, shares of its side, and enlarged k times.

/** @typedef {{ x: number, y: number, k: number }} Sight */

/** @type {Sight} */
export const WHOLE = Object.freeze({ x: 0, y: 0, k: 1 });
export const MOST = 24;

/**
 * Never so far that nothing of the picture is left; a picture that fills its place leaves no gap.
 * @param {Sight} sight
 * @param {boolean} filled
 * @returns {Sight}
 */
const held = ({ x, y, k }, filled) => {
  const edge = (filled ? k - 1 : k) / 2;
  return { x: Math.min(Math.max(x, -edge), edge), y: Math.min(Math.max(y, -edge), edge), k };
};

/**
 * @param {Sight} sight
 * @param {{ x: number, y: number }} by shares of the side
 * @param {boolean} [filled]
 */
export const dragged = (sight, by, filled = false) =>
  held({ ...sight, x: sight.x + by.x, y: sight.y + by.y }, filled);

/**
 * Enlarges; what lies at the point stays there.
 * @param {Sight} sight
 * @param {number} times
 * @param {{ x: number, y: number }} [at] from the middle, in shares of the side
 * @param {boolean} [filled]
 */
export const enlarged = (sight, times, at = { x: 0, y: 0 }, filled = false) => {
  const k = Math.min(Math.max(sight.k * times, 1), MOST);
  if (k === 1) return WHOLE;
  const grown = k / sight.k;
  const moved = { x: at.x - (at.x - sight.x) * grown, y: at.y - (at.y - sight.y) * grown, k };
  return held(moved, filled);
};
