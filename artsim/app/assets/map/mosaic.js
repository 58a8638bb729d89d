// The whole collection on a grid: one picture of all from afar, the works' own ones from near.
const OVERVIEW = 4096; // pixels of the longer side of the picture of all
const TILE = [4, 48]; // pixels of one work in it, at least and at most
const OWN = 36; // pixels from which a work is shown by its own picture
const MOST_TILES = 900;
const MOST_IMAGES = 2500;

// A grid as points: works a unit apart, the first row on top.
const gridSpace = (cells) => {
  const points = Float32Array.from(cells, (v, i) => (i % 2 ? -v - 0.5 : v + 0.5));
  return new Space(points, 2);
};

class MosaicLayer {
  constructor(box, pane) {
    this.node = element("canvas", "layer");
    this.node.setAttribute("aria-hidden", "true");
    box.prepend(this.node);
    this.pen = this.node.getContext("2d");
    this.pane = pane;
    this.images = new Map();
    const [, columns, bottom] = pane.space.box;
    [this.columns, this.rows] = [Math.round(columns + 0.5), Math.round(0.5 - bottom)];
    const side = Math.floor(OVERVIEW / Math.max(this.columns, this.rows));
    this.side = Math.min(Math.max(side, TILE[0]), TILE[1]);
    this.overview();
  }

  overview() {
    const { told } = this.pane;
    const image = element("img");
    this.note("Laying out the pictures");
    image.onload = () => {
      this.whole = image;
      this.note("");
      this.pane.draw();
    };
    image.onerror = () => this.note("The pictures could not be laid out: try again later.");
    image.src = `${told.picture}&side=${this.side}`;
  }

  note(text) {
    this.saying = text;
    this.pane.said(text);
  }

  show({ view, width, height, background }) {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.node.width !== w || this.node.height !== h) {
      this.node.width = w;
      this.node.height = h;
    }
    const { pen, pane } = this;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = background;
    pen.fillRect(0, 0, width, height);
    const [left, top] = pane.place(0, 0);
    if (this.whole) {
      pen.drawImage(this.whole, left, top, this.columns * view.k, this.rows * view.k);
    } else this.cells();
    if (view.k >= OWN) this.tiles(background);
    this.veil(background);
  }

  // The colours of the works, until their pictures are there.
  cells() {
    const { pen, pane } = this;
    const side = pane.view.k;
    for (const part of pane.parts) {
      pen.fillStyle = part.colour;
      pen.globalAlpha = 0.45;
      for (let i = 0; i < part.x.length; i += 1) {
        const [x, y] = pane.place(part.x[i], part.y[i]);
        pen.fillRect(x - side * 0.46, y - side * 0.46, side * 0.92, side * 0.92);
      }
    }
    pen.globalAlpha = 1;
  }

  inSight() {
    const rows = [];
    const [x0, x1, y0, y1] = this.pane.sight();
    this.pane.space.within([x0 - 0.5, x1 + 0.5, y0 - 0.5, y1 + 0.5], (row) => rows.push(row));
    return rows;
  }

  tiles(background) {
    const { pen, pane } = this;
    const rows = this.inSight();
    if (rows.length > MOST_TILES) return;
    const side = pane.view.k;
    const missing = [];
    for (const row of rows) {
      const image = this.images.get(row);
      if (!image) missing.push(row);
      if (!image?.naturalWidth) continue;
      const [x, y] = pane.at(row);
      const scale = (side - 2) / Math.max(image.naturalWidth, image.naturalHeight);
      const [w, h] = [image.naturalWidth * scale, image.naturalHeight * scale];
      pen.fillStyle = background;
      pen.fillRect(x - side / 2, y - side / 2, side, side);
      pen.drawImage(image, x - w / 2, y - h / 2, w, h);
    }
    clearTimeout(this.timer);
    if (missing.length) this.timer = setTimeout(() => this.load(missing), 120);
  }

  async load(rows) {
    await this.pane.works.load(rows).catch(() => {});
    if (this.images.size > MOST_IMAGES) this.images.clear();
    for (const row of rows) {
      const work = this.pane.works.get(row);
      if (!work?.thumb || this.images.has(row)) continue;
      const image = element("img");
      image.onload = () => this.soon();
      image.src = work.thumb;
      this.images.set(row, image);
    }
  }

  soon() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      if (this.node.isConnected) this.pane.draw();
    });
  }

  // Works that are not in question are veiled.
  veil(background) {
    const { pen, pane } = this;
    const { counting, chosen } = pane;
    if (!counting && !chosen) return;
    pen.fillStyle = background;
    pen.globalAlpha = 0.8;
    const side = pane.view.k;
    for (const row of this.inSight()) {
      if ((!counting || counting[row]) && (!chosen || chosen[row])) continue;
      const [x, y] = pane.at(row);
      pen.fillRect(x - side / 2, y - side / 2, side + 0.5, side + 0.5);
    }
    pen.globalAlpha = 1;
  }

  free() {
    clearTimeout(this.timer);
    this.node.remove();
  }
}
