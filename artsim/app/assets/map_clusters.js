/** @import { Card, Component, Labels, Send } from "./types.js" */
import { button, element, focusAfterDialog, pictureOf, renew } from "./dom.js";
import { keepFocus, trayOf } from "./tray.js";

/**
 * @typedef {object} Cluster
 * @property {number} number
 * @property {string} name
 * @property {string} words
 * @property {string} works
 * @property {string} purity
 * @property {number | null} share
 * @property {Card[]} works_shown
 *
 * @typedef {Labels & { columns: string[] }} Texts
 * @typedef {{ of: string, held: string[] }} Lent
 * @typedef {Lent & { clusters: Cluster[], chosen: number | null, labels: Texts }} Data
 * @typedef {(item: HTMLElement) => void} PutIn
 */

/**
 * @param {Card} work
 * @param {Data} data
 * @param {Send} send
 * @param {PutIn} putIn
 */
const picture = (work, data, send, putIn) => {
  const item = element("li");
  const frame = button("frame");
  frame.title = work.alt;
  frame.setAttribute("aria-label", `${data.labels.open}: ${work.alt}`);
  frame.onclick = () => {
    focusAfterDialog(frame);
    send("open", work.id);
  };
  frame.append(pictureOf(work, data.labels.absent));
  item.append(frame);
  putIn(item);
  return item;
};

/** @param {Cluster} cluster */
const purityOf = (cluster) => {
  const cell = element("td", "purity");
  cell.append(element("span", "", cluster.purity));
  if (cluster.share === null) return cell;
  const bar = element("span", "bar");
  const filled = element("i");
  filled.style.width = `${Math.round(cluster.share * 100)}%`;
  bar.setAttribute("aria-hidden", "true");
  bar.append(filled);
  cell.append(bar);
  return cell;
};

/**
 * @param {Cluster} cluster
 * @param {Data} data
 * @param {Send} send
 * @param {PutIn} putIn
 */
const rowOf = (cluster, data, send, putIn) => {
  const row = element("tr", cluster.number === data.chosen ? "chosen" : "");
  const head = element("th");
  head.scope = "row";
  const choose = button("choose", cluster.name);
  choose.dataset.number = String(cluster.number);
  choose.setAttribute("aria-pressed", String(cluster.number === data.chosen));
  choose.title = data.labels.choose;
  choose.onclick = () => send("choose", cluster.number);
  head.append(choose, element("small", "", cluster.words));
  const pictures = element("ul", "pictures");
  pictures.setAttribute("role", "list");
  pictures.setAttribute("aria-label", data.labels.pictures);
  pictures.append(...cluster.works_shown.map((work) => picture(work, data, send, putIn)));
  const last = element("td");
  last.append(pictures);
  row.append(head, element("td", "", cluster.works), purityOf(cluster), last);
  return row;
};

/**
 * @param {Data} data
 * @param {Send} send
 */
const tableOf = (data, send) => {
  const wide = element("div", "wide");
  const table = element("table");
  table.setAttribute("aria-label", data.labels.table);
  const head = element("thead");
  const names = element("tr");
  for (const text of data.labels.columns) {
    const cell = element("th", "", text);
    cell.scope = "col";
    names.append(cell);
  }
  head.append(names);
  const shown = data.clusters.flatMap((cluster) => cluster.works_shown);
  const { of, held } = data;
  const tray = trayOf({ of, shown, held, labels: data.labels, send });
  let nth = 0;
  /** @type {PutIn} */
  const putIn = (item) => {
    const mark = tray.buttonAt(nth);
    if (mark) item.append(mark);
    tray.listen(item, nth);
    nth += 1;
  };
  const body = element("tbody");
  body.append(...data.clusters.map((cluster) => rowOf(cluster, data, send, putIn)));
  table.append(head, body);
  wide.append(table);
  return wide;
};

/** @param {Component<Data>} component */
export default function (component) {
  /** @type {string | undefined} */
  let focused;
  const focusAgain = keepFocus(component.parentElement);
  renew(
    component,
    (data, send, former) => {
      /** @type {HTMLElement | null | undefined} */
      const held = former?.querySelector(".choose:focus");
      focused = held?.dataset.number;
      return tableOf(data, send);
    },
    (wide) => {
      focusAgain();
      if (focused === undefined) return;
      /** @type {NodeListOf<HTMLElement>} */
      const buttons = wide.querySelectorAll(".choose");
      [...buttons].find((each) => each.dataset.number === focused)?.focus();
    },
  );
}
