// A page that needs no server: plotly, the points, and the works in sight with their pictures.
/** @import { SavedPane, Theme } from "../types.js" */
/** @import { Pane } from "./pane.js" */
import { base64Of } from "./base64.js";
import { byOf, inlined, textAt, titleOf } from "./data.js";
import { FONT } from "./drawing.js";
import { quoted } from "./svg.js";

const MOST_TITLED = 2000; // works that have a title in the page
const RUNS_THERE = "map/saved_page.js"; // the module that runs in the page

/**
 * The works that the page tells of: the query's neighbours, then the pictures, then all in sight.
 * @param {Pane} pane
 */
const toldIn = (pane) => {
  const rows = new Set((pane.told.query?.neighbours ?? []).map(({ row }) => row));
  const pictured = new Set([...rows, ...pane.thumbs.shown.keys()]);
  for (const row of pictured) rows.add(row);
  if (pane.solid) return { rows: [...rows], pictured };
  pane.space.within(pane.sight(), (row) => {
    if (rows.size < MOST_TITLED && (!pane.counting || pane.counting[row])) rows.add(row);
  });
  return { rows: [...rows], pictured };
};

/** @param {Pane} pane */
const worksIn = async (pane) => {
  const { rows, pictured } = toldIn(pane);
  await pane.works.load(rows);
  /** @type {SavedPane["works"]} */
  const told = {};
  await Promise.all(
    rows.map(async (row) => {
      const work = pane.works.get(row);
      if (!work) return;
      const picture = pictured.has(row) && work.thumb ? await inlined(work.thumb) : "";
      told[row] = [titleOf(work), byOf(work), picture];
    }),
  );
  return told;
};

/**
 * @param {Pane} pane
 * @returns {Promise<SavedPane>}
 */
const documentOf = async (pane) => {
  const { told, space, solid } = pane;
  const { size, fade } = pane.scene();
  const { query } = told;
  return {
    title: told.title,
    alt: told.alt,
    solid,
    sight: solid ? [] : pane.sight(),
    shape: pane.shape ?? null,
    labels: told.labels,
    query: query && {
      point: query.point.map(Number),
      label: query.label,
      neighbours: query.neighbours.map(({ row, torn }) => {
        return [space.x(row), space.y(row), space.z(row), torn];
      }),
    },
    works: await worksIn(pane),
    thumbs: [...pane.thumbs.shown.keys()].map((row) => [row, space.x(row), space.y(row)]),
    parts: pane.parts.map((part) => ({
      name: part.name,
      shade: part.shade,
      tier: part.tier,
      colour: part.colour,
      symbol: part.symbol,
      size: (size * part.scale) / (solid ? 2 : 1),
      opacity: part.opacity * fade,
      rows: base64Of(part.rows),
      x: base64Of(part.x),
      y: base64Of(part.y),
      z: solid ? base64Of(Float32Array.from(part.rows, (row) => space.z(row))) : undefined,
    })),
  };
};

/** @param {Theme} theme */
const styleOf = (theme) => `
body { margin: 0; padding: 1rem; font: 15px/1.4 ${FONT}; }
body { color: ${theme.text}; background: ${theme.background}; }
main { display: flex; gap: 1rem; flex-wrap: wrap; }
section { flex: 1 1 480px; min-width: 0; }
h1 { font-size: 1rem; margin: 0 0 .5rem; }
.plot { height: 78vh; border: 1px solid color-mix(in srgb, ${theme.text} 25%, transparent); }
.work { min-height: 7.5rem; display: flex; gap: .75rem; margin-top: .5rem; }
.work img { max-height: 7rem; max-width: 10rem; }
.work i { font-family: Georgia, serif; font-size: 1.05rem; }
p { margin: 0; }`;

// The start of a line, so that comments which import types are left alone.
const IMPORT = /^((?:import|export)\b[^;"]*\bfrom )"(\.[^"]+)"/gm;

/**
 * A module and all that it imports, for the import map of a page that has no server: the code as
 * data: addresses, by paths that take the place of the relative ones in it.
 * @param {string} path below the folder of all modules
 * @param {(path: string) => Promise<string>} read
 */
export const importsOf = async (path, read) => {
  /** @type {Record<string, string>} */
  const imports = {};
  /** @param {string} from */
  const add = async (from) => {
    if (from in imports) return;
    imports[from] = "";
    /** @type {string[]} */
    const further = [];
    const code = (await read(from)).replace(IMPORT, (_, before, relative) => {
      const to = new URL(relative, `file:///${from}`).pathname.slice(1);
      further.push(to);
      return `${before}"${to}"`;
    });
    imports[from] = `data:text/javascript,${encodeURIComponent(code)}`;
    await Promise.all(further.map(add));
  };
  await add(path);
  return imports;
};

/**
 * The text of a value within a script of HTML.
 * @param {unknown} value
 */
const inScript = (value) => JSON.stringify(value).replace(/</g, "\\u003c");

/**
 * @param {Theme} theme
 * @param {string} plotly the address of its code
 * @param {Pane[]} panes
 */
export const page = async (theme, plotly, panes) => {
  const saved = { theme, panes: await Promise.all(panes.map(documentOf)) };
  const drawing = await textAt(plotly);
  const modules = new URL("..", import.meta.url);
  const imports = await importsOf(RUNS_THERE, (path) => textAt(new URL(path, modules).href));
  const { title } = saved.panes[0];
  const parts = [
    `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${quoted(title)}</title>\n`,
    `<style>${styleOf(theme)}</style>\n<main></main>\n<script>`,
    drawing.replace(/<\/script/gi, "<\\/script"),
    `</script>\n<script type="importmap">${inScript({ imports })}</script>\n`,
    `<script type="module">import { show } from "${RUNS_THERE}";\n`,
    `show(${inScript(saved)});</script>\n</html>\n`,
  ];
  return new Blob(parts, { type: "text/html" });
};
