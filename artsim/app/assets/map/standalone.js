// A page that needs no server: plotly, the points, and the works in sight with their pictures.
const TOLD = 2000; // so many works have a title in the page
const base64Of = (array) => {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  let text = "";
  for (let i = 0; i < bytes.length; i += 32768) {
    text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  }
  return btoa(text);
};

// The works that the page tells of: the query's neighbours, then the pictures, then all in sight.
const toldIn = (pane) => {
  const rows = new Set((pane.told.query?.neighbours ?? []).map(({ row }) => row));
  const pictured = new Set([...rows, ...pane.thumbs.shown.keys()]);
  for (const row of pictured) rows.add(row);
  if (pane.solid) return { rows: [...rows], pictured };
  pane.space.within(pane.sight(), (row) => {
    if (rows.size < TOLD && (!pane.counting || pane.counting[row])) rows.add(row);
  });
  return { rows: [...rows], pictured };
};

const worksIn = async (pane) => {
  const { rows, pictured } = toldIn(pane);
  await pane.works.load(rows);
  const told = await Promise.all(
    rows.map(async (row) => {
      const work = pane.works.get(row);
      if (!work) return undefined;
      const picture = pictured.has(row) && work.thumb ? await inlined(work.thumb) : "";
      return [row, [titleOf(work), byOf(work), picture]];
    }),
  );
  return Object.fromEntries(told.filter(Boolean));
};

const documentOf = async (pane) => {
  const { told, space, size, fade } = { ...pane, ...pane.scene() };
  const { query } = told;
  const places = (query?.neighbours ?? []).map(({ row, torn }) => {
    return [space.x(row), space.y(row), space.z(row), torn];
  });
  return {
    title: told.title,
    alt: told.alt,
    solid: pane.solid,
    sight: pane.solid ? [] : pane.sight(),
    shape: pane.shape ?? null,
    labels: told.labels,
    query: query && { point: query.point, label: query.label, neighbours: places },
    works: await worksIn(pane),
    thumbs: [...pane.thumbs.shown.keys()].map((row) => [row, space.x(row), space.y(row)]),
    parts: pane.parts.map((part) => ({
      name: part.name,
      shade: part.shade,
      tier: part.tier,
      colour: part.colour,
      symbol: part.symbol,
      size: (size * part.scale) / (pane.solid ? 2 : 1),
      opacity: part.opacity * fade,
      rows: base64Of(part.rows),
      x: base64Of(part.x),
      y: base64Of(part.y),
      z: pane.solid
        ? base64Of(Float32Array.from(part.rows, (row) => space.z(row)))
        : undefined,
    })),
  };
};

