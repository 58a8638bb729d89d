/** @import { Component, Labels, Send } from "./types.js" */
import { element, pictureOf, renew } from "./dom.js";
import { keepFocus, trayOf, waitingOf } from "./tray.js";

/**
 * @typedef {object} File
 * @property {string} key
 * @property {string} name as much of it as is shown
 * @property {string} whole
 * @property {string} work the id of its work, "" where it belongs to none
 * @property {string} alt
 * @property {string} thumb
 * @property {string} title
 * @property {string} by
 * @property {[string, string][]} badges class and text of each
 * @property {string} why
 * @property {[string, string][]} sources columns with what the source says otherwise
 * @property {boolean} chosen
 *
 * @typedef {{ files: File[], of: string, held: string[], labels: Labels }} Data
 */

/**
 * @param {File} file
 * @param {Labels} labels
 */
const cardOf = (file, labels) => {
  const card = element("li", "artsim-desk");
  const frame = element("div", "frame");
  frame.append(pictureOf(file, labels.absent ?? ""));
  card.append(frame);
  if (file.title) card.append(element("p", "title", file.title));
  if (file.by) card.append(element("p", "by", file.by));
  if (file.badges.length) {
    const badges = element("p", "badges");
    badges.append(...file.badges.map(([name, text]) => element("b", name, text)));
    card.append(badges);
  }
  if (file.why) card.append(element("p", "why", file.why));
  for (const [column, value] of file.sources) {
    const line = element("p", "source", `${column}: ${labels.source} `);
    line.append(element("q", undefined, value));
    card.append(line);
  }
  return card;
};

/**
 * @param {Data} data
 * @param {Send} send
 */
const filesOf = ({ files, of, held, labels }, send) => {
  const chosen = new Set(files.filter((file) => file.chosen).map((file) => file.key));
  const waiting = waitingOf(`desk ${of}`, (key) => chosen.has(key));
  const shown = files.filter((file) => file.work).map(({ work, alt }) => ({ id: work, alt }));
  const tray = trayOf({ of, shown, held, labels, send });
  const list = element("ul", "files");
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", labels.files);
  let nth = 0;
  for (const file of files) {
    const card = cardOf(file, labels);
    const box = element("input", "box");
    box.type = "checkbox";
    box.dataset.key = file.key;
    box.checked = waiting.is(file.key);
    box.onchange = () => {
      waiting.want(file.key, box.checked);
      send("choose", waiting.all());
    };
    const name = element("label", "name");
    name.title = file.whole;
    name.append(box, element("span", "", file.name));
    card.append(name);
    if (file.work) {
      const mark = tray.buttonAt(nth);
      if (mark) card.querySelector(".frame")?.after(mark);
      tray.listen(card, nth);
      nth += 1;
    }
    list.append(card);
  }
  return list;
};

/** @param {Component<Data>} component */
export default function (component) {
  const focusAgain = keepFocus(component.parentElement);
  /** @type {HTMLElement | null} */
  const had = component.parentElement.querySelector(".box:focus");
  renew(component, filesOf, (list) => {
    focusAgain();
    /** @type {NodeListOf<HTMLElement>} */
    const boxes = list.querySelectorAll(".box");
    if (had) [...boxes].find(({ dataset }) => dataset.key === had.dataset.key)?.focus();
  });
}
