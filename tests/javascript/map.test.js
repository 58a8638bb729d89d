import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import test, { after, before, beforeEach } from "node:test";

import map from "../../artsim/app/assets/map.js";
import { mounted, newPage } from "./page_kit.js";

const COLUMNS = 5;
const COUNT = 20; // works in four rows of five, a unit apart
const YEARS = Array.from({ length: COUNT }, (_, i) => (i === 7 ? -32768 : 1500 + i));
const CODES = Array.from({ length: COUNT }, (_, i) => i % 2);

const server = createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  const rows = (url.searchParams.get("rows") ?? "").split(",").map(Number);
  const points = Array.from({ length: COUNT }, (_, i) => [i % COLUMNS, Math.floor(i / COLUMNS)]);
  const codes = Buffer.from(CODES).toString("base64");
  const answers = {
    "/points": () => Buffer.from(Float32Array.from(points.flat()).buffer),
    "/years": () => Buffer.from(Int16Array.from(YEARS).buffer),
    "/order": () => Buffer.from(new Uint32Array(0).buffer),
    "/works": () => JSON.stringify(rows.map((row) => ({ row, id: `w${row}`, title: `Work ${row}` }))),
    "/colours": () => JSON.stringify({ kind: "category", names: ["Oil", "Ink"], codes }),
  };
  response.end(answers[url.pathname]());
});
let data;
let page;

before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
after(() => {
  server.closeAllConnections();
  server.close();
});

/** What jsdom lacks and a map needs: sizes, and pixels. */
const completed = (window) => {
  const put = (image) => (page.drawn = image);
  const pixels = (w, h) => ({ width: w, height: h, data: new Uint8ClampedArray(w * h * 4) });
  const nothing = () => {};
  const pen = {
    ...{ createImageData: pixels, putImageData: put, translate: nothing, scale: nothing },
    ...{ fill: nothing, getImageData: (x, y, w, h) => pixels(w, h) },
  };
  Object.defineProperty(window.HTMLElement.prototype, "clientWidth", { value: 500 });
  Object.defineProperty(window.HTMLElement.prototype, "clientHeight", { value: 400 });
  window.HTMLCanvasElement.prototype.getContext = () => pen;
  globalThis.OffscreenCanvas = class {
    getContext = () => pen;
  };
  globalThis.Path2D = class {};
  globalThis.ResizeObserver = class {
    observe = nothing;
  };
  globalThis.matchMedia = () => ({ matches: false });
  window.document.body.style.setProperty("--st-background-color", "#ffffff");
};

const until = async (true_) => {
  const end = Date.now() + 5000;
  while (!true_()) {
    assert.ok(Date.now() < end, `not within five seconds: ${true_}`);
    await new Promise((go) => setTimeout(go, 5));
  }
};

const shown = async (more = {}) => {
  const mount = mounted(map, false);
  mount.run({ ...data, ...more });
  const maps = mount.root.artsimMaps;
  await until(() => maps.panes[0].drawn);
  const [pane] = maps.panes;
  const press = (key, how = {}) =>
    pane.surface.dispatchEvent(new window.KeyboardEvent("keydown", { key, ...how }));
  return { ...mount, maps, pane, press };
};

beforeEach(() => {
  page = {};
  const window = newPage();
  completed(window);
  const base = `http://127.0.0.1:${server.address().port}`;
  const at = (path) => `${base}/${path}?v=1`;
  const palette = { named: ["#112233", "#445566"], other: "#777777", unknown: "#888888" };
  data = {
    panes: [
      {
        ...{ title: "Demo", alt: "A map of 20 works.", count: COUNT, dimensions: 2 },
        ...{ points: at("points"), colours: at("colours"), works: at("works") },
        ...{ order: at("order"), years: at("years"), grid: "", picture: "" },
        ...{ query: null, rows: null, selected: null, labels: [] },
      },
    ],
    ...{ height: 400, tool: "pan", thumbnails: 0, mosaic: false, only: null },
    ...{ shape: "", shape_pane: 0, view_param: "seen", view: [], years: [1500, 1519] },
    ...{ renderer: "canvas", palettes: { light: palette, dark: palette } },
    ...{ symbols: ["circle", "square"], plotly: "" },
  };
});

