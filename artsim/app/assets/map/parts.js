// Which works are drawn how: by what they are coloured, and whether they are in question.
const OTHER = 254;
const UNKNOWN = 255;
const STEPS = 24; // colours of a sequence
const OUT = 0; // left out by filters, decades or the legend
const REST = 1; // not chosen while others are
const ON = 2;
const LOOKS = [
  { opacity: 0.5, scale: 0.75 },
  { opacity: 0.3, scale: 0.9 },
  { opacity: 0.9, scale: 1 },
];

const UNNAMED = { opacity: 0.6, scale: 0.85 }; // values that have no colour of their own

const lookOf = (tier, colouring, shade) =>
  tier === ON && shade >= OTHER && colouring.kind === "category" ? UNNAMED : LOOKS[tier];

const rgbOf = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

const hexOf = (rgb) => `#${rgb.map((v) => Math.round(v).toString(16).padStart(2, "0")).join("")}`;

const between = (stops, part) => {
  const at = Math.min(Math.max(part, 0), 1) * (stops.length - 1);
  const low = Math.min(Math.floor(at), stops.length - 2);
  const [from, to] = [rgbOf(stops[low]), rgbOf(stops[low + 1])];
  return hexOf(from.map((v, i) => v + (to[i] - v) * (at - low)));
};

// The colouring as the server tells it, as one code a work with a colour and a form each.
class Colouring {
  constructor(told, count, symbols) {
    this.kind = told.kind;
    this.names = told.names.map((name) => name.replaceAll("_", " "));
    this.symbols = symbols;
    this.codes = told.codes ? numbersOf(told.codes, Uint8Array) : new Uint8Array(count);
    if (told.kind === "none") this.codes = new Uint8Array(count);
    if (told.kind === "sequence" && told.values) this.step(told);
  }

  step({ values, low, high }) {
    const numbers = numbersOf(values, Float32Array);
    const width = high - low || 1;
    this.steps = new Uint8Array(numbers.length);
    numbers.forEach((value, row) => {
      const at = Math.floor(((value - low) / width) * STEPS);
      this.steps[row] = Number.isNaN(value) ? UNKNOWN : Math.min(Math.max(at, 0), STEPS - 1);
    });
  }

  // What tells the drawn parts apart; the legend goes by ``codes``.
  get shades() {
    return this.steps ?? this.codes;
  }

  colour(shade, palette) {
    if (shade === UNKNOWN) return palette.unknown;
    if (this.steps) return between(palette.sequence, shade / (STEPS - 1));
    if (shade === OTHER) return palette.other;
    return palette.named[shade % palette.named.length];
  }

  symbol(shade) {
    const plain = this.steps || this.kind === "none" || shade >= OTHER;
    return plain ? "circle" : this.symbols[shade % this.symbols.length];
  }

  name(shade) {
    if (this.steps || this.kind === "none") return "";
    return shade === UNKNOWN ? "Not known" : shade === OTHER ? "Other" : this.names[shade];
  }
}

// Which works count: one byte a row, from masks that may be missing.
const countingOf = (count, ...masks) => {
  const given = masks.filter(Boolean);
  if (!given.length) return undefined;
  const mask = new Uint8Array(count);
  for (let row = 0; row < count; row += 1) mask[row] = given.every((each) => each[row]) ? 1 : 0;
  return mask;
};

const drawnBefore = (a, b) => {
  const rank = ({ shade }) => (shade >= OTHER ? -shade : shade);
  return a.tier - b.tier || rank(a) - rank(b);
};

// The works in parts that look alike, in the order of drawing: few traces, plain arrays.
const partsOf = ({ space, colouring, counting, chosen, palette }) => {
  const { shades } = colouring;
  const slots = new Uint16Array(space.count);
  const sizes = new Uint32Array(3 * 256);
  for (let row = 0; row < space.count; row += 1) {
    const tier = counting && !counting[row] ? OUT : chosen && !chosen[row] ? REST : ON;
    slots[row] = tier === OUT ? 0 : tier * 256 + shades[row];
    sizes[slots[row]] += 1;
  }
  const parts = new Map();
  sizes.forEach((size, slot) => {
    if (!size) return;
    const tier = slot >> 8;
    const shade = tier === OUT ? UNKNOWN : slot & 255;
    parts.set(slot, {
      ...lookOf(tier, colouring, shade),
      tier,
      shade,
      name: tier === OUT ? "" : colouring.name(shade),
      colour: tier === OUT ? palette.unknown : colouring.colour(shade, palette),
      symbol: tier === OUT ? "circle" : colouring.symbol(shade),
      rows: new Uint32Array(size),
      x: new Float32Array(size),
      y: new Float32Array(size),
      filled: 0,
    });
  });
  for (let row = 0; row < space.count; row += 1) {
    const part = parts.get(slots[row]);
    part.rows[part.filled] = row;
    part.x[part.filled] = space.x(row);
    part.y[part.filled] = space.y(row);
    part.filled += 1;
  }
  return [...parts.values()].sort(drawnBefore);
};
