/** @import { ColoursTold, Layer, MapsData, Mark, Mask } from "../types.js" */
/** @import { Place, Shape, Told } from "../types.js" */
/** @import { Maps } from "./maps.js" */
import { button, counted, element, focusAfterDialog } from "../dom.js";
import { maskOf } from "./base64.js";
import { CanvasLayer } from "./canvas.js";
import { Card } from "./card.js";
import { Colouring } from "./colouring.js";
import { documentAt, numbersAt, saidOf, scriptAt, Works } from "./data.js";
import { gesturesOf } from "./gestures.js";
import { KEYS_HELP, keysOf } from "./keys.js";
import { gridSpace, MosaicLayer } from "./mosaic.js";
import { Motion } from "./motion.js";
import { Overlay } from "./overlay.js";
import { countingOf, partsOf } from "./parts.js";
import { shapeOf, shapeText } from "./shape.js";
import { SolidLayer } from "./solid.js";
import { Space } from "./space.js";
import { Thumbs } from "./thumbs.js";
import { WebglLayer } from "./webgl.js";

const REACH = 9; // pixels around a point that count as on it

/** @type {ColoursTold} */
const PLAIN = { kind: "none", names: [], codes: null, values: null, low: null, high: null };

/** One map: what it shows, how it is drawn, what is pointed at and chosen. */
export class Pane extends Motion {
  pointed = -1;
  /** @type {number | undefined} */
  resumed = undefined; // where the keyboard goes on
  asked = 0; // how often something was fetched
  /** @type {Mask | undefined} */
  chosen = undefined;
  /** @type {Mask | undefined} */
  filtered = undefined;
  /** @type {number | null} */
  only = null;
  /** @type {Shape | undefined} */
  shape = undefined;
  /** @type {Mark | undefined} */
  sketched = undefined;
  /** @type {Int32Array | Float32Array | undefined} */
  places = undefined;
  /** @type {ColoursTold | undefined} */
  colours = undefined;
  /** @type {Int16Array | undefined} */
  years = undefined;
  /** @type {Uint32Array | undefined} */
  order = undefined;

  /**
   * @param {Maps} maps
   * @param {number} number
   * @param {Told} told
   */
  constructor(maps, number, told) {
    super();
    this.maps = maps;
    this.number = number;
    this.told = told;
    this.works = new Works(told.works);
    this.colouring = new Colouring(PLAIN, 0, []);
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
    this.lost = element("p", "lost", "No work is in sight here. ");
    this.lost.hidden = true;
    this.lost.setAttribute("role", "status");
    const back = button("back", "Show the whole map");
    back.onclick = () => {
      maps.lead((pane) => pane.showWhole());
      this.surface.focus({ preventScroll: true });
    };
    this.lost.append(back);
    this.node.append(this.caption, this.surface, this.lost, this.help, this.live);
    gesturesOf(this.surface, this);
    keysOf(this.surface, this);
  }

  /** What a shape is drawn on: the first map, the second or the mosaic. */
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

  get background() {
    return this.theme.background;
  }

  get palette() {
    return this.maps.palette;
  }

  /**
   * Takes over what the server tells; only what has changed is fetched and made anew.
   * @param {Told} told
   * @param {MapsData} data
   */
  async update(told, data) {
    const turn = (this.asked += 1);
    this.told = told;
    this.caption.textContent = told.title;
    this.surface.setAttribute("aria-label", told.title);
    this.help.textContent = `${told.alt} ${KEYS_HELP}`;
    const mosaic = data.mosaic && this.number === 0;
    if (!this.places) this.said("Fetching the map");
    try {
      const [places, colours, years] = await Promise.all([
        mosaic ? numbersAt(told.grid, Int32Array) : numbersAt(told.points, Float32Array),
        documentAt(told.colours),
        data.years.length ? numbersAt(told.years, Int16Array) : undefined,
        told.dimensions === 3 || this.maps.webgl ? scriptAt(data.plotly) : undefined,
      ]);
      if (turn !== this.asked) return;
      this.years = years;
      if (this.works.url !== told.works) this.works = new Works(told.works);
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
      this.said(this.layer?.saying ?? "");
      this.refresh();
      this.arrange();
    } catch (error) {
      if (turn === this.asked) this.said(error instanceof Error ? error.message : String(error));
    }
  }

  /**
   * Another map, or the mosaic in place of it: everything is drawn from the start.
   * @param {Int32Array | Float32Array} places
   * @param {boolean} mosaic
   * @param {Told} told
   */
  settle(places, mosaic, told) {
    this.layer?.free();
    this.thumbs.clear();
    this.places = places;
    this.mosaic = mosaic;
    const { dimensions } = told;
    this.space = places instanceof Int32Array ? gridSpace(places) : new Space(places, dimensions);
    this.pointed = -1;
    this.resumed = undefined;
    this.leave();
    this.order = undefined;
    this.layer = this.layerFor(dimensions);
    this.turned = this.layer instanceof SolidLayer ? this.layer : undefined;
    this.surface.classList.toggle("solid", this.solid);
    this.resize();
  }

  /**
   * @param {number} dimensions of the map
   * @returns {Layer}
   */
  layerFor(dimensions) {
    if (this.mosaic) return new MosaicLayer(this.surface, this);
    if (dimensions === 3) return new SolidLayer(this.surface, this, window.Plotly);
    if (this.maps.webgl) return new WebglLayer(this.surface, window.Plotly);
    return new CanvasLayer(this.surface);
  }

