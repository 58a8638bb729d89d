/** @import { Component, Send } from "./types.js" */

/**
 * Every text comes from outside: it is set as textContent or an attribute, never as HTML.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 */
export const element = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) {
    made.textContent = text;
    made.dir = "auto";
  }
  return made;
};

/**
 * @param {string} className
 * @param {string} [text]
 */
export const button = (className, text) => {
  const made = element("button", className, text);
  made.type = "button";
  return made;
};

/**
 * The picture of a work, or the words that there is none.
 * @param {{ thumb: string, alt: string }} work
 * @param {string} absent
 */
export const pictureOf = (work, absent) => {
  if (!work.thumb) return element("span", "absent", absent);
  const image = element("img");
  image.src = work.thumb;
  image.alt = work.alt;
  image.loading = "lazy";
  image.decoding = "async";
  return image;
};

/**
 * Streamlit's dialog cannot give focus back to an element within a shadow root: this does.
 * @param {HTMLElement} target
 */
export const focusAfterDialog = (target) => {
  let seen = false;
  const watch = new MutationObserver(() => {
    const open = document.querySelector("[role=dialog]");
    seen ||= Boolean(open);
    if (!seen || open) return;
    watch.disconnect();
    if (target.isConnected) target.focus({ preventScroll: true });
  });
  watch.observe(document.body, { childList: true, subtree: true });
};

/**
 * @param {number} number
 * @param {string} noun in the singular; its plural takes an s
 */
export const counted = (number, noun) =>
  `${number.toLocaleString("en")} ${number === 1 ? noun : `${noun}s`}`;

/** @typedef {{ key: string, send: Send, node: HTMLElement }} Shown */
/** @type {WeakMap<Node, Shown>} */
const shown = new WeakMap();

/**
 * Draws a component again only when its data has changed, so that focus and pictures stay: ``make``
 * then gets the former element. Clicks are sent through here, because each run of the page brings a
 * new function that sends them.
 * @template Data
 * @param {Component<Data>} component
 * @param {(data: Data, send: Send, former?: HTMLElement) => HTMLElement} make
 * @param {(node: HTMLElement, former?: HTMLElement) => void} [then] called when it is in the page
 */
export const renew = ({ data, parentElement, setTriggerValue }, make, then) => {
  const before = shown.get(parentElement);
  const former = before && parentElement.contains(before.node) ? before.node : undefined;
  if (before) before.send = setTriggerValue;
  const key = JSON.stringify(data);
  if (former && before?.key === key) return;
  /** @type {Send} */
  const send = (name, value) => shown.get(parentElement)?.send(name, value);
  const node = make(data, send, former);
  shown.set(parentElement, { key, send: setTriggerValue, node });
  if (former) former.replaceWith(node);
  else parentElement.append(node);
  then?.(node, former);
};
