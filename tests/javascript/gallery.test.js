import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import gallery from "../../artsim/app/assets/gallery.js";
import { mounted, newPage } from "./page_kit.js";

const labels = { gallery: "Works", open: "Look closer", more: "More like this", absent: "None" };
const card = (id, more = {}) => ({
  ...{ id, title: `Work ${id}`, full_title: `Work ${id}`, by: "A. Painter", alt: `Work ${id}` },
  ...{ thumb: `/media/${id}.webp`, rank: null, score: "", band: "", marks: 0, meaning: "" },
  ...more,
});
const data = (...items) => ({ items, card_width: 172, labels });
let window;

beforeEach(() => {
  window = newPage();
  window.HTMLElement.prototype.scrollIntoView = () => {};
});

test("a text that looks like HTML is shown as it is", () => {
  const { root, run } = mounted(gallery);
  run(data(card("a", { title: "<img src=x onerror=alert(1)>", by: "<b>B</b>" })));
  assert.equal(root.querySelector(".title").textContent, "<img src=x onerror=alert(1)>");
  assert.equal(root.querySelectorAll("img").length, 1);
  assert.equal(root.querySelector("b"), null);
});

test("a work without a picture says so and offers no likeness", () => {
  const { root, run } = mounted(gallery);
  run(data(card("a", { thumb: "" })));
  assert.equal(root.querySelector(".absent").textContent, "None");
  assert.equal(root.querySelector(".more"), null);
});

test("clicks tell the work", () => {
  const { root, run, sent } = mounted(gallery);
  run(data(card("a"), card("b")));
  root.querySelectorAll(".more")[1].click();
  root.querySelectorAll(".frame")[0].click();
  assert.deepEqual(sent, [[1, "similar", "b"], [1, "open", "a"]]);
});

test("arrow keys go from picture to picture, a row up and down, and stay within the works", () => {
  const { root, run } = mounted(gallery, false);
  run(data(...["a", "b", "c", "d", "e"].map((id) => card(id))));
  const cards = [...root.querySelectorAll(".card")];
  cards.forEach((each, i) => Object.defineProperty(each, "offsetTop", { value: i < 2 ? 9 : 300 * i }));
  cards[0].querySelector(".more").focus();
  const after = (key) => {
    const event = new window.KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(event);
    return [document.activeElement.closest(".card").dataset.id, event.defaultPrevented];
  };
  assert.deepEqual(after("ArrowRight"), ["b", true]);
  assert.deepEqual(after("ArrowDown"), ["d", true]);
  assert.deepEqual(after("ArrowLeft"), ["c", true]);
  assert.deepEqual(after("ArrowUp"), ["a", true]);
  assert.deepEqual(after("ArrowLeft"), ["a", false]);
  assert.deepEqual(after("x"), ["a", false]);
});

test("whoever asks by a key goes on at the heading of the results", () => {
  const { root, run } = mounted(gallery, false);
  run(data(card("a"), card("b")));
  root.querySelector(".more").click();
  run({ ...data(card("c")), answers: true });
  assert.equal(document.activeElement, root.querySelector(".heading"));
  run({ ...data(card("d")), answers: true });
  assert.notEqual(document.activeElement, root.querySelector(".heading"));
});

test("a run that changes nothing leaves all as it is, and clicks go through the last run", () => {
  const { root, run, sent } = mounted(gallery);
  run(data(card("a")), 1);
  const before = root.querySelector(".card");
  run(data(card("a")), 2);
  assert.equal(root.querySelector(".card"), before);
  before.querySelector(".frame").click();
  assert.deepEqual(sent, [[2, "open", "a"]]);
});

test("other works take the place of the former ones", () => {
  const { root, run } = mounted(gallery);
  run(data(card("a")));
  run(data(card("b"), card("c")));
  assert.equal(root.querySelectorAll(".gallery").length, 1);
  assert.deepEqual([...root.querySelectorAll(".card")].map((c) => c.dataset.id), ["b", "c"]);
});

test("the focus stays on its work where that is still there", () => {
  const { root, run } = mounted(gallery, false);
  run(data(card("a"), card("b")));
  root.querySelectorAll(".frame")[1].focus();
  run(data(card("b"), card("c")));
  const [first] = root.querySelectorAll(".frame");
  assert.equal(document.activeElement, first);
});

test("a band of likeness has its marks and words", () => {
  const { root, run } = mounted(gallery);
  run(data(card("a", { band: "Close", marks: 2, meaning: "Often by the same artist" })));
  assert.equal(root.querySelector(".marks").textContent, "●●○");
  assert.equal(root.querySelector(".band").title, "Often by the same artist");
});

test("a work is marked, and its mark taken away by the same button", () => {
  const { root, run, sent } = mounted(gallery);
  const marking = { ...labels, plus: "Like", minus: "Unlike" };
  const shown = (sign) => ({ ...data(card("a", { sign })), labels: marking });
  run(shown(""));
  root.querySelector(".plus").click();
  run(shown("+"));
  assert.equal(root.querySelector(".plus").getAttribute("aria-pressed"), "true");
  assert.equal(root.querySelector(".minus").getAttribute("aria-pressed"), "false");
  root.querySelector(".plus").click();
  assert.deepEqual(
    sent.map(([, ...what]) => what),
    [
      ["mark", { id: "a", sign: "+" }],
      ["mark", { id: "a", sign: "" }],
    ],
  );
  run(data(card("a")));
  assert.equal(root.querySelector(".plus"), null);
});

test("what matched is framed on the picture, and why it did can be asked", () => {
  const { root, run, sent } = mounted(gallery);
  const asked = { ...data(card("a", { box: [0.25, 0.5, 0.5, 0.25], why: true }), card("b")) };
  run({ ...asked, labels: { ...labels, why: "Why?" } });
  const frames = root.querySelectorAll(".region");
  assert.equal(frames.length, 1);
  const { left, top, width, height } = frames[0].style;
  assert.deepEqual([left, top, width, height], ["25%", "50%", "50%", "25%"]);
  root.querySelector(".why").click();
  assert.deepEqual(sent, [[1, "why", "a"]]);
});

test("a range of works goes into the tray from the work that was clicked before the page ran", () => {
  const { root, run, sent } = mounted(gallery);
  const works = ["a", "b", "c", "d"].map((id) => card(id));
  const trays = { ...labels, tray: "Add to tray", in_tray: "In the tray" };
  const at = (place) => root.querySelectorAll(".to-tray")[place];
  const shift = () => new window.MouseEvent("click", { shiftKey: true });
  run({ ...data(...works), labels: trays, of: "demo", held: [] }, 1);
  at(0).click();
  run({ ...data(...works), labels: trays, of: "demo", held: ["a"] }, 2);
  at(2).dispatchEvent(shift());
  assert.deepEqual(sent, [
    [1, "tray", { a: true }],
    [2, "tray", { b: true, c: true }],
  ]);
  assert.equal(at(3).getAttribute("aria-pressed"), "false");
});
