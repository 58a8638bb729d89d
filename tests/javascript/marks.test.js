import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import marks from "../../artsim/app/assets/marks.js";
import { mounted, newPage } from "./page_kit.js";

const labels = {
  ...{ list: "What you search with", like: "Like", unlike: "Unlike", remove: "Take away" },
  ...{ open: "Look closer", absent: "No picture" },
};
const mark = (index, more = {}) => ({
  ...{ index, sign: "+", id: `w${index}`, title: `Work ${index}`, by: "A. Painter" },
  ...{ alt: `Work ${index}`, thumb: "/media/a.webp", applied: true, told: false, box: null },
  ...{ words: "", ...more },
});

beforeEach(() => {
  newPage();
});

test("each mark says how it counts, can be looked at and can be taken away", () => {
  const { root, run, sent } = mounted(marks);
  const items = [mark(-1, { told: true }), mark(0, { sign: "-", applied: false })];
  run({ items, labels });
  const said = [...root.querySelectorAll(".said")].map((each) => each.textContent);
  assert.deepEqual(said, ["Like: Work -1", "Unlike: Work 0"]);
  assert.equal(root.querySelectorAll(".told").length, 1);
  assert.equal(root.querySelectorAll(".waiting").length, 1);
  root.querySelectorAll(".remove")[0].click();
  root.querySelectorAll("button.frame")[1].click();
  assert.deepEqual(sent, [[1, "remove", -1], [1, "open", "w0"]]);
});

test("a region is drawn on its picture, a concept is its name, an upload opens nothing", () => {
  const { root, run } = mounted(marks);
  const concept = mark(1, { id: "", thumb: "", words: "winter <b>" });
  run({ items: [mark(0, { box: [0, 0, 0.5, 0.5] }), concept, mark(2, { id: "" })], labels });
  assert.equal(root.querySelector(".region").style.width, "50%");
  assert.equal(root.querySelector(".absent").textContent, "winter <b>");
  assert.equal(root.querySelectorAll("button.frame").length, 1);
});
