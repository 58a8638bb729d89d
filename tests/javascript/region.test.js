import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import region, { inside, keyed } from "../../artsim/app/assets/region.js";
import { mounted, newPage } from "./page_kit.js";

let window;
const data = {
  src: "/media/a.webp",
  alt: "A work",
  box: [0.25, 0.25, 0.5, 0.5],
  labels: { box: "The detail", find: "Find it", hint: "Draw", keys: "Arrows" },
};

beforeEach(() => {
  window = newPage();
});

test("a box stays within the picture and is never too small to see", () => {
  assert.deepEqual(inside([-1, 0.9, 0.5, 0.5]), [0, 0.5, 0.5, 0.5]);
  assert.deepEqual(inside([0.99, 0.99, 0, 0]), [0.95, 0.95, 0.05, 0.05]);
  assert.deepEqual(inside([0, 0, 9, 9]), [0, 0, 1, 1]);
});

test("arrows move the box, with Shift they change its size, and other keys do nothing", () => {
  assert.deepEqual(keyed([0.5, 0.5, 0.2, 0.2], "ArrowLeft", false), [0.48, 0.5, 0.2, 0.2]);
  assert.deepEqual(keyed([0.5, 0.5, 0.2, 0.2], "ArrowDown", true), [0.5, 0.5, 0.2, 0.22]);
  assert.equal(keyed([0.5, 0.5, 0.2, 0.2], "a", false), null);
});

test("by keyboard a box is moved and searched for", () => {
  const { root, run, sent } = mounted(region);
  run(data);
  const frame = root.querySelector(".region");
  for (const key of ["ArrowRight", "Enter"]) {
    frame.dispatchEvent(new window.KeyboardEvent("keydown", { key, cancelable: true }));
  }
  root.querySelector(".find").click();
  assert.deepEqual(sent, [
    [1, "found", [0.27, 0.25, 0.5, 0.5]],
    [1, "found", [0.27, 0.25, 0.5, 0.5]],
  ]);
});

test("by pointer a box is drawn wherever it begins, and then moved", () => {
  const { root, run, sent } = mounted(region);
  run({ ...data, box: [0.7, 0.7, 0.3, 0.3] });
  root.querySelector("img").getBoundingClientRect = () => ({
    ...{ left: 0, top: 0, width: 100, height: 200 },
  });
  const frame = root.querySelector(".region");
  const pointer = (type, clientX, clientY) =>
    frame.dispatchEvent(
      Object.assign(new window.Event(type, { bubbles: true, cancelable: true }), {
        ...{ clientX, clientY, button: 0, pointerId: 1 },
      }),
    );
  pointer("pointerdown", 80, 160);
  pointer("pointermove", 40, 40);
  pointer("pointerup", 40, 40);
  root.querySelector(".find").click();
  assert.deepEqual(sent[0][2], [0.4, 0.2, 0.4, 0.6]);
  pointer("pointerdown", 50, 100);
  pointer("pointermove", 40, 120);
  pointer("pointerup", 40, 120);
  root.querySelector(".find").click();
  assert.deepEqual(sent[1][2], [0.3, 0.3, 0.4, 0.6]);
});
