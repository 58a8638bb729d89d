import assert from "node:assert/strict";
import test from "node:test";

import scroll from "../../artsim/app/assets/scroll.js";
import { newPage } from "./page_kit.js";

test("back returns to where an address was left, as soon as the page is long enough", async () => {
  const window = newPage();
  window.document.body.innerHTML = "<div data-testid=stMain></div>";
  const main = window.document.querySelector("div");
  let height = 3000;
  Object.defineProperties(main, {
    scrollHeight: { get: () => height },
    clientHeight: { get: () => 1000 },
  });
  scroll();
  scroll();
  const scrolled = (top) => {
    main.scrollTop = top;
    main.dispatchEvent(new window.Event("scroll"));
  };
  const soon = () => new Promise((then) => setTimeout(then, 250));
  scrolled(1500);
  await soon();
  window.history.pushState({}, "", "/map?page=2");
  scrolled(0);
  window.history.replaceState({}, "", "/map");
  height = 1100;
  window.dispatchEvent(new window.Event("popstate"));
  await soon();
  assert.equal(main.scrollTop, 0, "there is no such place yet");
  height = 3000;
  await soon();
  assert.equal(main.scrollTop, 1500);
  window.document.dispatchEvent(new window.Event("wheel"));
  scrolled(700);
  await soon();
  assert.equal(main.scrollTop, 700, "a person scrolls on");
});
