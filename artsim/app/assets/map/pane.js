// One map: what it shows, how it is drawn, what is pointed at and chosen.
const PAUSE = 160; // milliseconds after which a movement has ended
const SLOW = 90; // milliseconds of a drawing from which on a movement shifts the last one
const SIZES = [2.5, 3.5, 4.5, 6, 7.5, 9];
const REACH = 9; // pixels around a point that count as on it

class Pane extends Sight {
  pointed = -1;
  size = SIZES[0];
  cost = 0;
  turn = 0;

  constructor(maps, number) {
    super();
    this.maps = maps;
    this.number = number;
    this.node = element("figure", "pane");
    this.caption = element("figcaption", "caption");
    this.surface = element("div", "surface");
    this.surface.tabIndex = 0;
    this.surface.setAttribute("role", "application");
    this.surface.setAttribute("aria-roledescription", "map");
    this.help = element("p", "hidden");
    this.live = element("p", "hidden");
    this.live.setAttribute("aria-live", "polite");
    this.help.id = `artsim-map-help-${number}`;
    this.surface.setAttribute("aria-describedby", this.help.id);
    this.notice = element("p", "notice");
    this.notice.setAttribute("role", "status");
    this.thumbs = new Thumbs(this.surface);
    this.overlay = new Overlay(this.surface);
    this.card = new Card(this.surface);
    this.surface.append(this.notice);
    this.node.append(this.caption, this.surface, this.help, this.live);
    gesturesOf(this.surface, this);
    keysOf(this.surface, this);
  }

  // What a shape is drawn on: the first map, the second or the mosaic.
  get drawnOn() {
    return this.mosaic ? 2 : this.number;
  }

  get tool() {
    return this.maps.tool;
  }

  get most() {
    return this.maps.data.thumbnails;
  }

  get theme() {
    return this.maps.theme;
  }

  get palette() {
    return this.maps.palette;
  }

  // Takes over what the server tells; only what has changed is fetched and made anew.
  async update(told, data) {
    const turn = (this.turn += 1);
    this.told = told;
    this.caption.textContent = told.title;
    this.surface.setAttribute("aria-label", told.title);
    this.help.textContent = `${told.alt} ${KEYS_HELP}`;
    const mosaic = data.mosaic && this.number === 0;
    if (!this.space) this.said("Fetching the map");
    try {
      const [places, colours, years] = await Promise.all([
        mosaic ? numbersAt(told.grid, Int32Array) : numbersAt(told.points, Float32Array),
        documentAt(told.colours),
        data.years.length ? numbersAt(told.years, Int16Array) : undefined,
        told.dimensions === 3 || this.maps.webgl ? scriptAt(data.plotly) : undefined,
      ]);
      if (turn !== this.turn) return;
      this.years = years;
      if (this.works?.url !== told.works) this.works = new Works(told.works);
      if (this.places !== places) this.settle(places, mosaic, told);
      if (this.colours !== colours) {
        this.colouring = new Colouring(colours, told.count, data.symbols);
      }
      this.colours = colours;
      this.only = data.only;
      this.filtered = maskOf(told.rows, told.count);
      this.chosen = maskOf(told.selected, told.count);
      this.shape = this.drawnOn === data.shape_pane ? shapeOf(data.shape) : undefined;
      this.thumbs.ask(told.query);
      this.said(this.layer.saying ?? "");
      this.refresh();
      this.arrange();
    } catch (error) {
      if (turn === this.turn) this.said(error.message);
    }
  }

  // Another map, or the mosaic in place of it: everything is drawn from the start.
  settle(places, mosaic, told) {
    this.layer?.free();
    this.thumbs.clear();
    this.places = places;
    this.mosaic = mosaic;
    this.solid = told.dimensions === 3 && !mosaic;
    this.space = mosaic ? gridSpace(places) : new Space(places, told.dimensions);
    this.pointed = -1;
    this.resumed = undefined; // where the keyboard goes on
    this.view = undefined;
    this.order = undefined;
    this.layer = this.maps.layerFor(this);
    this.surface.classList.toggle("solid", this.solid);
    this.resize();
  }

  // The order in which works get a picture is not waited for.
  async arrange() {
    if (this.order || this.solid || this.mosaic) return;
    const { space } = this;
    const order = await numbersAt(this.told.order, Uint32Array).catch(() => undefined);
    if (space !== this.space) return;
    this.order = order;
    this.thumbs.place(this);
  }

  resize() {
    const { clientWidth, clientHeight } = this.surface;
    if (!clientWidth || !clientHeight || !this.space) return;
    if (this.view && clientWidth === this.width && clientHeight === this.height) return;
    const first = !this.view;
    const seen = first ? undefined : this.isWhole() ? "whole" : this.sight();
    [this.width, this.height] = [clientWidth, clientHeight];
    const { view } = this.maps.data;
    const given = view.length === 4 && !this.mosaic && !this.solid;
    if (first) this.view = given ? this.seeing(view) : this.whole();
    else this.view = seen === "whole" ? this.whole() : this.seeing(seen);
    if (!first) this.settled();
  }

  // Sorts the works into parts again, after another colour, choice, filter, decade or theme.
  refresh() {
    if (!this.space || !this.colouring) return;
    const { codes } = this.colouring;
    const only = this.only ?? undefined;
    const alone = only === undefined ? undefined : codes.map((code) => (code === only ? 1 : 0));
    const decade = this.maps.years.mask(this.years);
    this.counting = countingOf(this.space.count, this.filtered, alone, decade);
    this.parts = partsOf(this);
    this.settled();
  }

