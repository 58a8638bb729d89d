// What lies over the points: the query with its neighbours, the outline of a choice, names.
const SVG = "http://www.w3.org/2000/svg";
const LETTER = 6.6; // pixels, about, of one letter of a name
const LONGEST = 40;

const shown = ({ tag, text, ...attributes }) => {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  return node;
};

const pathOf = (corners, pane) => {
  const places = corners.map(([x, y]) => pane.place(x, y).map((v) => v.toFixed(1)).join(" "));
  return `M${places.join("L")}Z`;
};

const outlineOf = (shape, pane) => {
  let corners = shape.path;
  if (shape.kind === "box") {
    const [[x0, y0], [x1, y1]] = corners;
    corners = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  }
  const { accent } = pane.theme;
  return {
    tag: "path",
    d: pathOf(corners, pane),
    fill: accent,
    "fill-opacity": 0.07,
    stroke: accent,
    "stroke-width": 1.5,
    "stroke-dasharray": "5 4",
  };
};

// Lines to the nearest works; a broken line leads to one that the map has torn away.
const linesOf = (query, pane) => {
  const [x, y] = pane.place(...query.point);
  if (Number.isNaN(x)) return []; // behind the eye, on a map in space
  const marks = [];
  for (const { row, torn } of query.neighbours) {
    const [px, py] = pane.at(row);
    if (Number.isNaN(px)) continue;
    const stroke = torn ? pane.theme.accent : pane.theme.text;
    const dash = torn ? { "stroke-dasharray": "2 5", "stroke-linecap": "round" } : {};
    const width = torn ? 2 : 1.25;
    const line = { tag: "line", x1: x, y1: y, x2: px, y2: py, stroke, "stroke-width": width };
    const ring = { cx: px, cy: py, r: pane.size / 2 + 3, fill: "none", stroke };
    marks.push({ ...line, "stroke-opacity": torn ? 0.9 : 0.55, ...dash });
    marks.push({ tag: "circle", ...ring, "stroke-width": 1.75, ...dash });
  }
  return marks;
};

const queryOf = (query, pane) => {
  const [x, y] = pane.place(...query.point);
  if (Number.isNaN(x)) return [];
  const d = `M${x} ${y - 11}L${x + 11} ${y}L${x} ${y + 11}L${x - 11} ${y}Z`;
  const { accent, background } = pane.theme;
  const diamond = { tag: "path", d, fill: accent, stroke: background, "stroke-width": 2.5 };
  return [diamond, nameAt(x, y - NAME_ABOVE, query.label, pane)];
};

const halfOf = (text) => (Math.min(text.length, LONGEST) * LETTER) / 2 + 4;

const NAME_ABOVE = 18; // pixels from the query to its name

// Where the query, its name and its picture stand: middle and half the width.
const queryTakes = (query, pane) => {
  const [x, y] = pane.place(...query.point);
  const name = [inside(x, query.label, pane), y - NAME_ABOVE, halfOf(query.label)];
  const picture = query.thumb ? [-40, -60, -80].map((above) => [x, y + above, 34]) : [];
  return [name, [x, y, 14], ...picture];
};

// A name, moved aside where it would be cut off.
const nameAt = (x, y, text, pane) => ({
  tag: "text",
  x: inside(x, text, pane).toFixed(1),
  y: y.toFixed(1),
  text: text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text,
  "text-anchor": "middle",
  "font-size": 12.5,
  "font-weight": 600,
  fill: pane.theme.text,
  stroke: pane.theme.background,
  "stroke-width": 3.5,
  "stroke-linejoin": "round",
  "paint-order": "stroke",
});

const inside = (x, text, pane) => {
  const half = Math.min(halfOf(text), pane.width / 2);
  return Math.min(Math.max(x, half), pane.width - half);
};

// Names that would cover one named before are left out: the query's comes first, then the most
// important.
const namesOf = ({ labels, query }, pane) => {
  const taken = query ? queryTakes(query, pane) : [];
  const marks = [];
  for (const { x, y, z, text } of labels) {
    const [at, py] = pane.place(x, y, z);
    if (!(at > 0 && at < pane.width && py > 12 && py < pane.height)) continue;
    const px = inside(at, text, pane);
    const half = halfOf(text);
    const covers = ([ox, oy, ohalf]) => Math.abs(ox - px) < half + ohalf && Math.abs(oy - py) < 18;
    if (taken.some(covers)) continue;
    taken.push([px, py, half]);
    marks.push(nameAt(px, py, text, pane));
  }
  return marks;
};

// The query and its nearest as frames around their cells.
const cellsOf = ({ row, neighbours }, pane) => {
  const { accent, text } = pane.theme;
  const frames = neighbours.map((near) => [near.row, near.torn ? accent : text, 2]);
  return [...frames, ...(row < 0 ? [] : [[row, accent, 4]])].map(([of, stroke, width]) => {
    const frame = { ...cellAt(of, pane), stroke, "stroke-width": width };
    return of === row || stroke === text ? frame : { ...frame, "stroke-dasharray": "4 4" };
  });
};

const cellAt = (row, pane) => {
  const [cx, cy] = pane.at(row);
  const side = pane.view.k;
  return { tag: "rect", x: cx - side / 2, y: cy - side / 2, width: side, height: side, fill: "none" };
};

const marksOf = (pane) => {
  const { query } = pane.told;
  const shape = pane.shape ? [outlineOf(pane.shape, pane)] : [];
  if (pane.mosaic) return [...(query ? cellsOf(query, pane) : []), ...shape];
  return [
    ...(query ? linesOf(query, pane) : []),
    ...shape,
    ...namesOf(pane.told, pane),
    ...(query ? queryOf(query, pane) : []),
  ];
};

const ringAt = (row, pane) => {
  const [cx, cy] = pane.at(row);
  if (Number.isNaN(cx)) return []; // a work that is not on this map
  const round = { tag: "circle", cx, cy, r: pane.size / 2 + 5, fill: "none" };
  const ring = pane.mosaic ? cellAt(row, pane) : round;
  const halo = { ...ring, stroke: pane.theme.background, "stroke-width": 5 };
  return [halo, { ...ring, stroke: pane.theme.text, "stroke-width": 2.5 }];
};

class Overlay {
  constructor(surface) {
    this.node = document.createElementNS(SVG, "svg");
    this.node.classList.add("overlay");
    this.node.setAttribute("aria-hidden", "true");
    surface.append(this.node);
  }

  show(pane, drawn) {
    const marks = marksOf(pane);
    if (pane.pointed >= 0) marks.push(...ringAt(pane.pointed, pane));
    if (drawn) marks.push(drawn);
    this.node.replaceChildren(...marks.map(shown));
  }
}
