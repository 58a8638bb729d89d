import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import test, { after, before, beforeEach } from "node:test";

import {
  byOf,
  documentAt,
  numbersAt,
  saidOf,
  SILENT,
  titleOf,
  Works,
} from "../../artsim/app/assets/map/data.js";

let asked = [];
let base = "";
const server = createServer((request, response) => {
  asked.push(request.url);
  const url = new URL(request.url, "http://localhost");
  const rows = url.searchParams.get("rows");
  if (url.pathname === "/works") {
    const works = rows.split(",").map((row) => ({ row: Number(row), id: `w${row}` }));
    response.end(JSON.stringify(works));
  } else if (url.pathname === "/points") {
    response.end(Buffer.from(Float32Array.from([1.5, -2]).buffer));
  } else if (url.pathname === "/gone") {
    response.writeHead(404).end(JSON.stringify({ error: "There is no such map." }));
  } else if (url.pathname === "/broken") {
    response.writeHead(502).end("<html>Bad gateway</html>");
  } else response.end(JSON.stringify({ asked: asked.length }));
});

before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${server.address().port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => (asked = []));

test("an answer is fetched once, however often it is asked for", async () => {
  const [first, second] = await Promise.all([documentAt(`${base}/a`), documentAt(`${base}/a`)]);
  assert.equal(first, second);
  assert.equal(await documentAt(`${base}/a`), first);
  assert.deepEqual(asked, ["/a"]);
});

test("the answers asked for last are kept, the oldest is forgotten", async () => {
  await documentAt(`${base}/old`);
  await documentAt(`${base}/kept`);
  for (let i = 0; i < 38; i += 1) await documentAt(`${base}/${i}`);
  await documentAt(`${base}/kept`);
  await documentAt(`${base}/one-more`);
  asked = [];
  await documentAt(`${base}/kept`);
  await documentAt(`${base}/old`);
  assert.deepEqual(asked, ["/old"]);
});

test("numbers come as the array that is asked for", async () => {
  assert.deepEqual(await numbersAt(`${base}/points`, Float32Array), Float32Array.from([1.5, -2]));
});

test("what the server says is told, and asked again the next time", async () => {
  const wanted = { message: "There is no such map." };
  await assert.rejects(documentAt(`${base}/gone`), wanted);
  await assert.rejects(documentAt(`${base}/gone`), wanted);
  assert.deepEqual(asked, ["/gone", "/gone"]);
});

test("an answer that says nothing, or none, is told in a sentence", async () => {
  await assert.rejects(documentAt(`${base}/broken`), { message: SILENT });
  await assert.rejects(documentAt("http://127.0.0.1:1/none"), { message: SILENT });
});

test("works are fetched 500 at a time, and only those that are not known", async () => {
  const works = new Works(`${base}/works?v=1`);
  await works.load(Array.from({ length: 501 }, (_, i) => i));
  assert.equal(asked.length, 2);
  assert.ok(asked[0].startsWith("/works?v=1&rows=0,1,2,"));
  assert.equal(asked[1], "/works?v=1&rows=500");
  assert.equal(works.get(500).id, "w500");
  asked = [];
  await works.load([3, 500, 501]);
  assert.deepEqual(asked, ["/works?v=1&rows=501"]);
  assert.equal(works.get(600), undefined);
});

test("a work is called by what is known of it", () => {
  const work = { row: 0, id: "a", title: "Dunes", artist: "A. Painter", year: 1890, thumb: "" };
  assert.equal(saidOf(work), "Dunes, A. Painter, 1890");
  assert.equal(byOf({ ...work, date: "about 1890" }), "A. Painter, about 1890");
  assert.equal(titleOf({ ...work, title: "" }), "Untitled");
  assert.equal(saidOf({ row: 0, id: "a", thumb: "" }), "Untitled");
});