  // Where a movement has ended: drawn sharp, with points of fitting size and pictures.
  settled() {
    if (!this.view || !this.parts) return;
    let count = 0;
    this.space.within(this.sight(), () => (count += 1));
    const wanted = 0.55 * Math.sqrt((this.width * this.height) / Math.max(count, 1));
    this.size = SIZES.findLast((size) => size <= wanted) ?? SIZES[0];
    this.draw();
    this.thumbs.place(this);
  }

  draw() {
    if (!this.view || !this.parts) return;
    this.layer.node.style.transform = "";
    this.drawn = this.view;
    const began = performance.now();
    this.layer.show(this.scene());
    const then = () => (this.cost = performance.now() - began);
    requestAnimationFrame(() => requestAnimationFrame(then));
    this.follow();
  }

  // Where many small points lie over each other, how many shows in how dark they are.
  scene() {
    const { parts, view, width, height, size } = this;
    const fade = size < 4 ? 0.6 : 1;
    return { parts, view, width, height, size, fade, background: this.theme.background };
  }

  // Everything that lies over the points, at its place.
  follow() {
    this.surface.classList.toggle("whole", this.isWhole());
    this.overlay.show(this, this.sketched);
    this.thumbs.move(this);
    this.card.move(this);
  }

  look(view, led = false) {
    this.view = view;
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.moving();
    });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.rest(led), PAUSE);
    if (!led) this.maps.looked(this);
  }

  // On a slow machine a movement shifts and scales what is drawn, and draws at its end.
  moving() {
    if (this.cost < SLOW || this.mosaic) {
      this.draw();
      return;
    }
    const { view, drawn } = this;
    const shift = [(drawn.x - view.x) * view.k, (view.y - drawn.y) * view.k];
    const [dx, dy] = shift.map((v) => `${v.toFixed(1)}px`);
    this.layer.node.style.transform = `translate(${dx}, ${dy}) scale(${view.k / drawn.k})`;
    this.follow();
  }

  rest(led = false) {
    clearTimeout(this.timer);
    this.settled();
    if (!led && !this.mosaic && !this.solid) this.maps.seen(this);
  }

  rowAt(px, py) {
    if (!this.view) return -1;
    const on = this.thumbs.hit(px, py, this);
    if (on >= 0) return on;
    const cell = this.mosaic ? this.view.k * Math.SQRT1_2 : 0;
    return this.nearest(px, py, cell || REACH + this.size / 2);
  }

  hover(px, py) {
    if (this.view) this.point(this.rowAt(px, py));
  }

  // Points at a work, here and in the other map; ``aloud`` also says what it is.
  point(row, aloud = false) {
    if (row === this.pointed && !aloud) return;
    if (aloud) this.resumed = row;
    this.mark(row);
    this.surface.classList.toggle("on", row >= 0);
    this.card.show(this, row, aloud ? (work) => this.say(saidOf(work)) : undefined);
    this.maps.pointed(this, row);
  }

  mark(row) {
    this.pointed = row;
    if (this.view && this.space) this.overlay.show(this, this.sketched);
  }

  say(text) {
    this.live.textContent = text;
  }

  said(text) {
    this.notice.textContent = text;
  }

  clicked(px, py) {
    const row = this.rowAt(px, py);
    if (row >= 0) this.open(row);
    else if (this.chosen && this.tool !== "pan") this.clear();
  }

  open(row) {
    focusAfterDialog(this.surface);
    this.sendWork("open", row);
  }

  similar(row) {
    this.sendWork("query", row);
  }

  async sendWork(what, row) {
    if (row < 0) return;
    await this.works.load([row]).catch((error) => this.said(error.message));
    const work = this.works.get(row);
    if (work) this.maps.send(what, work.id);
  }

  sketch(corners) {
    const { accent } = this.theme;
    const d = `M${corners.map((corner) => corner.map(Math.round).join(" ")).join("L")}Z`;
    const line = { stroke: accent, "stroke-width": 1.5, "stroke-dasharray": "5 4" };
    this.sketched = { tag: "path", d, fill: accent, "fill-opacity": 0.12, ...line };
    this.overlay.show(this, this.sketched);
  }

  // Chooses what lies in a shape drawn in pixels; the server gets the shape, not the works.
  select(kind, corners) {
    this.sketched = undefined;
    const path = corners.map((corner) => this.onPlane(...corner));
    if (kind === "lasso" && path.length < 3) {
      this.draw();
      return;
    }
    const mask = this.plane.inside({ kind, path });
    if (this.counting) this.counting.forEach((counts, row) => (mask[row] &= counts));
    const count = mask.reduce((sum, each) => sum + each, 0);
    this.maps.choose(this, this.solid ? this.seenText(kind, corners) : shapeText(kind, path), mask);
    this.say(`${count.toLocaleString("en")} works chosen.`);
  }

  // A shape drawn on a map in space: where it is in the window, and how that is seen.
  seenText(kind, corners) {
    const across = ([px, py]) => [(2 * px) / this.width - 1, 1 - (2 * py) / this.height];
    return shapeText(kind, corners.map(across), this.layer.matrix());
  }

  clear() {
    if (this.chosen) this.maps.clear();
  }
}
