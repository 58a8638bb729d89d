import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";

import cases from "../../artsim/app/assets/evaluation_cases.js";
import clusters from "../../artsim/app/assets/map_clusters.js";
import legend from "../../artsim/app/assets/map_legend.js";
import files from "../../artsim/app/assets/desk_files.js";
import compare from "../../artsim/app/assets/compare.js";
import { mounted, newPage } from "./page_kit.js";

beforeEach(() => newPage());

const entry = (name) => {
  return { name, words: name, works: "7", colours: ["#111111", "#eeeeee"], symbol: "square" };
};
const legendOf = (only) => ({
  entries: [entry("Oil"), entry("Ink")],
  scale: null,
  only,
  labels: { legend: "Works by medium", only: "Show alone", all: "Show all again" },
});

test("an entry of a legend stands alone, and all come back with it", () => {
  const { root, run, sent } = mounted(legend);
  run(legendOf(""));
  root.querySelectorAll(".entry")[1].click();
  run(legendOf("Ink"));
  const ink = root.querySelectorAll(".entry")[1];
  assert.equal(ink.getAttribute("aria-pressed"), "true");
  ink.click();
  assert.deepEqual(sent, [[1, "only", "Ink"], [1, "only", ""]]);
});

test("the focus stays on an entry when the legend is made anew", () => {
  const { root, run } = mounted(legend, false);
  run(legendOf(""));
  root.querySelectorAll(".entry")[1].focus();
  run(legendOf("Ink"));
  assert.equal(document.activeElement.dataset.name, "Ink");
});

const work = (id) => ({ id, title: id, full_title: id, by: "", alt: id, thumb: `/${id}.webp` });

test("a cluster is chosen by its name, its works are opened", () => {
  const { root, run, sent } = mounted(clusters);
  const labels = { table: "Clusters", choose: "Choose", pictures: "Works", open: "Look closer" };
  run({
    ...{ of: "demo", held: [] },
    clusters: [
      {
        ...{ number: 3, name: "Dunes", words: "true of 80%", works: "12" },
        ...{ purity: "75% Realism", share: 0.75, works_shown: [work("a")] },
      },
    ],
    chosen: 3,
    labels: { ...labels, absent: "None", columns: ["Cluster", "Works", "Purity", "Middle"] },
  });
  assert.equal(root.querySelector("tr.chosen .choose").getAttribute("aria-pressed"), "true");
  assert.equal(root.querySelector(".bar i").style.width, "75%");
  root.querySelector(".choose").click();
  root.querySelector(".frame").click();
  assert.deepEqual(sent, [[1, "choose", 3], [1, "open", "a"]]);
});

test("the + of a case puts a query and what it retrieved into the tray, each of its collection", () => {
  const { root, run, sent } = mounted(cases);
  const labels = { tray: "Add to tray My tray", in_tray: "In tray My tray", open: "Look closer" };
  const rows = [
    { query: work("q"), value: "", told: "", found: [{ ...work("a"), rank: 1, hit: true }] },
    { query: work("r"), value: "", told: "", found: [{ ...work("q"), rank: 1, hit: false }] },
  ];
  run({ rows, asked: { of: "new", held: [] }, retrieved: { of: "old", held: ["q"] }, labels });
  const marks = [...root.querySelectorAll(".to-tray")];
  const held = marks.map((mark) => mark.getAttribute("aria-pressed"));
  assert.deepEqual(held, ["false", "false", "false", "true"]);
  assert.equal(marks[1].getAttribute("aria-label"), "Add to tray My tray: a");
  marks[0].click();
  marks[1].click();
  assert.deepEqual(sent, [[1, "tray_asked", { q: true }], [1, "tray", { a: true }]]);
});

test("files of the desk are chosen and put into the tray, several in a row, and keep the focus", () => {
  const { root, run, sent } = mounted(files, false);
  const file = (key, chosen, id = key) => ({
    ...{ key, name: key, whole: key, work: id, alt: key, thumb: "", title: "", by: "", why: "" },
    ...{ badges: [["left-out", "left out"]], sources: [["artist", "<b>nobody</b>"]], chosen },
  });
  const told = (chosen, held) => ({
    ...{ of: "prints", held, files: [file("a", chosen), file("b", false), file("c", false, "")] },
    labels: { files: "Files", absent: "None", source: "the source says", tray: "Add" },
  });
  run(told(false, []));
  const box = (place) => root.querySelectorAll(".box")[place];
  box(0).click();
  box(1).focus();
  box(1).click();
  assert.deepEqual(sent, [[1, "choose", { a: true }], [1, "choose", { a: true, b: true }]]);
  run(told(true, ["b"]));
  assert.deepEqual([box(0), box(1), box(2)].map((one) => one.checked), [true, true, false]);
  assert.equal(document.activeElement, box(1));
  assert.equal(root.querySelectorAll(".to-tray").length, 2, "none on a file of no work");
  assert.equal(root.querySelector("q").textContent, "<b>nobody</b>");
});

