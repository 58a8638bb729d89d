// Zoomed in, the works themselves stand in place of points: the most central first, none over
// another.
const THUMB = 64; // pixels of the box that a picture fits into
const GAP = 4;
const FEW = 250; // so many works in sight may be shown as pictures
const NEAR = 3; // or so much nearer than the whole

const pinned = (x, y) =>
  `translate(${x.toFixed(1)}px, ${(y - NAME_ABOVE - 16).toFixed(1)}px) translate(-50%, -100%)`;

class Thumbs {
  constructor(surface) {
    this.node = element("div", "thumbs");
    this.node.setAttribute("aria-hidden", "true");
    surface.append(this.node);
    this.shown = new Map();
    this.asked = element("img", "asked");
    this.asked.alt = "";
    this.asked.onload = () => this.asked.classList.add("there");
  }

  // The picture of the query stands over its name.
  ask(query) {
    const thumb = query?.thumb ?? "";
    this.asked.hidden = !thumb;
    if (thumb && this.asked.getAttribute("src") !== thumb) this.asked.src = thumb;
    this.node.append(this.asked);
  }

  // Chooses anew what is shown; called when a movement has ended.
  async place(pane) {
    const rows = this.chosen(pane);
    const wanted = new Set(rows);
    for (const [row, image] of this.shown) {
      if (wanted.has(row)) continue;
      image.remove();
      this.shown.delete(row);
    }
    if (!rows.length) return;
    this.turn = rows;
    await pane.works.load(rows).catch(() => {});
    if (this.turn !== rows) return;
    for (const row of rows) {
      const work = pane.works.get(row);
      if (work?.thumb && !this.shown.has(row)) this.add(row, work, pane);
      const shade = pane.colouring.shades[row];
      this.shown.get(row)?.style.setProperty("--of", pane.colouring.colour(shade, pane.palette));
    }
    this.move(pane);
  }

  chosen(pane) {
    const most = pane.most;
    if (!most || pane.solid || pane.mosaic || !pane.order) return [];
    const sight = pane.sight();
    let count = 0;
    pane.space.within(sight, () => (count += 1));
    if (count > FEW && pane.view.k < NEAR * pane.whole().k) return [];
    const [x0, x1, y0, y1] = sight;
    const found = [];
    const taken = new Map();
    const side = THUMB + GAP;
    const free = (cx, cy, x, y) => {
      for (let i = -1; i <= 1; i += 1) {
        for (let j = -1; j <= 1; j += 1) {
          const near = taken.get(`${cx + i} ${cy + j}`);
          if (near?.some(([ox, oy]) => Math.abs(ox - x) < side && Math.abs(oy - y) < side)) {
            return false;
          }
        }
      }
      return true;
    };
    for (const row of pane.order) {
      const [mx, my] = [pane.space.x(row), pane.space.y(row)];
      if (!(mx >= x0 && mx <= x1 && my >= y0 && my <= y1)) continue;
      if (pane.counting && !pane.counting[row]) continue;
      const [x, y] = pane.place(mx, my);
      const [cx, cy] = [Math.floor(x / side), Math.floor(y / side)];
      if (!free(cx, cy, x, y)) continue;
      const key = `${cx} ${cy}`;
      taken.set(key, [...(taken.get(key) ?? []), [x, y]]);
      found.push(row);
      if (found.length === most) break;
    }
    return found;
  }

  clear() {
    this.turn = undefined;
    for (const image of this.shown.values()) image.remove();
    this.shown.clear();
  }

  add(row, work, pane) {
    const image = element("img");
    image.alt = "";
    image.decoding = "async";
    image.loading = "lazy";
    image.draggable = false;
    image.src = work.thumb;
    image.onload = () => image.classList.add("there");
    this.shown.set(row, image);
    this.node.append(image);
    this.put(image, pane.at(row));
  }

  put(image, [x, y]) {
    image.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -50%)`;
  }

  move(pane) {
    const { query } = pane.told;
    if (query) {
      const [x, y] = pane.place(...query.point);
      this.asked.style.transform = pane.mosaic || Number.isNaN(x) ? "scale(0)" : pinned(x, y);
    }
    for (const [row, image] of this.shown) {
      this.put(image, pane.at(row));
      image.classList.toggle("rest", Boolean(pane.chosen && !pane.chosen[row]));
    }
  }

  // The work whose picture is at a place, -1 where there is none.
  hit(x, y, pane) {
    for (const [row, image] of this.shown) {
      const [px, py] = pane.at(row);
      const [w, h] = [image.offsetWidth / 2, image.offsetHeight / 2];
      if (Math.abs(x - px) <= w && Math.abs(y - py) <= h) return row;
    }
    return -1;
  }
}
