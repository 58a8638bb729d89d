// The works of a tray in their order, with ways to move, annotate and remove them.
/** @import { Component, Labels, Send } from "./types.js" */
import { button, element, focusAfterDialog, pictureOf, renew } from "./dom.js";

/**
 * @typedef {object} Item
 * @property {string} collection
 * @property {string} id
 * @property {string} title
 * @property {string} by
 * @property {string} alt
 * @property {string} thumb
 * @property {string} note
 * @property {string} trouble
 * @property {string} found
 *
 * @typedef {{ items: Item[], labels: Labels, most: number }} Data
 */

const [EDGE, STEP] = [80, 8]; // pixels from where a work that is dragged takes the page along

/** @param {Item} item */
const keyOf = ({ collection, id }) => [collection, id];

/**
 * @param {Item[]} items
 * @param {number} from
 * @param {number} to
 */
const moved = (items, from, to) => {
  const order = items.map(keyOf);
  order.splice(to, 0, ...order.splice(from, 1));
  return order;
};

/**
 * @param {Item} item
 * @param {number} place
 * @param {Data} data
 * @param {Send} send
 */
const rowOf = (item, place, data, send) => {
  const { items, labels } = data;
  const row = element("li", item.trouble ? "item gone" : "item");
  row.dataset.key = `${item.collection}/${item.id}`;
  row.append(element("span", "place", String(place + 1)));
  const frame = button("frame");
  frame.setAttribute("aria-label", `${labels.open}: ${item.alt}`);
  frame.disabled = Boolean(item.trouble);
  frame.onclick = () => {
    focusAfterDialog(frame);
    send("open", keyOf(item));
  };
  frame.append(pictureOf({ thumb: item.thumb, alt: "" }, labels.absent));
  const facts = element("div", "facts");
  facts.append(element("p", "title", item.title), element("p", "by", item.by));
  if (item.trouble) facts.append(element("p", "trouble", item.trouble));
  if (item.found) facts.append(element("p", "found", item.found));
  row.append(frame, facts, noteOf(item, data, send));
  if (!labels.remove) return row;

  /** @param {number} to */
  const go = (to) => {
    if (to < 0 || to >= items.length || to === place) return;
    send("order", moved(items, place, to));
  };
  const moves = element("div", "moves");
  for (const [name, sign, to] of /** @type {[string, string, number][]} */ ([
    ["up", "\u2191", place - 1],
    ["down", "\u2193", place + 1],
  ])) {
    const move = button(name, sign);
    move.setAttribute("aria-label", `${labels[name]}: ${item.alt}`);
    move.title = labels[name];
    move.setAttribute("aria-disabled", String(to < 0 || to >= items.length));
    move.onclick = () => go(to);
    moves.append(move);
  }
  const remove = button("remove", "\u00d7");
  remove.setAttribute("aria-label", `${labels.remove}: ${item.alt}`);
  remove.title = labels.remove;
  remove.onclick = () => send("remove", keyOf(item));
  moves.append(remove);
  row.append(moves);
  dragging(row, data, go);
  row.addEventListener("keydown", (event) => {
    if (!event.altKey || event.target instanceof HTMLTextAreaElement) return;
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    go(place + (event.key === "ArrowUp" ? -1 : 1));
  });
  return row;
};

/**
 * The note on a work: a field if the tray is one's own, else text.
 * @param {Item} item
 * @param {Data} data
 * @param {Send} send
 */
const noteOf = (item, { labels, most }, send) => {
  if (!labels.remove) return element("p", "note", item.note);
  const note = element("textarea", "note");
  note.value = item.note;
  note.rows = 2;
  note.maxLength = most;
  note.placeholder = labels.note;
  note.dir = "auto";
  note.setAttribute("aria-label", `${labels.note}: ${item.alt}`);
  note.onchange = () => send("note", [...keyOf(item), note.value]);
  return note;
};

/**
 * The dots by which a mouse, pen or finger takes the work: browsers' own dragging leaves fingers
 * out.
 * @param {HTMLElement} row
 * @param {Data} data
 * @param {(to: number) => void} go
 */
const dragging = (row, data, go) => {
  const handle = element("span", "handle", "\u2237");
  handle.setAttribute("aria-hidden", "true");
  handle.title = data.labels.drag;
  row.prepend(handle);
  /** @type {HTMLElement | undefined} */
  let over;
  /** @param {HTMLElement} [now] */
  const reach = (now) => {
    over?.classList.remove("over");
    over = now;
    over?.classList.add("over");
  };
  const rows = () => /** @type {HTMLElement[]} */ ([...(row.parentElement?.children ?? [])]);
  const left = () => {
    row.classList.remove("dragged");
    reach();
  };
  let y = 0;
  const under = () => {
    const all = rows();
    return all.find((one) => one.getBoundingClientRect().bottom > y) ?? all.at(-1);
  };
  const isDragged = () => row.isConnected && row.classList.contains("dragged");
  const follow = () => {
    if (!isDragged()) return;
    const step = y < EDGE ? -STEP : y > window.innerHeight - EDGE ? STEP : 0;
    document.querySelector("[data-testid=stMain]")?.scrollBy(0, step);
    reach(under());
    requestAnimationFrame(follow);
  };
  handle.onpointerdown = (event) => {
    if (event.button) return;
    event.preventDefault(); // no text is chosen on the way
    handle.setPointerCapture(event.pointerId);
    row.classList.add("dragged");
    y = event.clientY;
    follow();
  };
  handle.onpointermove = (event) => {
    y = event.clientY;
  };
  handle.onpointerup = () => {
    if (!isDragged()) return;
    const to = rows().findIndex((one) => one === under());
    left();
    go(to);
  };
  handle.onpointercancel = left;
};

/** @param {Component<Data>} component */
export default function (component) {
  /** @type {HTMLElement | null | undefined} */
  let focused;
  renew(
    component,
    (data, send, former) => {
      focused = former?.querySelector(":focus");
      const list = element("ol", data.labels.remove ? "items own" : "items");
      list.setAttribute("role", "list");
      list.setAttribute("aria-label", data.labels.list);
      list.append(...data.items.map((item, place) => rowOf(item, place, data, send)));
      return list;
    },
    (list) => {
      const key = focused?.closest(".item")?.getAttribute("data-key");
      const row = [...list.children].find((each) => each.getAttribute("data-key") === key);
      /** @type {HTMLElement | null | undefined} */
      const same = row?.querySelector(`.${focused?.className.split(" ")[0]}`);
      same?.focus();
    },
  );
}
