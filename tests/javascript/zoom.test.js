import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import zoom, { bounded } from "../../artsim/app/assets/zoom.js";
import { mounted, newPage } from "./page_kit.js";

const labels = { frame: "The picture", closer: "Closer", away: "Away", whole: "All of it" };
let window;

beforeEach(() => {
  window = newPage();
});

test("nothing beside the picture is shown, and no more than eight times its size", () => {
  assert.deepEqual(bounded({ scale: 0.2, x: 0, y: 1 }), { scale: 1, x: 0.5, y: 0.5 });
  assert.deepEqual(bounded({ scale: 100, x: 0, y: 0.5 }), { scale: 8, x: 0.0625, y: 0.5 });
});

test("buttons and keys zoom, and the size is said", () => {
  const { root, run } = mounted(zoom);
  run({ src: "/media/a.webp", alt: "A work", labels });
  const said = () => root.querySelector("[role=status]").textContent;
  const press = (key) =>
    root
      .querySelector(".frame")
      .dispatchEvent(new window.KeyboardEvent("keydown", { key, cancelable: true }));
  assert.equal(said(), "100 %");
  root.querySelector(".closer").click();
  assert.equal(said(), "140 %");
  press("+");
  assert.equal(said(), "196 %");
  assert.equal(press("ArrowLeft"), false, "the arrow moves the picture and not the page");
  press("0");
  assert.equal(said(), "100 %");
  assert.equal(press("ArrowLeft"), true, "the page scrolls by it where all is seen");
  assert.equal(root.querySelector("img").alt, "A work");
});

test("the work is put into the tray by its + and by T, and its picture stays as it is", () => {
  const { root, run, sent } = mounted(zoom);
  const held = (ids) => ({
    ...{ src: "/media/a.webp", id: "a", alt: "A work", of: "demo", held: ids },
    labels: { ...labels, tray: "Add to tray", in_tray: "Take it out" },
  });
  run(held([]));
  root.querySelector(".closer").click();
  root
    .querySelector(".frame")
    .dispatchEvent(new window.KeyboardEvent("keydown", { key: "T", cancelable: true }));
  assert.deepEqual(sent, [[1, "tray", { a: true }]]);
  run(held(["a"]), 2);
  assert.equal(root.querySelector(".to-tray").getAttribute("aria-pressed"), "true");
  assert.equal(root.querySelector("[role=status]").textContent, "140 %");
  root.querySelector(".to-tray").click();
  assert.deepEqual(sent[1], [2, "tray", { a: false }]);
});
