// When a map is drawn, how its frames follow each other, and when a choice is seen.
/** @import { Maps } from "../artsim/app/assets/map/maps.js" */

/** @typedef {Element & { artsimMaps?: Maps }} Keeper */

class MapBench {
  /** @type {Maps | undefined} */
  maps = undefined;
  /** @type {Record<string, number> | undefined} */
  paint = undefined;
  begun = 0;
  /** @type {number[] | undefined} */
  times = undefined;
  /** @type {number | undefined} */
  chosen = undefined;
  /** @type {number | undefined} */
  answered = undefined;

  /**
   * @param {Document | ShadowRoot} [root]
   * @returns {Maps | undefined}
   */
  host(root = document) {
    for (const node of root.querySelectorAll("*")) {
      /** @type {Keeper} */
      const keeper = node;
      if (keeper.artsimMaps) return keeper.artsimMaps;
      const found = node.shadowRoot && this.host(node.shadowRoot);
      if (found) return found;
    }
    return undefined;
  }

  watch() {
    this.maps ??= this.host();
    if (this.maps && !this.begun) this.begun = performance.now();
    const pane = this.maps?.panes[0];
    if (pane?.drawn) {
      requestAnimationFrame(() => {
        const now = performance.now();
        this.paint = { "first paint": now, component: now - this.begun };
      });
    } else requestAnimationFrame(() => this.watch());
  }

  drawn() {
    return Boolean(this.paint);
  }

  get seen() {
    if (!this.maps) throw new Error("no map is there");
    return { maps: this.maps, pane: this.maps.panes[0] };
  }

  /** What is done where there is a graphics card. */
  byPlotly() {
    const { maps, pane } = this.seen;
    maps.webgl = true;
    pane.places = undefined;
    maps.update(maps.data);
  }

  plotted() {
    /** @type {(HTMLElement & { data?: unknown[] }) | undefined} plotly adds what it draws */
    const node = this.seen.pane.layer?.node;
    return Boolean(node?.data?.length);
  }

  frames() {
    this.times = [];
    /** @param {number} time */
    const next = (time) => {
      this.times?.push(time);
      if (this.times) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  }

  gaps() {
    /** @type {number[]} */
    const times = this.times ?? [];
    this.times = undefined;
    return times.slice(1).map((time, i) => time - times[i]);
  }

  choosing() {
    [this.chosen, this.answered] = [undefined, undefined];
    let began = 0;
    addEventListener("pointerup", () => (began = performance.now()), { capture: true, once: true });
    const { maps, pane } = this.seen;
    const before = maps.data;
    const look = () => {
      const now = performance.now() - began;
      if (began && !this.chosen && pane.chosen) this.chosen = now;
      if (began && maps.data !== before && maps.data.shape) this.answered = now;
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }
}

const mapBench = new MapBench();
Object.assign(window, { mapBench });
document.addEventListener("DOMContentLoaded", () => mapBench.watch());
