// When a map is drawn, how its frames follow each other, and when a choice is seen.
window.mapBench = {
  maps: undefined,
  paint: undefined,
  host(root = document) {
    for (const node of root.querySelectorAll("*")) {
      if (node.artsimMaps) return node.artsimMaps;
      const found = node.shadowRoot && this.host(node.shadowRoot);
      if (found) return found;
    }
    return undefined;
  },
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
  },
  drawn() {
    return Boolean(this.paint);
  },
  // What is done where there is a graphics card.
  byPlotly() {
    this.maps.webgl = true;
    this.maps.panes[0].places = null;
    this.maps.update(this.maps.data);
  },
  plotted() {
    return Boolean(this.maps.panes[0].layer.node.data?.length);
  },
  frames() {
    this.times = [];
    const next = (time) => {
      this.times?.push(time);
      if (this.times) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  },
  gaps() {
    const { times } = this;
    this.times = undefined;
    return times.slice(1).map((time, i) => time - times[i]);
  },
  choosing() {
    [this.chosen, this.answered] = [undefined, undefined];
    let began = 0;
    addEventListener("pointerup", () => (began = performance.now()), { capture: true, once: true });
    const before = this.maps.data;
    const look = () => {
      const now = performance.now() - began;
      if (began && !this.chosen && this.maps.panes[0].chosen) this.chosen = now;
      if (began && this.maps.data !== before && this.maps.data.shape) this.answered = now;
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  },
};
document.addEventListener("DOMContentLoaded", () => mapBench.watch());
