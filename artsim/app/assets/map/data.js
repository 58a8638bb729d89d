// What the server gives by address is fetched once and kept, however often the script runs.
const MOST_ANSWERS = 40;
const MOST_ROWS = 500; // works in one request
const SILENT = "The server does not answer: try again in a moment.";
const answers = new Map();

const answerOf = async (url, read) => {
  const response = await fetch(url).catch(() => undefined);
  if (response?.ok) return read(response);
  const said = await response?.json().catch(() => ({}));
  throw new Error(said?.error ?? SILENT);
};

const answerAt = (url, read) => {
  const known = answers.get(url);
  const answer = known ?? answerOf(url, read);
  if (!known) answer.catch(() => answers.delete(url));
  answers.delete(url); // the ones asked for last are kept longest
  answers.set(url, answer);
  if (answers.size > MOST_ANSWERS) answers.delete(answers.keys().next().value);
  return answer;
};

const numbersAt = (url, Kind) =>
  answerAt(url, async (response) => new Kind(await response.arrayBuffer()));

const documentAt = (url) => answerAt(url, (response) => response.json());

// A script of the server's own, loaded once for the whole page.
const scripts = new Map();
const scriptAt = (url) => {
  if (!scripts.has(url)) {
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
  }
  return scripts.get(url);
};

const bytesOf = (base64) => Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));

const numbersOf = (base64, Kind) => new Kind(bytesOf(base64).buffer);

// One byte a row from one bit a row; nothing where every row counts.
const maskOf = (base64, count) => {
  if (base64 === null || base64 === undefined) return undefined;
  const bits = bytesOf(base64);
  const mask = new Uint8Array(count);
  for (let row = 0; row < count; row += 1) mask[row] = (bits[row >> 3] >> (row & 7)) & 1;
  return mask;
};

// Title, artist, date and picture of works, asked for when they are looked at.
class Works {
  constructor(url) {
    this.url = url;
    this.known = new Map();
  }

  get(row) {
    return this.known.get(row);
  }

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

const titleOf = (work) => work.title || "Untitled";

const byOf = (work) => [work.artist, work.date || work.year].filter(Boolean).join(", ");

const saidOf = (work) => [titleOf(work), byOf(work)].filter(Boolean).join(", ");
