// Downloads of the visible maps: as SVG, as PNG, or as a web page.
/** @import { Drawn } from "./drawing.js" */
/** @import { Maps } from "./maps.js" */
/** @import { Pane } from "./pane.js" */
import { element } from "../dom.js";
import { drawing, PIXELS } from "./drawing.js";
import { page } from "./standalone.js";

/**
 * @param {Blob} blob
 * @param {string} name
 */
const handed = (blob, name) => {
  const link = element("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

/** @param {Drawn} drawn */
const pixelsOf = async ({ text, width, height }) => {
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const image = element("img");
  image.src = url;
  await image.decode().finally(() => URL.revokeObjectURL(url));
  const canvas = new OffscreenCanvas(Math.round(width * PIXELS), Math.round(height * PIXELS));
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/png" });
};

/**
 * The pixels of a mosaic.
 * @param {Pane} pane
 * @returns {Promise<Blob>}
 */
const mosaicOf = ({ layer }) =>
  new Promise((done, failed) => {
    const failure = () => failed(new Error("The picture could not be made: try again."));
    if (!(layer?.node instanceof HTMLCanvasElement)) failure();
    else layer.node.toBlob((blob) => (blob ? done(blob) : failure()));
  });

/**
 * What a file of a map is called.
 * @param {string} title
 * @param {string} kind
 */
export const fileName = (title, kind) =>
  `${title.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60) || "map"}.${kind}`;

/**
 * @param {string} kind png, svg or html
 * @param {Maps} maps
 */
export const saved = async (kind, maps) => {
  const panes = maps.panes.filter((pane) => pane.ready);
  const [first] = panes;
  if (!first || first !== maps.panes[0]) throw new Error("The map is not there yet.");
  const name = fileName(first.told.title, kind);
  if (kind === "html") handed(await page(maps.theme, maps.data.plotly, panes), name);
  else if (first.mosaic) handed(await mosaicOf(first), name);
  else {
    const made = await drawing(maps.theme, panes);
    const svg = () => new Blob([made.text], { type: "image/svg+xml" });
    handed(kind === "svg" ? svg() : await pixelsOf(made), name);
  }
};
