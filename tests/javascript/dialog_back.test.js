import assert from "node:assert/strict";
import test from "node:test";

import { backClosesDialogs } from "../../artsim/app/assets/dialog_back.js";
import { newPage } from "./page_kit.js";

test("back closes an open dialog first, and one that is closed by hand leaves no step", async () => {
  const window = newPage();
  const { document, history } = window;
  const soon = () => new Promise((then) => setTimeout(then, 60));
  let runs = 0;
  let query = "";
  window.addEventListener("popstate", () => {
    // What Streamlit does, whose listener comes first.
    if (!window.location.href.includes("#") || window.location.search !== query) runs += 1;
    query = window.location.search;
  });
  backClosesDialogs();
  const open = async () => {
    document.body.innerHTML =
      "<div data-testid=stDialog><section><button aria-label=Close></button><b></b></section></div>";
    document.querySelector("button").onclick = () => (document.body.innerHTML = "");
    await soon();
  };
  const steps = history.length;
  await open();
  assert.equal(history.length, steps + 1);
  history.back();
  await soon();
  assert.equal(document.querySelector("button"), null, "closed");
  assert.equal(runs, 0, "and the page does not run");
  assert.equal(window.location.href, "http://localhost/map");

  await open();
  document.querySelector("button").click();
  await soon();
  assert.equal(history.state?.artsimDialog, undefined);
  assert.equal(runs, 0);

  await open();
  document.querySelector("b").click(); // the dialog goes before the page that it leads to is there
  document.body.innerHTML = "";
  await soon();
  assert.equal(history.state?.artsimDialog, true, "no step back crosses the way of the next page");
  history.pushState({}, "", "/map?query=1");
  query = "?query=1";
  await soon();
  assert.equal(window.location.search, "?query=1");
  history.back();
  await soon();
  assert.equal(history.state?.artsimDialog, undefined, "the step of the dialog is passed over");
  assert.equal(runs, 1, "and the view before it is shown");
  assert.equal(window.location.href, "http://localhost/map");

  await open();
  document.querySelector("b").click();
  document.body.innerHTML = "";
  await new Promise((then) => setTimeout(then, 600));
  assert.equal(history.state?.artsimDialog, undefined, "a button that led nowhere leaves no step");
});
