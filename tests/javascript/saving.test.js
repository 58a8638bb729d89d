import assert from "node:assert/strict";
import test from "node:test";

import { legendOf, pathsOf } from "../../artsim/app/assets/map/drawing.js";
import { FORMS } from "../../artsim/app/assets/map/forms.js";
import { fileName } from "../../artsim/app/assets/map/saving.js";
import { quoted, written } from "../../artsim/app/assets/map/svg.js";
import { near, sightOf, SQUARE } from "./sight_kit.js";

test("hostile texts stay text in a drawing", () => {
  assert.equal(quoted(`<b>"it's" & more`), "&#60;b&#62;&#34;it&#39;s&#34; &#38; more");
  const mark = written({ tag: "text", x: 1, text: "</text><script>" });
  assert.equal(mark, '<text x="1">&#60;/text&#62;&#60;script&#62;</text>');
});

test("a file is called by its map, whatever that is called", () => {
  assert.equal(fileName("Demo: efficientnet_lite0 (2 maps)", "svg"), "Demo-efficientnet-lite0-2-maps-.svg");
  assert.equal(fileName("Öl auf Leinwand", "png"), "Öl-auf-Leinwand.png");
  assert.equal(fileName("x".repeat(200), "png"), `${"x".repeat(60)}.png`);
  assert.equal(fileName("", "html"), "map.html");
});

const scene = (part) => ({
  parts: [{ scale: 1, opacity: 0.5, symbol: "square", colour: "#123456", ...part }],
  size: 10,
  fade: 0.5,
});

test("a part is one path, with the form of its works at their places", () => {
  const sight = sightOf(SQUARE);
  const [path] = pathsOf(sight, scene({ x: [0, 10], y: [0, 10] }));
  assert.match(path, /fill="#123456" fill-opacity="0.25"/);
  const moves = [...path.matchAll(/M(-?[\d.]+) (-?[\d.]+)m/g)].map(([, x, y]) => [+x, +y]);
  assert.equal(moves.length, 2);
  near(assert, moves[0], sight.at(0), 0.05);
  near(assert, moves[1], sight.at(2), 0.05);
});

test("a form is as large as a work is on the screen", () => {
  const [path] = pathsOf(sightOf(SQUARE), scene({ x: [5], y: [5] }));
  assert.ok(path.includes(" -4.35 -4.35h 8.70v 8.70h -8.70"), path);
});

test("only works in sight are in the drawing", () => {
  const sight = sightOf(SQUARE);
  sight.zoom(4, ...sight.at(2));
  const [path] = pathsOf(sight, scene({ x: [0, 10, NaN], y: [0, 10, 5] }));
  assert.equal(path.match(/M/g).length, 1);
});

test("every form can be scaled: steps are relative, without arcs", () => {
  for (const form of Object.values(FORMS)) assert.match(form, /^M[-\d.\s]*(?:[hvlcsz][-\d.\s]*|m[-\d. ]*)+$/);
});

test("a legend names what is chosen, the most frequent first", () => {
  const part = (name, shade, tier = 2) => ({ name, shade, tier });
  const parts = [part("", 255), part("Other", 254), part("Oil", 1), part("Ink", 0), part("No", 3, 1)];
  assert.deepEqual(legendOf(parts).map(({ name }) => name), ["Ink", "Oil", "Other"]);
});
