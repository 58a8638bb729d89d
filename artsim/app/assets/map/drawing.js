// The visible part of the maps as an SVG drawing, with titles and a legend.
/** @import { Part, Scene, Theme } from "../types.js" */
/** @import { Pane } from "./pane.js" */
/** @import { Sight } from "./sight.js" */
import { inlined } from "./data.js";
import { FORMS } from "./forms.js";
import { LONGEST, marksOf, NAME_ABOVE } from "./overlay.js";
import { ON } from "./parts.js";
import { quoted, SVG, written } from "./svg.js";

export const PIXELS = 2; // of a picture for each of the screen
export const FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif";
const GAP_BETWEEN = 16;
const HEAD = 34; // pixels of a title's line
const LINE = 20; // pixels of a legend's line

/** @typedef {{ text: string, width: number, height: number }} Drawn */

/**
 * The points of a flat map, each part as one path: 100,000 points are some megabytes of text, so
 * only those in sight.
 * @param {Sight} sight
 * @param {Pick<Scene, "parts" | "size" | "fade">} scene
 */
export const pathsOf = (sight, { parts, size, fade }) =>
  parts.map((part) => {
    const radius = (size * part.scale) / 2;
    const form = FORMS[part.symbol] ?? FORMS.circle;
    const steps = form.replace(/-?\d*\.?\d+/g, (v) => ` ${(Number(v) * radius).toFixed(2)}`);
    const marks = [];
    for (let i = 0; i < part.x.length; i += 1) {
      const [x, y] = sight.place(part.x[i], part.y[i]);
      if (!(x > -9 && x < sight.width + 9 && y > -9 && y < sight.height + 9)) continue;
      marks.push(`M${x.toFixed(1)} ${y.toFixed(1)}${steps.replace("M", "m")}`);
    }
    const look = { fill: part.colour, "fill-opacity": (part.opacity * fade).toFixed(2) };
    return written({ tag: "path", d: marks.join(""), ...look });
  });

/**
 * Of a map in space, what plotly has drawn.
 * @param {Pane} pane
 */
const pointsDrawn = async (pane) => {
  if (!pane.turned) return pathsOf(pane, pane.scene());
  const box = { x: 0, y: 0, width: pane.width, height: pane.height };
  return [written({ tag: "image", ...box, href: await pane.turned.picture(PIXELS) })];
};

/**
 * @param {HTMLImageElement} image
 * @param {number} x of its middle
 * @param {number} y
 * @param {string} stroke
 */
const pictureDrawn = async (image, x, y, stroke) => {
  const { offsetWidth: width, offsetHeight: height } = image;
  const box = { x: x - width / 2, y: y - height / 2, width, height };
  const href = await inlined(image.src);
  const frame = { tag: "rect", ...box, fill: "none", stroke, "stroke-width": 3 };
  return written(frame) + written({ tag: "image", ...box, href });
};

/** @param {Pane} pane */
const thumbsDrawn = (pane) =>
  Promise.all(
    [...pane.thumbs.shown].map(([row, image]) => {
      const [x, y] = pane.at(row);
      return pictureDrawn(image, x, y, image.style.getPropertyValue("--of"));
    }),
  );

/** @param {Pane} pane */
const askedDrawn = async (pane) => {
  const { asked } = pane.thumbs;
  const { query } = pane.told;
  const [x, y] = query ? pane.place(...query.point) : [NaN, NaN];
  if (Number.isNaN(x) || asked.hidden || !asked.complete) return "";
  const middle = y - NAME_ABOVE - 16 - asked.offsetHeight / 2;
  return pictureDrawn(asked, x, middle, pane.theme.accent);
};

/**
 * @param {Pane} pane
 * @param {number} left
 * @param {number} top
 */
const paneDrawn = async (pane, left, top) => {
  const clip = `seen-${pane.number}`;
  const box = { x: 0, y: 0, width: pane.width, height: pane.height };
  const { text } = pane.theme;
  const title = { tag: "text", x: 0, y: -12, "font-size": 15, "font-weight": 600, fill: text };
  return [
    `<g transform="translate(${left} ${top})">`,
    `<clipPath id="${clip}">${written({ tag: "rect", ...box })}</clipPath>`,
    written({ ...title, text: pane.told.title }),
    `<g clip-path="url(#${clip})">`,
    ...(await pointsDrawn(pane)),
    ...(await thumbsDrawn(pane)),
    ...marksOf(pane).map(written),
    await askedDrawn(pane),
    "</g>",
    written({ tag: "rect", ...box, fill: "none", stroke: text, "stroke-opacity": 0.25 }),
    "</g>",
    `<desc>${quoted(pane.told.alt)}</desc>`,
  ].join("\n");
};

/**
 * The entries of a legend, the most frequent first as on the page.
 * @param {Part[]} parts
 */
export const legendOf = (parts) => {
  const named = parts.filter((part) => part.tier === ON && part.name);
  return named.sort((a, b) => a.shade - b.shade);
};

/**
 * @param {Pane} pane
 * @param {number} top
 * @param {number} width
 */
const legendDrawn = (pane, top, width) => {
  let [x, y] = [GAP_BETWEEN, top];
  const marks = [];
  for (const { name, symbol, colour, rows } of legendOf(pane.parts)) {
    const text = `${name.slice(0, LONGEST)} (${rows.length.toLocaleString("en")})`;
    const wide = text.length * 6.8 + 30;
    if (x + wide > width && x > GAP_BETWEEN) [x, y] = [GAP_BETWEEN, y + LINE];
    const form = { tag: "path", d: FORMS[symbol] ?? FORMS.circle, fill: colour };
    marks.push(written({ ...form, transform: `translate(${x + 6} ${y - 4}) scale(5)` }));
    const place = { tag: "text", x: x + 16, y, text };
    marks.push(written({ ...place, "font-size": 12, fill: pane.theme.text }));
    x += wide;
  }
  return { marks, bottom: marks.length ? y + LINE / 2 : top - LINE };
};

/**
 * @param {Theme} theme
 * @param {Pane[]} panes
 * @returns {Promise<Drawn>}
 */
export const drawing = async ({ background }, panes) => {
  const width = panes.reduce((sum, pane) => sum + pane.width + GAP_BETWEEN, GAP_BETWEEN);
  const below = HEAD + panes[0].height + LINE + 6;
  const legend = legendDrawn(panes[0], below, width);
  const height = legend.bottom + GAP_BETWEEN;
  let left = GAP_BETWEEN;
  const drawn = [];
  for (const pane of panes) {
    drawn.push(await paneDrawn(pane, left, HEAD));
    left += pane.width + GAP_BETWEEN;
  }
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
  const text = [
    `<svg xmlns="${SVG}" ${size} font-family="${quoted(FONT)}">`,
    written({ tag: "rect", width, height, fill: background }),
    ...drawn,
    ...legend.marks,
    "</svg>",
  ].join("\n");
  return { text, width, height };
};
