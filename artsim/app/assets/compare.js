/** @import { Card, Component, Labels, Send } from "./types.js" */
import { button, element, focusAfterDialog, pictureOf } from "./dom.js";
import { keepFocus, trayOf } from "./tray.js";

/**
 * @typedef {object} Column
 * @property {string} letter
 * @property {string} name
 * @property {string} detail
 * @property {string} digest
 * @property {string} note
 * @property {boolean} chosen
 *
 * @typedef {object} Pair
 * @property {[string, string]} between
 * @property {number} shared
 * @property {number} of
 * @property {string} overlap
 * @property {string} rbo
 *
 * @typedef {object} Found how a work stands in the lists
 * @property {string} sign
 * @property {string} mark
 * @property {string[]} ranks
 * @property {boolean[]} near
 * @property {string} said
 *
 * @typedef {Card & Found} Work
 * @typedef {{ choice: number, label: string }} Option
 * @typedef {{ ballot: string, question: string, options: Option[] }} Vote
 * @typedef {{ thumb: string, alt: string }} Query
 *
 * @typedef {object} Data
 * @property {Column[]} columns
 * @property {Pair[]} pairs
 * @property {(string | null)[][]} rows
 * @property {Record<string, Work>} works
 * @property {Query} query
 * @property {Vote | null} vote
 * @property {{ said: string, next: string } | null} voted
 * @property {string} of
 * @property {string[]} held
 * @property {Labels} labels
 */

/**
 * @param {string} className
 * @param {string | undefined} text
 * @param {string} scope
 */
const header = (className, text, scope) => {
  const made = element("th", className, text);
  made.scope = scope;
  return made;
};

/** @param {Data} data */
const agreement = (data) => {
  const { labels } = data;
  const section = element("section", "agreement");
  section.setAttribute("aria-label", labels.agreement);
  const table = element("table");
  const head = table.createTHead().insertRow();
  head.append(header("pair", labels.pair, "col"), header("shared", labels.shared, "col"));
  head.append(header("", labels.overlap, "col"), header("", labels.rbo, "col"));
  const body = table.createTBody();
  for (const pair of data.pairs) {
    const row = body.insertRow();
    const lists = header("pair", undefined, "row");
    lists.append(element("b", "letter", pair.between[0]), " and ");
    lists.append(element("b", "letter", pair.between[1]));
    const shared = element("td", "shared");
    const bar = element("span", "bar");
    bar.setAttribute("aria-hidden", "true");
    bar.style.setProperty("--part", String(pair.of ? pair.shared / pair.of : 0));
    shared.append(bar, element("span", "", `${pair.shared} of ${pair.of}`));
    row.append(lists, shared, element("td", "", pair.overlap), element("td", "", pair.rbo));
  }
  section.append(table, element("p", "explain", labels.explain));
  return section;
};

/**
 * @param {Column} column
 * @param {Labels} labels
 */
const headOf = (column, labels) => {
  const cell = header("head", undefined, "col");
  const line = element("div", "named");
  const letter = column.name ? column.letter : `${labels.list} ${column.letter}`;
  line.append(element("b", "letter", letter));
  if (column.name) line.append(element("span", "name", column.name));
  if (column.detail) line.append(element("span", "detail", column.detail));
  if (column.digest) line.title = column.digest;
  cell.append(line);
  const at = element("span", "at");
  at.setAttribute("aria-hidden", "true");
  line.append(at);
  if (column.chosen) cell.append(element("span", "chosen", `✓ ${labels.chosen}`));
  if (column.note) cell.append(element("span", "note", column.note));
  return cell;
};

/**
 * @param {Work} work
 * @param {Column[]} columns
 */
const ranksLine = (work, columns) => {
  const line = element("p", "ranks");
  line.setAttribute("aria-hidden", "true");
  work.ranks.forEach((rank, i) => {
    const one = element("span");
    one.append(element("b", "letter", columns[i].letter), ` ${rank}`);
    line.append(one);
  });
  return line;
};

/**
 * @param {Work} work
 * @param {string} place
 * @param {Data} data
 * @param {Send} send
 */
const cellOf = (work, place, data, send) => {
  const { labels } = data;
  const entry = element("div", `work ${work.sign}`);
  entry.dataset.id = work.id;
  const frame = button("frame");
  frame.setAttribute("aria-label", `${labels.open}: ${work.said}`);
  frame.onclick = () => {
    focusAfterDialog(frame);
    send("open", work.id);
  };
  frame.append(pictureOf(work, labels.absent));
  const badge = element("span", "badge", place);
  badge.setAttribute("aria-hidden", "true");
  frame.append(badge);
  const facts = element("div", "facts");
  const title = element("p", "title", work.title);
  title.title = work.full_title;
  const mark = element("p", "mark");
  const sign = element("span", "sign");
  sign.setAttribute("aria-hidden", "true");
  mark.append(sign, element("span", "", work.mark));
  facts.append(title, element("p", "by", work.by), mark, ranksLine(work, data.columns));
  const card = element("div", "card");
  card.append(frame, facts);
  entry.append(card);
  return entry;
};

/**
 * @param {Data} data
 * @param {Send} send
 */
const lists = (data, send) => {
  const { labels } = data;
  const table = element("table", "lists");
  table.style.setProperty("--columns", String(data.columns.length));
  table.append(element("caption", "hidden", labels.table));
  const heads = table.createTHead().insertRow();
  heads.append(header("gutter", labels.rank, "col"));
  heads.append(...data.columns.map((column) => headOf(column, labels)));
  const body = table.createTBody();
  const shown = data.rows.flat().flatMap((id) => (id ? [data.works[id]] : []));
  const tray = trayOf({ ...data, shown, send });
  let nth = 0;
  data.rows.forEach((ids, r) => {
    const row = body.insertRow();
    row.append(header("gutter", String(r + 1), "row"));
    ids.forEach((id, c) => {
      const place = row.insertCell();
      if (!id) return;
      const cell = cellOf(data.works[id], `${data.columns[c].letter} ${r + 1}`, data, send);
      const mark = tray.buttonAt(nth);
      if (mark) cell.querySelector(".frame")?.after(mark);
      tray.listen(cell, nth);
      nth += 1;
      place.append(cell);
    });
  });
  return table;
};

