/** @import { Box, Mask, Shape } from "../types.js" */
import { encloses } from "./shape.js";

/** The points of a map, and what lies where. A point that is no number lies nowhere. */
export class Space {
  /**
   * @param {ArrayLike<number>} points two or three numbers a work
   * @param {number} dimensions
   */
  constructor(points, dimensions) {
    this.points = points;
    this.dimensions = dimensions;
    this.count = points.length / dimensions;
    this.box = this.boxOf();
  }

  /** @param {number} row */
  x(row) {
    return this.points[row * this.dimensions];
  }

  /** @param {number} row */
  y(row) {
    return this.points[row * this.dimensions + 1];
  }

  /** @param {number} row */
  z(row) {
    return this.dimensions === 3 ? this.points[row * 3 + 2] : 0;
  }

  /** @returns {Box} */
  boxOf() {
    /** @type {Box} */
    const box = [Infinity, -Infinity, Infinity, -Infinity];
    for (let row = 0; row < this.count; row += 1) {
      const x = this.x(row);
      const y = this.y(row);
      if (x < box[0]) box[0] = x;
      if (x > box[1]) box[1] = x;
      if (y < box[2]) box[2] = y;
      if (y > box[3]) box[3] = y;
    }
    return box[0] <= box[1] ? box : [-1, 1, -1, 1];
  }

  /**
   * The nearest row to a place, no further than a reach; -1 where there is none.
   * @param {number} x
   * @param {number} y
   * @param {number} reach
   * @param {Mask} [mask]
   */
  near(x, y, reach, mask) {
    let found = -1;
    let least = reach * reach;
    for (let row = 0; row < this.count; row += 1) {
      const dx = this.x(row) - x;
      const dy = this.y(row) - y;
      const apart = dx * dx + dy * dy;
      if (apart <= least && (!mask || mask[row])) {
        least = apart;
        found = row;
      }
    }
    return found;
  }

  /**
   * The next row from another one in a direction: near, and rather straight ahead than aside.
   * @param {number} from
   * @param {number} right
   * @param {number} up
   * @param {Mask} [mask]
   */
  toward(from, right, up, mask) {
    let found = -1;
    let least = Infinity;
    for (let row = 0; row < this.count; row += 1) {
      if (row === from || (mask && !mask[row])) continue;
      const dx = this.x(row) - this.x(from);
      const dy = this.y(row) - this.y(from);
      const along = dx * right + dy * up;
      const aside = Math.abs(dx * up) + Math.abs(dy * right);
      if (!(along > 0) || aside > along * 1.5) continue;
      const far = along + 2 * aside;
      if (far < least) {
        least = far;
        found = row;
      }
    }
    return found;
  }

  /**
   * @param {Box} box
   * @param {(row: number) => void} act
   */
  within([x0, x1, y0, y1], act) {
    for (let row = 0; row < this.count; row += 1) {
      const x = this.x(row);
      const y = this.y(row);
      if (x >= x0 && x <= x1 && y >= y0 && y <= y1) act(row);
    }
  }

  /**
   * One byte a row: whether it lies in a shape.
   * @param {Shape} shape
   */
  inside(shape) {
    const mask = new Uint8Array(this.count);
    const path = shape.path;
    const xs = path.map(([x]) => x);
    const ys = path.map(([, y]) => y);
    /** @type {Box} */
    const box = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    this.within(box, (row) => {
      mask[row] = shape.kind === "box" || encloses(path, this.x(row), this.y(row)) ? 1 : 0;
    });
    return mask;
  }
}
