/** @import { Component, Labels, Marked, Send } from "./types.js" */
import { boxed } from "./boxes.js";
import { button, element, focusAfterDialog, pictureOf, renew } from "./dom.js";

/**
 * @param {Marked} item
 * @param {Labels} labels
 * @param {Send} send
 */
const markOf = (item, labels, send) => {
  const entry = element("li", item.applied ? "mark" : "mark waiting");
  const name = item.sign === "+" ? labels.like : labels.unlike;
  const sign = element("span", item.sign === "+" ? "sign like" : "sign unlike");
  sign.textContent = item.sign === "+" ? "+" : "\u2212";
  sign.setAttribute("aria-hidden", "true");
  const said = element("span", "said", `${name}: ${item.alt}`);
  const tile = element("div", "tile");
  tile.append(frameOf(item, labels, send), sign);
  entry.title = item.title;
  entry.append(said, tile);
  const remove = button("remove", "\u00d7");
  remove.setAttribute("aria-label", `${labels.remove}: ${item.alt}`);
  remove.onclick = () => send("remove", item.index);
  tile.append(remove);
  if (item.told) {
    const told = element("div", "told");
    told.append(element("p", "title", item.title), element("p", "by", item.by));
    entry.append(told);
  }
  return entry;
};

/**
 * The picture, which opens the work up close; an uploaded one is no work.
 * @param {Marked} item
 * @param {Labels} labels
 * @param {Send} send
 */
const frameOf = (item, labels, send) => {
  const whole = pictureOf({ thumb: item.thumb, alt: "" }, item.words || (labels.absent ?? ""));
  const picture = item.box ? boxed(whole, item.box) : whole;
  if (!item.id) {
    const frame = element("span", "frame");
    frame.append(picture);
    return frame;
  }
  const frame = button("frame");
  frame.setAttribute("aria-label", `${labels.open}: ${item.alt}`);
  frame.onclick = () => {
    focusAfterDialog(frame);
    send("open", item.id);
  };
  frame.append(picture);
  return frame;
};

/** @typedef {{ items: Marked[], labels: Labels }} Data */

/** @param {Component<Data>} component */
export default function (component) {
  renew(component, ({ items, labels }, send) => {
    const list = element("ul", "marks");
    list.setAttribute("role", "list");
    list.setAttribute("aria-label", labels.list ?? "");
    list.append(...items.map((item) => markOf(item, labels, send)));
    return list;
  });
}