const STANDALONE_STYLE = (theme) => `
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

// Runs in the page that was saved, not in this one.
const standalone = ({ panes, theme }) => {
  const numbers = (text, Kind) =>
    new Kind(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
  const safe = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  const said = ([title, by]) => safe([title, by].filter(Boolean).join(", "));
  const made = (tag, text, parent) => {
    const node = document.createElement(tag);
    node.textContent = text ?? "";
    node.dir = "auto";
    parent.append(node);
    return node;
  };
  for (const pane of panes) {
    const section = made("section", "", document.querySelector("main"));
    made("h1", pane.title, section);
    const plot = made("div", "", section);
    plot.className = "plot";
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", pane.alt);
    const work = made("div", "", section);
    work.className = "work";
    const rows = pane.parts.map((part) => numbers(part.rows, Uint32Array));
    const kind = pane.solid ? "scatter3d" : "scattergl";
    const traces = pane.parts.map((part, i) => ({
      type: kind,
      mode: "markers",
      name: safe(part.name),
      showlegend: Boolean(part.name && part.tier === 2),
      x: numbers(part.x, Float32Array),
      y: numbers(part.y, Float32Array),
      ...(part.z ? { z: numbers(part.z, Float32Array) } : {}),
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
    const placed = (along) => {
      return { x: along(0), y: along(1), ...(pane.solid ? { z: along(2) } : {}) };
    };
    const lines = (torn) => {
      const near = pane.query.neighbours.filter((each) => each[3] === torn);
      const along = (i) => near.flatMap((each) => [pane.query.point[i], each[i], null]);
      const look = torn ? { color: theme.accent, dash: "dot" } : { color: theme.text };
      const name = torn ? "Nearest works that the map shows far away" : "Nearest works";
      const trace = { type: kind, mode: "lines", name, hoverinfo: "skip", legendrank: 2000 };
      return { ...trace, ...placed(along), line: { ...look, width: pane.solid ? 3 : 1.5 } };
    };
    if (pane.query) {
      traces.push(lines(false), lines(true), {
        type: kind,
        mode: "markers",
        ...placed((i) => [pane.query.point[i]]),
        name: safe(pane.query.label),
        hoverinfo: "name",
        marker: { symbol: "diamond", size: pane.solid ? 8 : 16, color: theme.accent },
      });
    }
    const [x0, x1, y0, y1] = pane.sight;
    const side = ((x1 - x0) / plot.clientWidth) * 64;
    const path = (pane.shape?.path ?? []).map((corner) => corner.join(","));
    const [first, second] = pane.shape?.path ?? [];
    const outline =
      pane.shape?.kind === "box"
        ? { type: "rect", x0: first[0], y0: first[1], x1: second[0], y1: second[1] }
        : { type: "path", path: `M${path.join("L")}Z` };
    const axis = (range) => ({ visible: false, range });
    const hidden = { visible: false };
    Plotly.newPlot(
      plot,
      traces,
      {
        margin: { l: 0, r: 0, t: 0, b: 0 },
        dragmode: pane.solid ? "orbit" : "pan",
        hovermode: "closest",
        font: { color: theme.text },
        paper_bgcolor: theme.background,
        plot_bgcolor: theme.background,
        legend: { orientation: "h", y: 0, yanchor: "top", itemsizing: "constant" },
        ...(pane.solid
          ? { scene: { xaxis: hidden, yaxis: hidden, zaxis: hidden, aspectmode: "data" } }
          : { xaxis: axis([x0, x1]), yaxis: { ...axis([y0, y1]), scaleanchor: "x" } }),
        images: pane.thumbs
          .filter(([row]) => pane.works[row]?.[2])
          .map(([row, x, y]) => ({
            source: pane.works[row][2],
            ...{ xref: "x", yref: "y", x, y, sizex: side, sizey: side },
            ...{ xanchor: "center", yanchor: "middle", layer: "above" },
          })),
        shapes: pane.shape ? [{ ...outline, line: { color: theme.accent, dash: "dash" } }] : [],
        annotations: pane.solid
          ? []
          : pane.labels.map(({ x, y, text }) => ({ x, y, text: safe(text), showarrow: false })),
      },
      { scrollZoom: true, responsive: true, displaylogo: false },
    );
    plot.on("plotly_hover", ({ points: [point] }) => {
      const told = pane.works[rows[point.curveNumber]?.[point.pointNumber]];
      work.replaceChildren();
      if (!told) return;
      if (told[2]) {
        const image = made("img", "", work);
        image.src = told[2];
        image.alt = "";
      }
      const words = made("div", "", work);
      made("i", told[0], words);
      made("p", told[1], words);
    });
  }
};

const page = async (maps) => {
  const panes = [];
  for (const pane of maps.panes) if (pane.view) panes.push(await documentOf(pane));
  const { theme } = maps;
  const [{ title }] = panes;
  const plotly = await answerAt(maps.data.plotly, (response) => response.text());
  const told = JSON.stringify({ panes, theme }).replace(/</g, "\\u003c");
  const parts = [
    `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>${quoted(title)}</title>\n`,
    `<style>${STANDALONE_STYLE(theme)}</style>\n<main></main>\n<script>`,
    plotly.replace(/<\/script/gi, "<\\/script"),
    `</script>\n<script>(${standalone})(${told})</script>\n</html>\n`,
  ];
  return new Blob(parts, { type: "text/html" });
};
