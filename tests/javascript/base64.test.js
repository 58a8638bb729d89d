import assert from "node:assert/strict";
import test from "node:test";

import { base64Of, bytesOf, maskOf, numbersOf } from "../../artsim/app/assets/map/base64.js";

test("numbers go through text and come back the same", () => {
  const numbers = Float32Array.from({ length: 70_000 }, (_, i) => i / 7);
  assert.deepEqual(numbersOf(base64Of(numbers), Float32Array), numbers);
});

test("only the part of a buffer that an array shows is written", () => {
  const all = Uint8Array.from([1, 2, 3, 4]);
  assert.deepEqual([...bytesOf(base64Of(all.subarray(1, 3)))], [2, 3]);
});

test("numbers are little-endian, as NumPy writes them", () => {
  assert.deepEqual([...numbersOf("AQAAAAACAAA=", Uint32Array)], [1, 512]);
});

test("a mask has the lowest bit first, as numpy.packbits writes it with bitorder little", () => {
  // np.packbits([1,0,0,1,0,0,0,0, 0,1], bitorder="little") is [9, 2]
  assert.deepEqual([...maskOf("CQI=", 10)], [1, 0, 0, 1, 0, 0, 0, 0, 0, 1]);
});

test("no mask means that every row counts", () => {
  assert.equal(maskOf(null, 3), undefined);
  assert.equal(maskOf(undefined, 3), undefined);
});
