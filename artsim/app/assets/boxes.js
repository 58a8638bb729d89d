/** @import { Region } from "./types.js" */
import { element } from "./dom.js";

/**
 * A picture with a region drawn on it; the box takes its place as soon as the picture's shape is
 * known.
 * @param {HTMLElement} picture or the words that there is none
 * @param {Region} box left, top, width and height as fractions of the picture
 */
export const boxed = (picture, box) => {
  const image = /** @type {HTMLImageElement} */ (picture);
  const shown = element("span", "boxed");
  const line = element("span", "region");
  line.setAttribute("aria-hidden", "true");
  place(line, box);
  const fit = () => {
    if (!image.naturalWidth) return;
    shown.style.aspectRatio = `${image.naturalWidth} / ${image.naturalHeight}`;
    shown.classList.add(image.naturalWidth >= image.naturalHeight ? "wide" : "tall");
  };
  image.addEventListener("load", fit);
  fit();
  shown.append(image, line);
  return shown;
};

/**
 * @param {HTMLElement} node
 * @param {Region} box
 */
export const place = (node, [x, y, w, h]) => {
  Object.assign(node.style, {
    left: `${x * 100}%`,
    top: `${y * 100}%`,
    width: `${w * 100}%`,
    height: `${h * 100}%`,
  });
};
