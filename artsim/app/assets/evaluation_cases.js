/** @import { Component, Labels, Send } from "./types.js" */
import { button, element, pictureOf } from "./dom.js";

/**
 * @typedef {{ id: string, thumb: string, alt: string, title: string, by: string }} Query
 * @typedef {{ id: string, thumb: string, alt: string }} Pictured
 * @typedef {Pictured & { rank: number, hit: boolean, value: string }} Retrieved
 * @typedef {{ query: Query, value: string, told: string, found: Retrieved[] }} Row
 * @typedef {{ rows: Row[], labels: Labels }} Data
 */

/**
 * @param {Pictured} work
 * @param {string} said
 * @param {Labels} labels
 * @param {() => void} act
 */
const picture = (work, said, labels, act) => {
  const frame = work.id ? button("frame") : element("span", "frame");
  if (work.id) {
    frame.onclick = act;
    frame.title = work.alt;
    frame.setAttribute("aria-label", `${labels.open}: ${said}`);
  }
  frame.append(pictureOf(work, labels.absent));
  return frame;
};

/**
 * @param {Retrieved} work
 * @param {Labels} labels
 * @param {Send} send
 */
const retrieved = (work, labels, send) => {
  const entry = element("li", work.hit ? "work hit" : "work");
  const mark = work.hit ? labels.hit : labels.miss;
  const said = `${labels.rank} ${work.rank}, ${mark}. ${work.alt}. ${work.value}`;
  const frame = picture(work, said, labels, () => send("open", { id: work.id, query: false }));
  const line = element("p", "mark");
  line.append(element("span", "rank", String(work.rank)));
  if (work.hit) line.append(element("span", "word", `✓ ${mark}`));
  entry.append(frame, line, element("p", "value", work.value));
  return entry;
};

/**
 * @param {Row} item
 * @param {Labels} labels
 * @param {Send} send
 */
const rowOf = (item, labels, send) => {
  const entry = element("li", "row");
  const facts = element("p", "facts");
  /** @type {[string, string][]} class and text */
  const parts = [
    ["title", item.query.title],
    ["by", item.query.by],
    ["by", item.value],
    ["told", item.told],
  ];
  facts.append(...parts.filter(([, text]) => text).map((part) => element("span", ...part)));
  const found = element("ol", "found");
  const query = element("li", "work query");
  const said = `${labels.query}: ${item.query.alt}`;
  query.append(
    picture(item.query, said, labels, () => send("open", { id: item.query.id, query: true })),
    element("p", "mark", labels.query),
  );
  found.append(query, ...item.found.map((work) => retrieved(work, labels, send)));
  entry.append(facts, found);
  return entry;
};

/** @param {Component<Data>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.querySelector(".rows")?.remove();
  const list = element("ol", "rows");
  list.setAttribute("aria-label", data.labels.list);
  list.append(...data.rows.map((item) => rowOf(item, data.labels, setTriggerValue)));
  parentElement.append(list);
  return () => list.remove();
}