  /** Fetches the order in which works get a picture; drawing does not wait for it. */
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
    if (!clientWidth || !clientHeight || !this.places) return;
    if (this.ready && clientWidth === this.width && clientHeight === this.height) return;
    const first = !this.ready;
    const seen = first || this.isWhole() ? undefined : this.sight();
    [this.width, this.height] = [clientWidth, clientHeight];
    const [x0, x1, y0, y1] = this.maps.data.view;
    const given = y1 !== undefined && !this.mosaic && !this.solid;
    if (first) this.view = given ? this.seeing([x0, x1, y0, y1]) : this.whole();
    else this.view = seen ? this.seeing(seen) : this.whole();
    if (!first) this.settled();
  }

  /** Sorts the works into parts again, after another colour, choice, filter, decade or theme. */
  refresh() {
    if (!this.places || !this.colours) return;
    const { only } = this;
    const { codes } = this.colouring;
    const alone = only === null ? undefined : codes.map((code) => (code === only ? 1 : 0));
    const decade = this.maps.years.mask(this.years);
    this.counting = countingOf(this.space.count, this.filtered, alone, decade);
    this.parts = partsOf(this);
    this.settled();
  }

  settled() {
    super.settled();
    this.lost.hidden = this.solid || !this.ready || this.inSight > 0;
    if (this.ready) this.thumbs.place(this);
  }

  /** Everything that lies over the points, at its place. */
  follow() {
    this.surface.classList.toggle("whole", this.isWhole());
    this.overlay.show(this, this.sketched);
    this.thumbs.move(this);
    this.card.move(this);
  }

  moved() {
    this.maps.looked(this);
  }

  rested() {
    if (!this.mosaic && !this.solid) this.maps.seen(this);
  }

  /**
   * The work at a place of the window, -1 where there is none.
   * @param {number} px
   * @param {number} py
   */
  rowAt(px, py) {
    if (!this.ready) return -1;
    const on = this.thumbs.hit(px, py, this);
    if (on >= 0) return on;
    const cell = this.mosaic ? this.view.k * Math.SQRT1_2 : 0;
    return this.nearest(px, py, cell || REACH + this.size / 2);
  }

  /**
   * @param {number} px
   * @param {number} py
   */
  hover(px, py) {
    if (this.ready) this.point(this.rowAt(px, py));
  }

  /**
   * Points at a work, here and in the other map.
   * @param {number} row
   * @param {boolean} [aloud] also say what it is
   */
  point(row, aloud = false) {
    if (row === this.pointed && !aloud) return;
    if (aloud) this.resumed = row;
    this.mark(row);
    this.surface.classList.toggle("on", row >= 0);
    this.card.show(this, row, aloud ? (work) => this.say(saidOf(work)) : undefined);
    this.maps.pointed(this, row);
  }

  /** @param {number} row */
  mark(row) {
    this.pointed = row;
    if (this.ready) this.overlay.show(this, this.sketched);
  }

  /** @param {string} text for people who cannot see the map */
  say(text) {
    this.live.textContent = text;
  }

  /** @param {string} text in place of the map */
  said(text) {
    this.notice.textContent = text;
  }

  /**
   * @param {number} px
   * @param {number} py
   */
  clicked(px, py) {
    const row = this.rowAt(px, py);
    if (row >= 0) this.open(row);
    else if (this.chosen && this.tool !== "pan") this.clear();
  }

  /** @param {number} row */
  open(row) {
    focusAfterDialog(this.surface);
    this.sendWork("open", row);
  }

  /** @param {number} row */
  similar(row) {
    this.sendWork("query", row);
  }

  /**
   * @param {string} what
   * @param {number} row
   */
  async sendWork(what, row) {
    if (row < 0) return;
    await this.works.load([row]).catch((error) => this.said(error.message));
    const work = this.works.get(row);
    if (work) this.maps.send(what, work.id);
  }

  /** @param {Place[]} corners in pixels */
  sketch(corners) {
    const { accent } = this.theme;
    const d = `M${corners.map((corner) => corner.map(Math.round).join(" ")).join("L")}Z`;
    const line = { stroke: accent, "stroke-width": 1.5, "stroke-dasharray": "5 4" };
    this.sketched = { tag: "path", d, fill: accent, "fill-opacity": 0.12, ...line };
    this.overlay.show(this, this.sketched);
  }

  /**
   * Chooses what lies in a shape drawn in pixels; the server gets the shape, not the works.
   * @param {string} kind
   * @param {Place[]} corners
   */
  select(kind, corners) {
    this.sketched = undefined;
    const path = corners.map((corner) => this.onPlane(...corner));
    if (kind === "lasso" && path.length < 3) {
      this.draw();
      return;
    }
    const mask = this.plane.inside({ kind, path });
    this.counting?.forEach((counts, row) => (mask[row] &= counts));
    const count = mask.reduce((sum, each) => sum + each, 0);
    const text = this.turned ? this.seenText(kind, corners, this.turned) : shapeText(kind, path);
    this.maps.choose(this, text, mask);
    this.say(`${counted(count, "work")} chosen.`);
  }

  /**
   * A shape drawn on a map in space: where it is in the window, and how that is seen.
   * @param {string} kind
   * @param {Place[]} corners
   * @param {SolidLayer} layer
   */
  seenText(kind, corners, layer) {
    /**
     * @param {Place} corner
     * @returns {Place}
     */
    const across = ([px, py]) => [(2 * px) / this.width - 1, 1 - (2 * py) / this.height];
    return shapeText(kind, corners.map(across), layer.matrix());
  }

  clear() {
    if (this.chosen) this.maps.clear();
  }
}
