// Where a point of a picture is on the light table, enlarged and moved.
import assert from "node:assert/strict";
import { test } from "node:test";

import table from "../../artsim/app/assets/light_table.js";
import { barOf, said, scaled } from "../../artsim/app/assets/light_table/scale.js";
import { dragged, enlarged, MOST, WHOLE } from "../../artsim/app/assets/viewer/sight.js";
import { mounted, newPage } from "./page_kit.js";

test("what is under the pointer stays there", () => {
  const at = { x: 0.2, y: -0.1 };
  const before = { x: 0.05, y: 0.1, k: 2 };
  const after = enlarged(before, 1.5, at);
  // The point of the picture that is seen at a place: (place - moved) / enlarged.
  for (const axis of ["x", "y"]) {
    const seen = (sight) => (at[axis] - sight[axis]) / sight.k;
    assert.ok(Math.abs(seen(before) - seen(after)) < 1e-12);
  }
});

test("it is never smaller than whole, nor larger than the picture can bear", () => {
  assert.deepEqual(enlarged({ x: 0.3, y: 0, k: 2 }, 0.1), WHOLE);
  assert.equal(enlarged(WHOLE, 1000).k, MOST);
});

test("a picture cannot be dragged out of sight", () => {
  const far = dragged({ x: 0, y: 0, k: 2 }, { x: 9, y: -9 });
  assert.deepEqual(far, { x: 1, y: -1, k: 2 });
});

test("works of one scale are drawn as large as they are to each other", () => {
  const shown = [
    { width: 400, height: 500 },
    { width: 400, height: 500 },
    { width: 300, height: 300 },
  ];
  const sizes = [{ width: 80, height: 100 }, { width: 40, height: 50 }, null];
  const { parts, pixels } = scaled(sizes, shown);
  assert.deepEqual(parts, [1, 0.5, 1]);
  assert.equal(pixels, 5);
  assert.deepEqual(scaled([null, null], shown.slice(1)), { parts: [1, 1], pixels: Infinity });
});

test("the bar is a round length that fits", () => {
  assert.deepEqual(barOf(5), { centimetres: 20, width: 100 });
  assert.deepEqual([0.02, 5, 60].map((pixels) => said(barOf(pixels).centimetres)), [
    ...["50 m", "20 cm", "2 cm"],
  ]);
  assert.equal(said(barOf(1000).centimetres), "1 mm");
});

const labels = { keys: "keys", not_alike: "No sizes." };
const workOf = (id, more = {}) => ({
  ...{ id, of: "demo", title: id, by: "", alt: id, src: `/${id}.webp`, size: null, measures: "" },
  ...{ differs: `/difference/${id}`, stamp: "1" },
  ...more,
});
const named = (root, mode) => root.querySelector(`[data-mode=${mode}]`);

test("same scale is greyed, with the reason, where fewer than two works tell their size", () => {
  newPage();
  globalThis.ResizeObserver = class { observe() {} };
  const { root, run } = mounted(table);
  const all = { ...labels, alike: "Same scale" };
  run({ works: [workOf("a"), workOf("b", { size: { width: 1, height: 1 } })], labels: all });
  const [button] = [...root.querySelectorAll(".tool")].filter((one) => one.disabled);
  assert.equal(button.textContent, "Same scale");
  assert.equal(root.querySelector(".why").textContent, "No sizes.");
});

test("the bar is of the works that are seen, and there is none without their sizes", () => {
  newPage();
  globalThis.ResizeObserver = class { observe() {} };
  const { root, run } = mounted(table);
  const sized = { size: { width: 40, height: 50 } };
  run({ works: [workOf("a", sized), workOf("b"), workOf("c", sized)], labels });
  for (const glass of root.querySelectorAll(".glass")) {
    // Without a layout every picture is a pixel, in glasses of such a size where they are seen.
    for (const side of ["clientWidth", "clientHeight"]) {
      Object.defineProperty(glass, side, { get: () => (glass.isConnected ? 400 : 0) });
    }
  }
  const bar = root.querySelector(".scale");
  const scale = [...root.querySelectorAll(".tool")].at(5);
  assert.equal(bar.hidden, true);
  scale.click();
  assert.deepEqual([bar.hidden, bar.textContent], [false, "10 cm"]);
  named(root, "overlay").click();
  assert.deepEqual([bar.hidden, bar.textContent], [false, "10 cm"]);
  const swap = [...root.querySelectorAll(".tool")].at(6);
  swap.click(); // b and c
  assert.equal(bar.hidden, false);
  named(root, "difference").click();
  assert.equal(bar.hidden, true);
});

test("a difference is the server's picture or its sentence, asked for once a pair", async () => {
  newPage();
  globalThis.ResizeObserver = class { observe() {} };
  const asked = [];
  globalThis.fetch = async (address) => {
    asked.push(address);
    return { ok: false, json: async () => ({ error: "They share too little." }) };
  };
  const { root, run } = mounted(table);
  run({ works: [workOf("a"), workOf("b/1"), workOf("c", { of: "other" })], labels });
  const told = async () => {
    await new Promise((resolve) => setTimeout(resolve));
    return root.querySelector(".told").textContent;
  };
  named(root, "difference").click();
  assert.equal(await told(), "They share too little.");
  assert.deepEqual(asked, ["/difference/a?other=b%2F1&of=demo&v=1+1"]);
  named(root, "beside").click();
  assert.equal(root.querySelectorAll(".pane").length, 3);
  named(root, "difference").click();
  assert.equal(asked.length, 1);
});
