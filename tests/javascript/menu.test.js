import assert from "node:assert/strict";
import test from "node:test";

import { keepMenu } from "../../artsim/app/assets/menu.js";
import { newPage } from "./page_kit.js";

const { document, Event } = newPage(); // watched once, as a real page is

test("the button that opens the sidebar is called Menu, again when it comes back", async () => {
  const opens = () => document.querySelector("button")?.getAttribute("aria-label");
  const streamlit = '<button data-testid=stExpandSidebarButton aria-label="Expand sidebar"></button>';
  document.body.innerHTML = streamlit;
  keepMenu();
  assert.equal(opens(), "Menu");
  document.body.innerHTML = "";
  document.body.innerHTML = streamlit;
  await new Promise((then) => setTimeout(then, 20));
  assert.equal(opens(), "Menu");
});

test("a page chosen in the sidebar of a phone is seen, and a desk's sidebar stays", async () => {
  document.body.innerHTML =
    "<div data-testid=stSidebarCollapseButton><button></button></div>" +
    '<a class=other><i></i></a><div class=st-key-navigation><a href="#"><i></i></a></div>';
  let closed = 0;
  let phone = true;
  window.matchMedia = /** @type {any} */ (() => ({ matches: phone }));
  document.querySelector("button")?.addEventListener("click", () => (closed += 1));
  keepMenu();
  const chosen = async (link) => {
    document.querySelector(link)?.dispatchEvent(new Event("click", { bubbles: true }));
    await new Promise((then) => setTimeout(then, 5));
    return closed;
  };
  assert.equal(await chosen("a i"), 0);
  assert.equal(await chosen(".st-key-navigation i"), 1);
  phone = false;
  assert.equal(await chosen(".st-key-navigation i"), 1);
});