/**
 * Stays in view while the lists scroll by, with the query to judge by.
 * @param {string} className
 * @param {string} said
 * @param {Query} query
 */
const barBelow = (className, said, query) => {
  const made = element("div", `bar-below ${className}`);
  if (query.thumb) {
    const image = element("img", "asked");
    image.src = query.thumb;
    image.alt = query.alt;
    made.append(image);
  }
  made.append(element("span", "question", said));
  return made;
};

/**
 * @param {string} label
 * @param {string} className
 * @param {() => void} act
 */
const choice = (label, className, act) => {
  const made = button(`choice ${className}`, label);
  made.onclick = act;
  return made;
};

let answered = false; // a button of the bar was used: another bar follows

/**
 * The second click of a double click must not answer what comes next; then the focus goes on.
 * @param {HTMLElement} made
 */
const rest = (made) => {
  const buttons = [...made.querySelectorAll("button")];
  for (const button of buttons) button.disabled = true;
  setTimeout(() => {
    for (const button of buttons) button.disabled = false;
    buttons[0].focus({ preventScroll: true });
  }, 500);
};

/**
 * @param {Vote} vote
 * @param {Query} query
 * @param {Send} send
 */
const voting = (vote, query, send) => {
  const made = barBelow("voting", vote.question, query);
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", vote.question);
  const buttons = vote.options.map((option) =>
    choice(option.label, option.choice < 0 ? "neither" : "", () => {
      for (const each of buttons) each.disabled = true;
      answered = true;
      send("vote", { ballot: vote.ballot, choice: option.choice });
    }),
  );
  made.append(...buttons);
  return made;
};

/**
 * @param {{ said: string, next: string }} voted
 * @param {Query} query
 * @param {Send} send
 */
const votedOf = ({ said, next }, query, send) => {
  const made = barBelow("voted", said, query);
  const onward = choice(next, "first", () => {
    onward.disabled = true;
    answered = true;
    document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
    send("next", true);
  });
  made.querySelector(".question")?.setAttribute("role", "status");
  made.append(onward);
  return made;
};

/**
 * Marks the work under the pointer or the focus in all lists, and shows its rank in each head.
 * @param {HTMLTableElement} table
 * @param {Data} data
 */
const follow = (table, data) => {
  const heads = [...table.querySelectorAll(".head .at")];
  /** @type {string | undefined} */
  let shown;
  /** @param {string} [id] */
  const point = (id) => {
    if (id === shown) return;
    shown = id;
    for (const work of table.querySelectorAll(".work")) {
      work.classList.toggle("same", work.getAttribute("data-id") === id);
    }
    heads.forEach((at, i) => {
      at.textContent = id ? `${data.labels.rank} ${data.works[id].ranks[i]}` : "";
      at.classList.toggle("near", Boolean(id && data.works[id].near[i]));
    });
  };
  /** @param {EventTarget | null} target */
  const idOf = (target) => {
    const work = target instanceof Element ? target.closest(".work") : undefined;
    return work?.getAttribute("data-id") ?? undefined;
  };
  const focused = () => {
    const root = table.getRootNode();
    return idOf("activeElement" in root ? /** @type {Element} */ (root.activeElement) : null);
  };
  table.addEventListener("pointerover", (event) => point(idOf(event.target) ?? focused()));
  table.addEventListener("pointerleave", () => point(focused()));
  table.addEventListener("focusin", (event) => point(idOf(event.target)));
  table.addEventListener("focusout", (event) => point(idOf(event.relatedTarget)));
};

/** @type {Record<string, [number, number]>} */
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
/**
 * Arrow keys go from work to work, as in a grid.
 * @param {HTMLTableElement} table
 */
const walk = (table) => {
  table.addEventListener("keydown", (event) => {
    const step = STEPS[event.key];
    const place = event.target instanceof Element ? event.target.closest("td") : undefined;
    const row = place?.closest("tr");
    if (!step || !place || !row) return;
    const next = table.rows[row.rowIndex + step[0]]?.cells[place.cellIndex + step[1]];
    /** @type {HTMLElement | null | undefined} */
    const frame = next?.querySelector(".frame");
    if (!frame) return;
    event.preventDefault();
    frame.focus();
  });
};

/** @param {Component<Data>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const focusAgain = keepFocus(parentElement);
  parentElement.querySelector(".comparison")?.remove();
  const whole = element("div", "comparison");
  const scroll = element("div", data.columns.length > 2 ? "scroll wide" : "scroll");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", data.labels.table);
  const table = lists(data, setTriggerValue);
  follow(table, data);
  walk(table);
  scroll.append(table);
  const { vote, voted, query } = data;
  const below = vote
    ? voting(vote, query, setTriggerValue)
    : voted && votedOf(voted, query, setTriggerValue);
  if (below) {
    const skip = choice(data.labels.skip, "skip", () => below.querySelector("button")?.focus());
    whole.append(skip);
  }
  // Not before the vote: lists that agree give away who made them.
  if (!vote) whole.append(agreement(data));
  whole.append(scroll);
  if (below) whole.append(below);
  parentElement.append(whole);
  focusAgain();
  if (answered && below) rest(below);
  answered = false;
  return () => whole.remove();
}
