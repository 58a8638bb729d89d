// SVG drawings, as elements of the page or as the text of a file.
/** @import { Mark } from "../types.js" */

export const SVG = "http://www.w3.org/2000/svg";

/** @param {Mark} mark */
export const shown = ({ tag, text, ...attributes }) => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  if (text !== undefined) node.textContent = text;
  return node;
};

/**
 * A small drawing that only decorates.
 * @param {string} viewBox
 * @param {Mark} mark
 */
export const svgOf = (viewBox, mark) => {
  const svg = shown({ tag: "svg", viewBox, "aria-hidden": "true" });
  svg.append(shown(mark));
  return svg;
};

/** @param {unknown} text */
export const quoted = (text) =>
  String(text).replace(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)};`);

/** @param {Mark} mark */
export const written = ({ tag, text, ...attributes }) => {
  const told = Object.entries(attributes).map(([name, value]) => ` ${name}="${quoted(value)}"`);
  return `<${tag}${told.join("")}>${text === undefined ? "" : quoted(text)}</${tag}>`;
};
