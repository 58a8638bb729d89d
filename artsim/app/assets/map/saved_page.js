// Runs in a page that was saved, without a server: plotly draws its maps.
/** @import { Saved, SavedPane, Shape, Theme } from "../types.js" */
import { element } from "../dom.js";
import { numbersOf } from "./base64.js";

const THUMB = 64; // pixels of the box that a picture fits into

/** @param {string} text plotly takes some HTML */
const safe = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

/** @param {string[]} work title, artist with date */
const said = ([title, by]) => safe([title, by].filter(Boolean).join(", "));

/** @param {SavedPane} pane */
const kindOf = (pane) => (pane.solid ? "scatter3d" : "scattergl");

/**
 * The works, each part as one trace.
 * @param {SavedPane} pane
 * @param {Uint32Array[]} rows of each part
 */
const worksDrawn = (pane, rows) =>
  pane.parts.map((part, i) => ({
    type: kindOf(pane),
    mode: "markers",
    name: safe(part.name),
    showlegend: Boolean(part.name && part.tier === 2),
    x: numbersOf(part.x, Float32Array),
    y: numbersOf(part.y, Float32Array),
    ...(part.z ? { z: numbersOf(part.z, Float32Array) } : {}),
    legendrank: part.shade,
    text: Array.from(rows[i], (row) => said(pane.works[row] ?? [part.name])),
    hoverinfo: "text",
    marker: {
      color: part.colour,
      symbol: part.symbol,
      size: part.size,
      opacity: part.opacity,
      line: { width: 0 },
    },
  }));

/**
 * The query, and lines to its neighbours.
 * @param {SavedPane} pane
 * @param {Theme} theme
 */
const queryDrawn = (pane, theme) => {
  const { query, solid } = pane;
  if (!query) return [];
  /** @param {(i: number) => unknown[]} along */
  const placed = (along) => ({ x: along(0), y: along(1), ...(solid ? { z: along(2) } : {}) });
  /** @param {boolean} torn */
  const lines = (torn) => {
    const near = query.neighbours.filter((each) => each[3] === torn);
    const look = torn ? { color: theme.accent, dash: "dot" } : { color: theme.text };
    return {
      type: kindOf(pane),
      mode: "lines",
      name: torn ? "Nearest works that the map shows far away" : "Nearest works",
      hoverinfo: "skip",
      legendrank: 2000,
      ...placed((i) => near.flatMap((each) => [query.point[i], each[i], null])),
      line: { ...look, width: solid ? 3 : 1.5 },
    };
  };
  return [
    lines(false),
    lines(true),
    {
      type: kindOf(pane),
      mode: "markers",
      ...placed((i) => [query.point[i]]),
      name: safe(query.label),
      hoverinfo: "name",
      marker: { symbol: "diamond", size: solid ? 8 : 16, color: theme.accent },
    },
  ];
};

/**
 * @param {Shape} shape
 * @param {Theme} theme
 */
const outlineOf = ({ kind, path }, theme) => {
  const [first, second] = path;
  const outline =
    kind === "box"
      ? { type: "rect", x0: first[0], y0: first[1], x1: second[0], y1: second[1] }
      : { type: "path", path: `M${path.map((corner) => corner.join(",")).join("L")}Z` };
  return { ...outline, line: { color: theme.accent, dash: "dash" } };
};

/**
 * @param {SavedPane} pane
 * @param {Theme} theme
 * @param {number} width of the plot in pixels
 */
const layoutOf = (pane, theme, width) => {
  const [x0, x1, y0, y1] = pane.sight;
  const side = ((x1 - x0) / width) * THUMB;
  const hidden = { visible: false };
  const flat = {
    xaxis: { ...hidden, range: [x0, x1] },
    yaxis: { ...hidden, range: [y0, y1], scaleanchor: "x" },
    annotations: pane.labels.map(({ x, y, text }) => ({
      ...{ x, y, text: safe(text), showarrow: false },
    })),
  };
  const scene = { xaxis: hidden, yaxis: hidden, zaxis: hidden, aspectmode: "data" };
  return {
    margin: { l: 0, r: 0, t: 0, b: 0 },
    dragmode: pane.solid ? "orbit" : "pan",
    hovermode: "closest",
    font: { color: theme.text },
    paper_bgcolor: theme.background,
    plot_bgcolor: theme.background,
    legend: { orientation: "h", y: 0, yanchor: "top", itemsizing: "constant" },
    ...(pane.solid ? { scene } : flat),
    images: pane.thumbs
      .filter(([row]) => pane.works[row]?.[2])
      .map(([row, x, y]) => ({
        source: pane.works[row][2],
        ...{ xref: "x", yref: "y", x, y, sizex: side, sizey: side },
        ...{ xanchor: "center", yanchor: "middle", layer: "above" },
      })),
    shapes: pane.shape ? [outlineOf(pane.shape, theme)] : [],
  };
};

/**
 * The work under the pointer.
 * @param {[string, string, string] | undefined} work
 */
const workShown = (work) => {
  if (!work) return [];
  const [title, by, picture] = work;
  const words = element("div");
  words.append(element("i", "", title), element("p", "", by));
  if (!picture) return [words];
  const image = element("img");
  image.src = picture;
  image.alt = "";
  return [image, words];
};

/**
 * @typedef {object} Hover
 * @property {{ curveNumber: number, pointNumber: number }[]} points
 *
 * @typedef {(event: "plotly_hover", act: (hover: Hover) => void) => void} On
 */

/**
 * @param {SavedPane} pane
 * @param {Theme} theme
 */
const showPane = (pane, theme) => {
  const section = element("section");
  /** @type {HTMLElement & { on?: On }} plotly adds what it calls */
  const plot = element("div", "plot");
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", pane.alt);
  const work = element("div", "work");
  section.append(element("h1", "", pane.title), plot, work);
  document.querySelector("main")?.append(section);
  const rows = pane.parts.map((part) => numbersOf(part.rows, Uint32Array));
  const traces = [...worksDrawn(pane, rows), ...queryDrawn(pane, theme)];
  const config = { scrollZoom: true, responsive: true, displaylogo: false };
  window.Plotly.newPlot(plot, traces, layoutOf(pane, theme, plot.clientWidth), config);
  plot.on?.("plotly_hover", ({ points: [point] }) => {
    work.replaceChildren(...workShown(pane.works[rows[point.curveNumber]?.[point.pointNumber]]));
  });
};

/** @param {Saved} saved */
export const show = ({ panes, theme }) => panes.forEach((pane) => showPane(pane, theme));
