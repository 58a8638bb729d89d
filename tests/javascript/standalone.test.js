import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";

import { importsOf } from "../../artsim/app/assets/map/standalone.js";

const ASSETS = new URL("../../artsim/app/assets/", import.meta.url);
const codeOf = (address) => decodeURIComponent(address.split(/,(.*)/s)[1]);
const reading = (files) => async (path) => files[path];

test("a module comes with all that it imports, each once, by paths from the root", async () => {
  const imports = await importsOf(
    "map/a.js",
    reading({
      "map/a.js": 'import { b } from "./b.js";\nimport {\n  c,\n} from "../c.js";\nb(c);\n',
      "map/b.js": 'export { c as b } from "../c.js";\n',
      "c.js": 'export const c = "é < 1";\n',
    }),
  );
  assert.deepEqual(Object.keys(imports).sort(), ["c.js", "map/a.js", "map/b.js"]);
  const code = codeOf(imports["map/a.js"]);
  assert.equal(code, 'import { b } from "map/b.js";\nimport {\n  c,\n} from "c.js";\nb(c);\n');
  assert.equal(codeOf(imports["map/b.js"]), 'export { c as b } from "c.js";\n');
  assert.equal(codeOf(imports["c.js"]), 'export const c = "é < 1";\n');
});

test("modules that import each other come to an end", async () => {
  const files = {
    "a.js": 'import { b } from "./b.js";\n',
    "b.js": 'import { a } from "./a.js";\n',
  };
  assert.equal(Object.keys(await importsOf("a.js", reading(files))).length, 2);
});

test("types in comments are no imports", async () => {
  const files = { "a.js": '/** @import { T } from "./types.js" */\n// from "./x.js"\n' };
  assert.deepEqual(Object.keys(await importsOf("a.js", reading(files))), ["a.js"]);
});

test("what runs in a saved page needs little, and has no relative import left", async () => {
  const read = (path) => readFile(new URL(path, ASSETS), "utf8");
  const imports = await importsOf("map/saved_page.js", read);
  assert.deepEqual(Object.keys(imports).sort(), ["dom.js", "map/base64.js", "map/saved_page.js"]);
  for (const address of Object.values(imports)) {
    assert.doesNotMatch(codeOf(address), /^import[^;]*"\./m);
  }
});
