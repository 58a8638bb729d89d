// Downloads of what is seen: a drawing in lines, the same as pixels, or a page of its own.
const PIXELS = 2; // of a picture for each of the screen
const GAP_BETWEEN = 16;
const HEAD = 34; // pixels of a title's line
const LINE = 20; // pixels of a legend's line
const FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif";

const quoted = (text) =>
  String(text).replace(/[&<>"']/g, (letter) => `&#${letter.codePointAt(0)};`);

const written = ({ tag, text, ...attributes }) => {
  const told = Object.entries(attributes).map(([name, value]) => ` ${name}="${quoted(value)}"`);
  return `<${tag}${told.join("")}>${text === undefined ? "" : quoted(text)}</${tag}>`;
};

const handed = (blob, name) => {
  const link = element("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

// A picture of this server as text, to be part of the file.
const inlined = async (url) => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(SILENT);
  const blob = await response.blob();
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = () => failed(new Error(SILENT));
    reader.readAsDataURL(blob);
  });
};

// Only points in sight, each part as one path: 100,000 points are some megabytes of text. Of a
// map in space, what plotly has drawn.
const pointsDrawn = async (pane) => {
  if (pane.solid) {
    const box = { x: 0, y: 0, width: pane.width, height: pane.height };
    return [written({ tag: "image", ...box, href: await pane.layer.picture() })];
  }
  const { parts, size, fade } = pane.scene();
  return parts.map((part) => {
    const radius = (size * part.scale) / 2;
    const form = FORMS[part.symbol] ?? FORMS.circle;
    const steps = form.replace(/-?\d*\.?\d+/g, (v) => ` ${(v * radius).toFixed(2)}`);
    const marks = [];
    for (let i = 0; i < part.x.length; i += 1) {
      const [x, y] = pane.place(part.x[i], part.y[i]);
      if (!(x > -9 && x < pane.width + 9 && y > -9 && y < pane.height + 9)) continue;
      marks.push(`M${x.toFixed(1)} ${y.toFixed(1)}${steps.replace("M", "m")}`);
    }
    const look = { fill: part.colour, "fill-opacity": (part.opacity * fade).toFixed(2) };
    return written({ tag: "path", d: marks.join(""), ...look });
  });
};

const pictureDrawn = async (image, x, y, stroke) => {
  const { offsetWidth: width, offsetHeight: height } = image;
  const box = { x: x - width / 2, y: y - height / 2, width, height };
  const href = await inlined(image.src);
  const frame = { tag: "rect", ...box, fill: "none", stroke, "stroke-width": 3 };
  return written(frame) + written({ tag: "image", ...box, href });
};

const thumbsDrawn = (pane) =>
  Promise.all(
    [...pane.thumbs.shown].map(([row, image]) =>
      pictureDrawn(image, ...pane.at(row), image.style.getPropertyValue("--of")),
    ),
  );

const askedDrawn = async (pane) => {
  const { asked } = pane.thumbs;
  const { query } = pane.told;
  const [x, y] = query ? pane.place(...query.point) : [NaN];
  if (Number.isNaN(x) || asked.hidden || !asked.complete) return "";
  const middle = y - NAME_ABOVE - 16 - asked.offsetHeight / 2;
  return pictureDrawn(asked, x, middle, pane.theme.accent);
};

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

// The entries of a legend, the most frequent first as on the page.
const legendOf = (pane) => {
  const named = pane.parts.filter((part) => part.tier === ON && part.name);
  return named.sort((a, b) => a.shade - b.shade);
};

const legendDrawn = (pane, top, width) => {
  let [x, y] = [GAP_BETWEEN, top];
  const marks = [];
  for (const { name, symbol, colour, rows } of legendOf(pane)) {
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

const drawing = async (maps) => {
  const panes = maps.panes.filter((pane) => pane.view);
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
  const { background } = maps.theme;
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

const pixelsOf = async ({ text, width, height }) => {
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  const image = element("img");
  image.src = url;
  await image.decode().finally(() => URL.revokeObjectURL(url));
  const canvas = new OffscreenCanvas(Math.round(width * PIXELS), Math.round(height * PIXELS));
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.convertToBlob({ type: "image/png" });
};

const saved = async (kind, maps) => {
  const [first] = maps.panes;
  if (!first?.view) throw new Error("The map is not there yet.");
  const name = `${first.told.title.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60) || "map"}.${kind}`;
  if (kind === "html") handed(await page(maps), name);
  else if (first.mosaic) handed(await new Promise((go) => first.layer.node.toBlob(go)), name);
  else {
    const made = await drawing(maps);
    const svg = () => new Blob([made.text], { type: "image/svg+xml" });
    handed(kind === "svg" ? svg() : await pixelsOf(made), name);
  }
};
