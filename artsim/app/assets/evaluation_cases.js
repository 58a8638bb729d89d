/** @import { Component, Labels, Send } from "./types.js" */
import { button, element, focusAfterDialog, pictureOf, renew } from "./dom.js";
import { keepFocus, trayOf } from "./tray.js";

/**
 * @typedef {{ id: string, thumb: string, alt: string, title: string, by: string }} Query
 * @typedef {{ id: string, thumb: string, alt: string }} Pictured
 * @typedef {Pictured & { rank: number, hit: boolean, value: string }} Retrieved
 * @typedef {{ query: Query, value: string, told: string, found: Retrieved[] }} Row
 * @typedef {{ of: string, held: string[] }} Lent a collection, and what of it lies in the tray
 * @typedef {{ rows: Row[], asked: Lent, retrieved: Lent, labels: Labels }} Data
 * @typedef {(frame: HTMLElement, work: Pictured, query: boolean) => void} PutIn
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
    frame.onclick = () => {
      focusAfterDialog(frame);
      act();
    };
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
 * @param {PutIn} putIn
 */
const retrieved = (work, labels, send, putIn) => {
  const entry = element("li", work.hit ? "work hit" : "work");
  const mark = work.hit ? labels.hit : labels.miss;
  const said = `${labels.rank} ${work.rank}, ${mark}. ${work.alt}. ${work.value}`;
  const frame = picture(work, said, labels, () => send("open", { id: work.id, query: false }));
  const line = element("p", "mark");
  line.append(element("span", "rank", String(work.rank)));
  if (work.hit) line.append(element("span", "word", `✓ ${mark}`));
  entry.append(frame, line, element("p", "value", work.value));
  putIn(frame, work, false);
  return entry;
};

/**
 * @param {Row} item
 * @param {Labels} labels
 * @param {Send} send
 * @param {PutIn} putIn
 */
const rowOf = (item, labels, send, putIn) => {
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
  const asked = () => send("open", { id: item.query.id, query: true });
  const frame = picture(item.query, said, labels, asked);
  query.append(frame, element("p", "mark", labels.query));
  putIn(frame, item.query, true);
  found.append(query, ...item.found.map((work) => retrieved(work, labels, send, putIn)));
  entry.append(facts, found);
  return entry;
};

/**
 * @param {Data} data
 * @param {Send} send
 */
const rowsOf = ({ rows, asked, retrieved: found, labels }, send) => {
  // Queries of another collection are put into the tray as works of that one.
  const apart = asked.of !== found.of;
  const there = (/** @type {Pictured[]} */ works) => works.filter(({ id }) => id);
  const queries = there(rows.map((row) => row.query));
  const others = there(rows.flatMap((row) => (apart ? row.found : [row.query, ...row.found])));
  const grid = { labels, send };
  const trays = {
    asked: apart ? trayOf({ ...grid, ...asked, shown: queries, as: "tray_asked" }) : undefined,
    found: trayOf({ ...grid, ...found, shown: others }),
  };
  let [nthAsked, nthFound] = [0, 0];
  /** @type {PutIn} */
  const putIn = (frame, work, query) => {
    if (!work.id) return;
    const own = query ? trays.asked : undefined;
    const place = own ? nthAsked++ : nthFound++;
    const mark = (own ?? trays.found).buttonAt(place);
    if (mark) frame.after(mark);
    const entry = frame.parentElement;
    if (entry) (own ?? trays.found).listen(entry, place);
  };
  const list = element("ol", "rows");
  list.setAttribute("aria-label", labels.list);
  list.append(...rows.map((item) => rowOf(item, labels, send, putIn)));
  return list;
};

/** @param {Component<Data>} component */
export default function (component) {
  const focusAgain = keepFocus(component.parentElement);
  renew(component, rowsOf, focusAgain);
}
