// Works drawn in the same scale, by the size that each one tells, with a bar of centimetres.
/** @typedef {{ width: number, height: number }} Sides */

const LONGEST = 160; // pixels of the bar

/**
 * The share of its glass that each whole picture takes; 1 for a work that tells no size, and
 * then infinitely many pixels where none does.
 * @param {(Sides | null)[]} sizes in centimetres
 * @param {Sides[]} shown in pixels, where all of each picture is seen
 * @returns {{ parts: number[], pixels: number }} and how many pixels a centimetre takes
 */
export const scaled = (sizes, shown) => {
  const each = sizes.map((size, place) => {
    if (!size) return null;
    const { width, height } = shown[place];
    return Math.sqrt((width * height) / (size.width * size.height));
  });
  // The largest work fills its glass, all others are smaller.
  const pixels = Math.min(...each.filter((one) => one !== null));
  return { parts: each.map((one) => (one === null ? 1 : pixels / one)), pixels };
};

/**
 * The longest round length that is not too long to draw.
 * @param {number} pixels of a centimetre
 * @returns {{ centimetres: number, width: number }}
 */
export const barOf = (pixels) => {
  const most = LONGEST / pixels;
  const power = 10 ** Math.floor(Math.log10(most));
  const centimetres = power * (most >= 5 * power ? 5 : most >= 2 * power ? 2 : 1);
  return { centimetres, width: centimetres * pixels };
};

/**
 * A length as people say it: 2 mm, 50 cm, 2 m.
 * @param {number} centimetres
 */
export const said = (centimetres) => {
  if (centimetres < 1) return `${+(centimetres * 10).toPrecision(1)} mm`;
  return centimetres < 100 ? `${centimetres} cm` : `${centimetres / 100} m`;
};
