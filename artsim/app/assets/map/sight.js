// The part of a map in sight: its middle, and how many pixels one unit of the map takes.
const MARGIN = 1.08; // room around the whole
const FURTHEST = 400; // times nearer than the whole

class Sight {
  width = 0;
  height = 0;
  view = undefined;

  place(x, y, z = 0) {
    const { view } = this;
    if (this.solid) return this.layer.place(x, y, z);
    return [(x - view.x) * view.k + this.width / 2, this.height / 2 - (y - view.y) * view.k];
  }

  at(row) {
    return this.place(this.space.x(row), this.space.y(row), this.space.z(row));
  }

  unplace(px, py) {
    const { view } = this;
    return [view.x + (px - this.width / 2) / view.k, view.y - (py - this.height / 2) / view.k];
  }

  // What is seen of the map: x0, x1, y0, y1.
  sight() {
    const [x0, y1] = this.unplace(0, 0);
    const [x1, y0] = this.unplace(this.width, this.height);
    return [x0, x1, y0, y1];
  }

  seeing([x0, x1, y0, y1]) {
    const k = Math.min(this.width / (x1 - x0 || 1), this.height / (y1 - y0 || 1));
    return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, k };
  }

  whole() {
    const view = this.seeing(this.space.box);
    return { ...view, k: view.k / MARGIN };
  }

  isWhole() {
    return !this.view || this.view.k <= this.whole().k * 1.001;
  }

  pan(dx, dy) {
    if (this.solid) return;
    const { x, y, k } = this.view;
    this.look({ x: x - dx / k, y: y + dy / k, k });
  }

  // Nearer by a factor, a place of the window staying where it is; never further than the whole.
  zoom(factor, px = this.width / 2, py = this.height / 2) {
    if (this.solid) {
      this.layer.zoom(factor);
      return;
    }
    const whole = this.whole();
    const k = Math.min(Math.max(this.view.k * factor, whole.k), whole.k * FURTHEST);
    if (k === whole.k && factor < 1) {
      this.showWhole();
      return;
    }
    const [x, y] = this.unplace(px, py);
    this.look({ k, x: x - (px - this.width / 2) / k, y: y + (py - this.height / 2) / k });
  }

  showWhole() {
    if (this.solid) this.layer.zoom(0);
    else this.look(this.whole());
  }

  // Moves as little as it takes for a work to be seen.
  reveal(row) {
    if (this.solid) return;
    const [px, py] = this.at(row);
    const edge = 40;
    const over = (at, most) => Math.min(at - edge, 0) + Math.max(at + edge - most, 0);
    const [dx, dy] = [over(px, this.width), over(py, this.height)];
    if (dx || dy) this.pan(-dx, -dy);
  }

  // What the eye sees as flat: the map itself, or how a map in space lies in the window.
  get plane() {
    return this.solid ? this.layer.plane() : this.space;
  }

  onPlane(px, py) {
    return this.solid ? [px, -py] : this.unplace(px, py);
  }

  // The work nearest to a place of the window, no further than so many pixels.
  nearest(px, py, pixels) {
    const reach = this.solid ? pixels : pixels / this.view.k;
    return this.plane.near(...this.onPlane(px, py), reach, this.counting);
  }

  // The work nearest to the middle of what is seen.
  middle() {
    return this.nearest(this.width / 2, this.height / 2, Infinity);
  }
}