test("a case tells hits from misses, and a work that is gone cannot be opened", () => {
  const { root, run, sent } = mounted(cases);
  const found = (id, rank, hit) => ({ ...work(id), rank, hit, value: "Oil" });
  run({
    ...{ asked: { of: "demo", held: [] }, retrieved: { of: "demo", held: [] } },
    rows: [
      {
        query: { ...work("q"), by: "A. Painter" },
        ...{ value: "Oil", told: "1 of 2", found: [found("a", 1, true), found("", 2, false)] },
      },
    ],
    labels: { ...{ list: "Cases", query: "Query", open: "Look closer", absent: "None" },
      ...{ rank: "Rank", hit: "Hit", miss: "Miss" } },
  });
  assert.deepEqual([...root.querySelectorAll(".word")].map((w) => w.textContent), ["✓ Hit"]);
  const frames = [...root.querySelectorAll(".found .frame")];
  assert.deepEqual(frames.map((frame) => frame.tagName), ["BUTTON", "BUTTON", "SPAN"]);
  frames[0].click();
  frames[1].click();
  assert.deepEqual(sent, [
    [1, "open", { id: "q", query: true }],
    [1, "open", { id: "a", query: false }],
  ]);
});

const compared = (more = {}) => {
  const column = (letter) => {
    return { letter, name: "", detail: "", digest: "", note: "", chosen: false };
  };
  const found = (id, ranks) => ({
    ...work(id),
    ...{ sign: "all", mark: "In both", ranks, near: ranks.map(() => true), said: id },
  });
  return {
    columns: [column("A"), column("B")],
    pairs: [{ between: ["A", "B"], shared: 1, of: 2, overlap: "0.50", rbo: "0.50" }],
    rows: [["x", "y"], ["y", null]],
    works: { x: found("x", ["1", "none"]), y: found("y", ["2", "1"]) },
    query: { thumb: "", alt: "" },
    vote: null,
    voted: null,
    labels: { table: "Results", rank: "Rank", list: "List", open: "Open", skip: "Past" },
    ...more,
  };
};

test("arrow keys go from work to work over the lists", () => {
  const { root, run } = mounted(compare);
  run(compared());
  const frame = (row, column) => root.querySelectorAll(".lists tbody tr")[row]
    .cells[column].querySelector(".frame");
  frame(0, 1).focus();
  const press = (key) => root.activeElement.dispatchEvent(
    new window.KeyboardEvent("keydown", { key, bubbles: true }),
  );
  press("ArrowRight");
  assert.equal(root.activeElement, frame(0, 2));
  press("ArrowDown"); // no work there
  assert.equal(root.activeElement, frame(0, 2));
  press("ArrowLeft");
  press("ArrowDown");
  assert.equal(root.activeElement, frame(1, 1));
});

test("a work with the focus shows its ranks in every head", () => {
  const { root, run } = mounted(compare);
  run(compared());
  root.querySelectorAll(".frame")[1].focus();
  const heads = [...root.querySelectorAll(".head .at")].map((at) => at.textContent);
  assert.deepEqual(heads, ["Rank 2", "Rank 1"]);
  assert.equal(root.querySelectorAll(".work.same").length, 2);
});

test("a vote counts once, and nothing before it tells which lists agree", () => {
  const { root, run, sent } = mounted(compare);
  const options = [{ choice: 0, label: "List A" }, { choice: -1, label: "No difference" }];
  run(compared({ vote: { ballot: "b1", question: "Which list is better?", options } }));
  assert.equal(root.querySelector(".agreement"), null);
  const buttons = [...root.querySelectorAll(".voting .choice")];
  buttons[0].click();
  buttons[1].click();
  assert.deepEqual(sent, [[1, "vote", { ballot: "b1", choice: 0 }]]);
});
