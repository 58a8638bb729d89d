import assert from "node:assert/strict";
import test from "node:test";

import { onePageOneStep } from "../../artsim/app/assets/address_steps.js";
import { newPage } from "./page_kit.js";

test("a page is one step, however often its address is completed, and a view is one too", async () => {
  const window = newPage();
  globalThis.HTMLAnchorElement = window.HTMLAnchorElement;
  const { document, history, location } = window;
  const whole = () => new Promise((then) => setTimeout(then, 500));
  document.body.innerHTML = "<main data-test-script-state=running></main><a href=/work>Work</a>";
  const state = (now) => document.querySelector("main").setAttribute("data-test-script-state", now);
  const added = (act) => {
    const before = history.length;
    act();
    return history.length - before;
  };
  const push = (url) => () => history.pushState({}, "", url);
  onePageOneStep();
  await whole();
  assert.equal(added(push("/map?collection=demo")), 0, "the first run completes the address");
  state("notRunning");
  await whole();
  assert.equal(added(push("/map?collection=demo&query=1")), 1, "what a person changes is a step");
  assert.equal(added(push("/map?collection=demo&query=2")), 1);

  state("running");
  assert.equal(added(push("/?collection=demo&query=2")), 1, "another page");
  assert.equal(added(push("/?collection=demo&query=2&backbone=tiny")), 0, "and what it adds");
  assert.equal(added(push("/?collection=demo&query=2&backbone=tiny#")), 1, "a dialog's step");
  assert.equal(added(push("/?collection=demo&query=3")), 0);
  document.querySelector("main").click();
  assert.equal(added(push("/?collection=demo&query=4")), 1, "a person is quicker than the page");

  document.querySelector("a").addEventListener("click", (event) => event.preventDefault());
  document.querySelector("a").click();
  assert.equal(added(push("/?id=1")), 1, "of a link the query may come before the path");
  assert.equal(added(push("/work?id=1")), 0);
  assert.equal(location.href, "http://localhost/work?id=1");
  state("notRunning");
  await whole();
});
