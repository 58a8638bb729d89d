/** @import { Card, Component, Labels, Send } from "./types.js" */
import { boxed } from "./boxes.js";
import { button, element, focusAfterDialog, pictureOf, renew } from "./dom.js";
import { fillRows, walkGrid } from "./grid.js";
import { trayOf } from "./tray.js";

const WAITS = 30_000; // milliseconds in which what was asked by a key is answered
let askedByKey = 0; // when works like another were asked for without a pointer

/**
 * @param {Card} item
 * @param {Labels} labels
 * @param {Send} send
 */
const cardOf = (item, labels, send) => {
  const entry = element("li", "card");
  entry.dataset.id = item.id;
  const frame = button("frame");
  const said = [item.rank && String(item.rank), item.new && labels.new].filter(Boolean);
  // The visible words come first in the button's name: people with speech control say them.
  const named = [said.join(" · "), item.thumb ? "" : labels.absent, `${labels.open}: ${item.alt}`];
  const told = [...named, item.score, item.band].filter(Boolean);
  frame.setAttribute("aria-label", told.join(", "));
  frame.onclick = () => {
    focusAfterDialog(frame);
    send("open", item.id);
  };
  const picture = pictureOf(item, labels.absent);
  frame.append(item.box ? boxed(picture, item.box) : picture);
  if (said.length) frame.append(element("span", "rank", said.join(" · ")));
  const title = element("p", "title", item.title);
  title.title = item.full_title;
  entry.append(frame, title, element("p", "by", item.by));
  if (item.band) {
    const band = element("p", "band");
    const marks = element("span", "marks", "●".repeat(item.marks) + "○".repeat(3 - item.marks));
    marks.setAttribute("aria-hidden", "true");
    band.title = item.meaning;
    band.append(marks, element("span", "", item.band));
    entry.append(band);
  }
  const foot = element("div", "foot");
  if (item.score) foot.append(element("span", "score", item.score));
  if (item.thumb && labels.more) {
    const more = button("more", labels.more);
    more.setAttribute("aria-label", `${labels.more}: ${item.alt}`);
    more.onclick = (event) => {
      if (event.detail === 0) askedByKey = Date.now();
      send("similar", item.id);
    };
    foot.append(more);
  }
  if (item.why && labels.why) {
    const why = button("more why", labels.why);
    why.setAttribute("aria-label", `${labels.why}: ${item.alt}`);
    why.onclick = () => {
      focusAfterDialog(why);
      send("why", item.id);
    };
    foot.append(why);
  }
  if (item.thumb && labels.plus && labels.minus) foot.append(marksOf(item, labels, send));
  entry.append(foot);
  return entry;
};

/**
 * The buttons that mark a work as like or unlike; the one that is pressed takes its mark away.
 * @param {Card} item
 * @param {Labels} labels
 * @param {Send} send
 */
const marksOf = (item, labels, send) => {
  const group = element("span", "signs");
  for (const [name, sign, shown] of [
    ["plus", "+", "+"],
    ["minus", "-", "\u2212"],
  ]) {
    const mark = button(name, shown);
    mark.setAttribute("aria-label", `${labels[name]}: ${item.alt}`);
    mark.setAttribute("aria-pressed", String(item.sign === sign));
    mark.title = labels[name] ?? "";
    mark.onclick = () => send("mark", { id: item.id, sign: item.sign === sign ? "" : sign });
    group.append(mark);
  }
  return group;
};

/**
 * @typedef {object} Data
 * @property {Card[]} items
 * @property {number} card_width
 * @property {boolean} [answers] whether these are the results of a search
 * @property {string} of the collection
 * @property {string[]} held those that lie in the tray
 * @property {Labels} labels
 */

/**
 * @param {Data} data
 * @param {Send} send
 */
const galleryOf = ({ items, card_width, of, held, labels }, send) => {
  const tray = trayOf({ of, shown: items, held, labels, send });
  const shown = element("div", "shown");
  const heading = element("h2", "heading", labels.gallery);
  heading.tabIndex = -1;
  const list = element("ul", "gallery");
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", labels.gallery);
  list.style.setProperty("--card", `${card_width}px`);
  shown.dataset.first = items[0]?.id ?? "";
  items.forEach((item, place) => {
    const card = cardOf(item, labels, send);
    const mark = tray.buttonAt(place);
    if (mark) card.querySelector(".frame")?.after(mark);
    tray.listen(card, place);
    list.append(card);
  });
  walkGrid(list);
  shown.append(heading, list);
  return shown;
};

/** @param {Component<Data>} component */
export default function (component) {
  /** @type {HTMLElement | null | undefined} */
  let focused;
  let above = false;
  renew(
    component,
    (data, send, former) => {
      focused = former?.querySelector(":focus");
      const made = galleryOf(data, send);
      /** @type {HTMLElement | null | undefined} */
      const old = former?.querySelector(".gallery");
      fillRows(/** @type {HTMLElement} */ (made.querySelector(".gallery")), data.card_width, old);
      // The old list tells where the new one will be: to ask that one would lay it out at once.
      above = (old?.getBoundingClientRect().top ?? 0) < 0;
      return made;
    },
    (shown, former) => {
      const list = /** @type {HTMLElement} */ (shown.querySelector(".gallery"));
      // A new page of works is shown from its top, wherever the last one was scrolled to.
      const turned = former && former.dataset.first !== shown.dataset.first;
      if (turned && above) list.scrollIntoView({ block: "start" });
      const id = focused?.closest(".card")?.getAttribute("data-id");
      const again = [...list.children].find((each) => each.getAttribute("data-id") === id);
      /** @type {HTMLElement | null | undefined} */
      const same = again?.querySelector(`.${focused?.className.replaceAll(" ", ".")}`);
      same?.focus();
      // Whoever asked by a key goes on at the answer, not at a button that is gone.
      if (!same && component.data.answers && Date.now() - askedByKey < WAITS) {
        askedByKey = 0;
        /** @type {HTMLElement | null} */ (shown.querySelector(".heading"))?.focus();
      }
    },
  );
}
