import assert from "node:assert/strict";
import test from "node:test";

import { base64Of } from "../../artsim/app/assets/map/base64.js";
import { between, Colouring, rgbOf } from "../../artsim/app/assets/map/colouring.js";
import { countingOf, ON, partsOf } from "../../artsim/app/assets/map/parts.js";
import { Space } from "../../artsim/app/assets/map/space.js";

const PALETTE = {
  named: ["#111111", "#222222"],
  other: "#333333",
  unknown: "#444444",
  sequence: ["#000000", "#ffffff"],
};
const NOTHING = { names: [], codes: null, values: null, low: null, high: null };
const coded = (codes, names = ["Oil", "Fresco_secco"]) => {
  const told = { ...NOTHING, kind: "category", names, codes: base64Of(Uint8Array.from(codes)) };
  return new Colouring(told, codes.length, ["circle", "square"]);
};
const measured = (values, low, high) => {
  const told = { kind: "sequence", names: [], codes: null, low, high };
  const text = base64Of(Float32Array.from(values));
  return new Colouring({ ...told, values: text }, values.length, ["square"]);
};
const space = (count) => new Space(Array.from({ length: 2 * count }, (_, i) => i), 2);

test("colours are read from hex and mixed along a scale", () => {
  assert.deepEqual(rgbOf("#0180ff"), [1, 128, 255]);
  assert.equal(between(["#000000", "#808080", "#ffffff"], 0.25), "#404040");
  assert.equal(between(["#000000", "#ffffff"], -1), "#000000");
  assert.equal(between(["#000000", "#ffffff"], 2), "#ffffff");
});

test("a value has its colour, form and name; others and unknown ones are told apart", () => {
  const colouring = coded([0, 1, 254, 255]);
  const told = (shade) => [
    colouring.colour(shade, PALETTE),
    colouring.symbol(shade),
    colouring.name(shade),
  ];
  assert.deepEqual(told(1), ["#222222", "square", "Fresco secco"]);
  assert.deepEqual(told(254), ["#333333", "circle", "Other"]);
  assert.deepEqual(told(255), ["#444444", "circle", "Not known"]);
});

test("numbers take the colours of a scale, the unknown one its own", () => {
  const colouring = measured([0, 10, NaN, 5], 0, 10);
  const colours = [...colouring.shades].map((shade) => colouring.colour(shade, PALETTE));
  assert.deepEqual(colours.slice(0, 3), ["#000000", "#ffffff", "#444444"]);
  assert.ok(colours[3] > "#7f" && colours[3] < "#90");
  assert.equal(colouring.symbol(3), "circle");
});

test("a scale of one value alone is drawn too", () => {
  const colouring = measured([4, 4], 4, 4);
  assert.deepEqual([...colouring.shades], [0, 0]);
});

test("a work counts where every mask says so; without masks all do", () => {
  const [a, b] = [Uint8Array.from([1, 1, 0]), Uint8Array.from([1, 0, 1])];
  assert.deepEqual([...countingOf(3, a, undefined, b)], [1, 0, 0]);
  assert.equal(countingOf(3, undefined), undefined);
});

test("every work is in one part, with its place", () => {
  const sorted = { space: space(5), colouring: coded([0, 1, 0, 254, 255]), palette: PALETTE };
  const parts = partsOf(sorted);
  assert.deepEqual(parts.flatMap((part) => [...part.rows]).sort(), [0, 1, 2, 3, 4]);
  const first = parts.find((part) => part.name === "Oil");
  assert.deepEqual([[...first.rows], [...first.x], [...first.y]], [[0, 2], [0, 4], [1, 5]]);
  assert.deepEqual([first.colour, first.symbol, first.tier], ["#111111", "circle", ON]);
});

test("named works are drawn last, over others and unknown ones", () => {
  const sorted = { space: space(4), colouring: coded([0, 255, 1, 254]), palette: PALETTE };
  const names = partsOf(sorted).map((part) => part.name);
  assert.deepEqual(names, ["Not known", "Other", "Oil", "Fresco secco"]);
});

test("works left out are below those not chosen, and these below the chosen", () => {
  const parts = partsOf({
    space: space(3),
    colouring: coded([0, 0, 0]),
    counting: Uint8Array.from([0, 1, 1]),
    chosen: Uint8Array.from([1, 0, 1]),
    palette: PALETTE,
  });
  assert.deepEqual(parts.map((part) => [...part.rows]), [[0], [1], [2]]);
  assert.deepEqual([parts[0].name, parts[0].colour], ["", "#444444"]);
  assert.ok(parts[1].opacity < parts[0].opacity && parts[0].opacity < parts[2].opacity);
});
