import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import zoom from "../../artsim/app/assets/zoom.js";
import { look } from "../../artsim/app/assets/viewer/deep.js";
import { contained } from "../../artsim/app/assets/viewer/glass.js";
import { dragged, enlarged } from "../../artsim/app/assets/viewer/sight.js";
import { mounted, newPage } from "./page_kit.js";

const labels = { frame: "The picture", closer: "Closer", away: "Away", whole: "All of it" };
let window;

beforeEach(() => {
  window = newPage();
});

test("nothing beside a picture that fills its place is shown", () => {
  const far = enlarged({ x: 0, y: 0, k: 1 }, 2, { x: 5, y: -5 }, true);
  assert.deepEqual(far, { x: -0.5, y: 0.5, k: 2 });
  assert.deepEqual(dragged({ x: 0, y: 0, k: 1 }, { x: 1, y: 1 }, true), { x: 0, y: 0, k: 1 });
});

test("tiles lie where the plain picture lies", () => {
  const [place, picture] = [{ width: 600, height: 300 }, { width: 2000, height: 1500 }];
  const shown = contained(place, picture);
  assert.deepEqual(shown, { width: 400, height: 300 });
  const whole = look({ x: 0, y: 0, k: 1 }, 1, place, shown);
  assert.deepEqual(whole, { zoom: 2 / 3, x: 0.5, y: 0.375 });
  // Twice as large and moved by half of the place: its left edge is where its middle was.
  const { zoom, x, y } = look({ x: 1 / 3, y: 0, k: 2 }, 0.5, place, shown);
  assert.ok(Math.abs(zoom - 2 / 3) < 1e-12);
  assert.ok(Math.abs(x) < 1e-12);
  assert.equal(y, 0.375);
});

test("buttons and keys zoom, and the size is said", () => {
  const { root, run } = mounted(zoom);
  run({ src: "/media/a.webp", alt: "A work", labels });
  const said = () => root.querySelector("[role=status]").textContent;
  const press = (key) =>
    root
      .querySelector(".glass")
      .dispatchEvent(new window.KeyboardEvent("keydown", { key, cancelable: true }));
  assert.equal(said(), "100 %");
  assert.equal(press("ArrowLeft"), true, "the page scrolls by it where all is seen");
  root.querySelector(".closer").click();
  assert.equal(said(), "125 %");
  press("+");
  assert.equal(said(), "156 %");
  assert.equal(press("ArrowLeft"), false, "the arrow moves the picture and not the page");
  press("0");
  assert.equal(said(), "100 %");
  assert.equal(root.querySelector("img").alt, "A work");
});

test("the viewer is fetched when a picture is enlarged, and the plain one stays without it", async () => {
  const { root, run } = mounted(zoom);
  const asked = [];
  globalThis.fetch = async (address) => {
    asked.push(address);
    return { ok: false };
  };
  const sources = ["https://museum.example/iiif/a/info.json", "/iiif/3/demo/a/a/info.json"];
  run({ src: "/a.webp", alt: "A", deep: { script: "/ui/viewer.js", sources }, labels });
  assert.deepEqual(asked, []);
  root.querySelector(".closer").click();
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(asked, sources);
  assert.equal(document.querySelector("script"), null);
  assert.equal(root.querySelector("img").style.visibility, "");
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
    .querySelector(".glass")
    .dispatchEvent(new window.KeyboardEvent("keydown", { key: "T", cancelable: true }));
  assert.deepEqual(sent, [[1, "tray", { a: true }]]);
  run(held(["a"]), 2);
  assert.equal(root.querySelector(".to-tray").getAttribute("aria-pressed"), "true");
  assert.equal(root.querySelector("[role=status]").textContent, "125 %");
  root.querySelector(".to-tray").click();
  assert.deepEqual(sent[1], [2, "tray", { a: false }]);
});
