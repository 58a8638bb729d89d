// What the server gives by address is fetched once and kept, however often the script runs.
/** @import { Work } from "../types.js" */

const MOST_ANSWERS = 40;
const MOST_ROWS = 500; // works in one request
export const SILENT = "The server does not answer: try again in a moment.";
/** @type {Map<string, Promise<any>>} */
const answers = new Map();

/**
 * @template Answer
 * @param {string} url
 * @param {(response: Response) => Promise<Answer>} read
 * @returns {Promise<Answer>}
 */
const answerOf = async (url, read) => {
  const response = await fetch(url).catch(() => undefined);
  if (response?.ok) return read(response);
  const said = await response?.json().catch(() => ({}));
  throw new Error(said?.error ?? SILENT);
};

/**
 * @template Answer
 * @param {string} url
 * @param {(response: Response) => Promise<Answer>} read
 * @returns {Promise<Answer>}
 */
export const answerAt = (url, read) => {
  const known = answers.get(url);
  const answer = known ?? answerOf(url, read);
  if (!known) answer.catch(() => answers.delete(url));
  answers.delete(url); // the ones asked for last are kept longest
  answers.set(url, answer);
  const [oldest] = answers.keys();
  if (answers.size > MOST_ANSWERS) answers.delete(oldest);
  return answer;
};

/**
 * @template Numbers
 * @param {string} url
 * @param {new (buffer: ArrayBuffer) => Numbers} Kind such as Float32Array
 */
export const numbersAt = (url, Kind) =>
  answerAt(url, async (response) => new Kind(await response.arrayBuffer()));

/** @param {string} url */
export const documentAt = (url) => answerAt(url, (response) => response.json());

/** @param {string} url */
export const textAt = (url) => answerAt(url, (response) => response.text());

/**
 * A picture of this server as text, to be part of a file.
 * @param {string} url
 * @returns {Promise<string>}
 */
export const inlined = async (url) => {
  const blob = await answerOf(url, (response) => response.blob());
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.onerror = () => failed(new Error(SILENT));
    reader.readAsDataURL(blob);
  });
};

/** @type {Map<string, Promise<unknown>>} */
const scripts = new Map();

/**
 * A script of the server's own, loaded once for the whole page.
 * @param {string} url
 */
export const scriptAt = (url) => {
  const known = scripts.get(url);
  if (known) return known;
  const loaded = new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = done;
    script.onerror = () => {
      scripts.delete(url);
      script.remove();
      failed(new Error(SILENT));
    };
    document.head.append(script);
  });
  scripts.set(url, loaded);
  return loaded;
};

/** Title, artist, date and picture of works, asked for when they are looked at. */
export class Works {
  /** @type {Map<number, Work>} */
  known = new Map();

  /** @param {string} url */
  constructor(url) {
    this.url = url;
  }

  /** @param {number} row */
  get(row) {
    return this.known.get(row);
  }

  /** @param {Iterable<number>} rows */
  async load(rows) {
    const missing = [...rows].filter((row) => !this.known.has(row));
    for (let i = 0; i < missing.length; i += MOST_ROWS) {
      const url = `${this.url}&rows=${missing.slice(i, i + MOST_ROWS).join(",")}`;
      for (const work of await answerOf(url, (response) => response.json())) {
        this.known.set(work.row, work);
      }
    }
  }
}

/** @param {Work} work */
export const titleOf = (work) => work.title || "Untitled";

/** @param {Work} work */
export const byOf = (work) => [work.artist, work.date || work.year].filter(Boolean).join(", ");

/** @param {Work} work */
export const saidOf = (work) => [titleOf(work), byOf(work)].filter(Boolean).join(", ");
