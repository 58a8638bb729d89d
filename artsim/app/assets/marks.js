/** @import { Component, Labels, Marked, Send } from "./types.js" */
import { button, element, pictureOf, renew } from "./dom.js";

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
  const picture = pictureOf({ thumb: item.thumb, alt: "" }, labels.absent ?? "");
  entry.title = item.title;
  entry.append(said, picture, sign);
  if (item.index >= 0) {
    const remove = button("remove", "\u00d7");
    remove.setAttribute("aria-label", `${labels.remove}: ${item.alt}`);
    remove.onclick = () => send("remove", item.index);
    entry.append(remove);
  }
  return entry;
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
