import assert from "node:assert/strict";
import test from "node:test";

import { nameMenu } from "../../artsim/app/assets/menu_name.js";
import { newPage } from "./page_kit.js";

test("the button that opens the sidebar is called Menu, again when it comes back", async () => {
  const { document } = newPage();
  const opens = () => document.querySelector("button")?.getAttribute("aria-label");
  const streamlit = '<button data-testid=stExpandSidebarButton aria-label="Expand sidebar"></button>';
  document.body.innerHTML = streamlit;
  nameMenu();
  assert.equal(opens(), "Menu");
  document.body.innerHTML = "";
  document.body.innerHTML = streamlit;
  await new Promise((then) => setTimeout(then, 20));
  assert.equal(opens(), "Menu");
});
