// Numbers as text and back: little-endian, as the server writes them.

/** @param {string} base64 */
export const bytesOf = (base64) =>
  Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

/**
 * @template Numbers
 * @param {string} base64
 * @param {new (buffer: ArrayBuffer) => Numbers} Kind such as Float32Array
 */
export const numbersOf = (base64, Kind) => new Kind(bytesOf(base64).buffer);

/** @param {ArrayBufferView} array */
export const base64Of = (array) => {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  let text = "";
  for (let i = 0; i < bytes.length; i += 32768) {
    text += String.fromCharCode(...bytes.subarray(i, i + 32768));
  }
  return btoa(text);
};

/**
 * One byte a row from one bit a row; nothing where every row counts.
 * @param {string | null | undefined} base64
 * @param {number} count
 */
export const maskOf = (base64, count) => {
  if (base64 === null || base64 === undefined) return undefined;
  const bits = bytesOf(base64);
  const mask = new Uint8Array(count);
  for (let row = 0; row < count; row += 1) mask[row] = (bits[row >> 3] >> (row & 7)) & 1;
  return mask;
};