test("arrow keys go from work to work and say each", async () => {
  const { pane, press } = await shown();
  pane.point(6);
  press("ArrowRight");
  assert.equal(pane.pointed, 7);
  press("ArrowUp");
  assert.equal(pane.pointed, 12);
  await until(() => pane.live.textContent === "Work 12");
  press("ArrowLeft");
  press("ArrowLeft");
  press("ArrowLeft");
  assert.equal(pane.pointed, 10);
  assert.equal(pane.live.textContent, "No further work in this direction.");
});

test("B at two works chooses those between, and Escape takes it back", async () => {
  const { pane, press, sent } = await shown();
  pane.point(13);
  press("b");
  pane.point(6);
  press("b");
  const chosen = [...pane.chosen.keys()].filter((row) => pane.chosen[row]);
  assert.deepEqual(chosen, [6, 7, 8, 11, 12, 13]);
  assert.equal(pane.live.textContent, "6 works chosen.");
  const [[, name, value]] = sent;
  assert.equal(name, "select");
  assert.match(value.shape, /^box:(-?[\d.]+,?){4}$/);
  press("Escape");
  assert.equal(pane.chosen, undefined);
  assert.deepEqual(sent.at(-1).slice(1), ["select", { shape: "", pane: 0 }]);
});

test("Enter opens a work and M looks for more like it", async () => {
  const { pane, press, sent } = await shown();
  pane.point(3);
  press("Enter");
  await until(() => sent.length === 1);
  press("M");
  await until(() => sent.length === 2);
  assert.deepEqual(sent, [[1, "open", "w3"], [1, "query", "w3"]]);
});

test("plus, minus, nought and shift move what is seen, which is in the address", async () => {
  const { pane, press } = await shown();
  const { k } = pane.view;
  press("+");
  assert.equal(pane.view.k, k * 1.5);
  const [x] = pane.at(0);
  press("ArrowRight", { shiftKey: true });
  assert.ok(Math.abs(pane.at(0)[0] - (x - 80)) < 1e-6);
  await until(() => location.search.startsWith("?seen="));
  press("0");
  assert.ok(pane.isWhole());
  await until(() => !location.search);
});

test("other keys and shortcuts are left to the browser", async () => {
  const { press } = await shown();
  assert.equal(press("+", { cancelable: true }), false);
  assert.equal(press("+", { cancelable: true, ctrlKey: true }), true);
  assert.equal(press("x", { cancelable: true }), true);
});

test("a decade stands out, can be gone through and becomes the filter", async () => {
  const { maps, pane, sent } = await shown();
  const { years } = maps;
  years.after.click();
  assert.equal(years.output.textContent, "1500s: 9 works"); // one has no year
  assert.deepEqual([pane.counting[9], pane.counting[10], pane.counting[7]], [1, 0, 0]);
  years.after.click();
  assert.equal(years.after.disabled, true);
  years.keep.click();
  assert.deepEqual(sent, [[1, "years", [1510, 1519]]]);
  assert.equal(years.output.textContent, "All years");
});

test("an entry of the legend and filters leave the others faint", async () => {
  const rows = Buffer.from([0b1111]).toString("base64"); // the first four works
  const { pane } = await shown({ only: 1, panes: [{ ...data.panes[0], rows }] });
  assert.deepEqual([...pane.counting.keys()].filter((row) => pane.counting[row]), [1, 3]);
});

test("a run of the page with other works chosen keeps the map and where it is", async () => {
  const { maps, pane, run, press } = await shown();
  press("+");
  const { view, space } = pane;
  run({ ...data, shape: "box:0,0,1,1", panes: [{ ...data.panes[0], selected: "AwAA" }] }, 2);
  await until(() => pane.chosen);
  assert.deepEqual([maps.panes[0], pane.view, pane.space], [pane, view, space]);
  assert.deepEqual([...pane.chosen].slice(0, 3), [1, 1, 0]);
  assert.deepEqual(pane.shape.path, [[0, 0], [1, 1]]);
});

test("what the server cannot give is told in place of the map", async () => {
  const mount = mounted(map, false);
  const told = { ...data.panes[0], points: "http://127.0.0.1:1/points" };
  mount.run({ ...data, panes: [told] });
  const [pane] = mount.root.artsimMaps.panes;
  assert.equal(pane.notice.textContent, "Fetching the map");
  await until(() => pane.notice.textContent.startsWith("The server does not answer"));
});
