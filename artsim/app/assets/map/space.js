// The points of a map, and what lies where. A point that is no number lies nowhere.
class Space {
  constructor(points, dimensions) {
    this.points = points;
    this.dimensions = dimensions;
    this.count = points.length / dimensions;
    this.box = this.boxOf();
  }

  x(row) {
    return this.points[row * this.dimensions];
  }

  y(row) {
    return this.points[row * this.dimensions + 1];
  }

  z(row) {
    return this.dimensions === 3 ? this.points[row * 3 + 2] : 0;
  }

  boxOf() {
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

  // The nearest row to a place, no further than a reach; -1 where there is none.
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

  // The next row from another one in a direction: near, and rather straight ahead than aside.
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

  within([x0, x1, y0, y1], act) {
    for (let row = 0; row < this.count; row += 1) {
      const x = this.x(row);
      const y = this.y(row);
      if (x >= x0 && x <= x1 && y >= y0 && y <= y1) act(row);
    }
  }

  // One byte a row: whether it lies in a shape (even-odd rule, as on the server).
  inside(shape) {
    const mask = new Uint8Array(this.count);
    const path = shape.path;
    const xs = path.map(([x]) => x);
    const ys = path.map(([, y]) => y);
    const box = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    this.within(box, (row) => {
      mask[row] = shape.kind === "box" || encloses(path, this.x(row), this.y(row)) ? 1 : 0;
    });
    return mask;
  }
}

const encloses = (path, x, y) => {
  let inside = false;
  for (let i = 0, j = path.length - 1; i < path.length; j = i, i += 1) {
    const [xi, yi] = path[i];
    const [xj, yj] = path[j];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
};

// A shape as the text that goes to the server and into the address, and back.
const MOST_CORNERS = 400;
const rounded = (number) => Number(number.toFixed(4));

// ``view``: of a map in space, the 12 numbers that project its points into the window.
const shapeText = (kind, path, view = []) => {
  const step = Math.ceil(path.length / MOST_CORNERS);
  const corners = path.filter((_, i) => i % step === 0);
  const seen = view.map((number) => Number(number.toPrecision(6)));
  return `${kind}:${corners.flat().map(rounded).join(",")}${seen.length ? `@${seen.join(",")}` : ""}`;
};

// The outline of a flat map or mosaic; that of a map in space holds for one point of view only.
const shapeOf = (text) => {
  if (text?.includes("@")) return undefined;
  const [kind, numbers] = (text ?? "").split(":");
  const values = (numbers ?? "").split(",").map(Number);
  const least = kind === "box" ? 4 : 6;
  if (!["box", "lasso"].includes(kind) || values.length < least || values.some(Number.isNaN)) {
    return undefined;
  }
  const path = [];
  for (let i = 0; i + 1 < values.length; i += 2) path.push([values[i], values[i + 1]]);
  return { kind, path };
};
