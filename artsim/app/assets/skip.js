/** @import { Component } from "./types.js" */
import { button } from "./dom.js";

const MAIN = "[data-testid=stMain] *";

/** The first picture of the page: grids stand in shadow roots, where no address leads. */
const firstPicture = () => {
  for (const each of document.querySelectorAll(MAIN)) {
    /** @type {HTMLElement | null | undefined} */
    const found = each.shadowRoot?.querySelector(".gallery .frame");
    if (found) return found;
  }
  return null;
};

/**
 * A link past the search form to the pictures, for people who use the keyboard.
 * @param {Component<{ label: string }>} component
 */
export default function ({ data, parentElement }) {
  if (parentElement.querySelector("button")) return;
  const skip = button("skip", data.label);
  skip.onclick = () => firstPicture()?.focus();
  parentElement.append(skip);
}
