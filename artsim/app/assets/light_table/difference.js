// Where two works differ: a picture that the server draws, or its sentence why it cannot.
import { element } from "../dom.js";
import { glassOf } from "../viewer/glass.js";

/**
 * @import { Labels } from "../types.js"
 * @typedef {{ of: string, id: string, title: string, differs: string, stamp: string }} Compared
 * @typedef {{ pane: HTMLElement, draw: ReturnType<typeof glassOf>["draw"] }} Difference
 */

/** @param {Response} answer */
const sentence = async (answer) => {
  try {
    return String((await answer.json()).error);
  } catch {
    return "";
  }
};

/**
 * The address of the drawn difference; raises an Error whose message is for people.
 * @param {Compared} first
 * @param {Compared} second
 * @param {Labels} labels
 */
const drawn = async (first, second, labels) => {
  const asked = { other: second.id, of: second.of, v: `${first.stamp} ${second.stamp}` };
  const answer = await fetch(`${first.differs}?${new URLSearchParams(asked)}`);
  if (!answer.ok) throw new Error((await sentence(answer)) || labels.no_difference);
  return URL.createObjectURL(await answer.blob());
};

/**
 * What differs between two works, in a pane; asked for once.
 * @param {Compared} first
 * @param {Compared} second
 * @param {Labels} labels
 * @param {import("../viewer/glass.js").Ask} ask
 * @returns {Difference}
 */
export const differenceOf = (first, second, labels, ask) => {
  const pane = element("figure", "pane apart");
  const waiting = element("p", "told", labels.comparing);
  waiting.setAttribute("role", "status");
  pane.append(waiting);
  /** @type {ReturnType<typeof glassOf> | undefined} */
  let made;
  /** @type {Parameters<Difference["draw"]>} */
  let last;
  const show = async () => {
    const src = await drawn(first, second, labels);
    const alt = `${labels.difference}: ${first.title}, ${second.title}`;
    made = glassOf({ src, alt, label: `${alt}. ${labels.keys}` }, ask);
    const legend = element("figcaption");
    const line = element("span", "legend");
    for (const [name, text] of [
      ["same", labels.same],
      ["lighter", labels.lighter],
      ["darker", labels.darker],
    ]) {
      const key = element("span", "key");
      key.append(element("span", `swatch ${name}`), element("span", "", text));
      line.append(key);
    }
    legend.append(element("span", "title", `${first.title} \u00b7 ${second.title}`), line);
    pane.replaceChildren(made.glass, legend);
    made.draw(...last);
  };
  show().catch(({ message }) => {
    waiting.textContent = message || labels.no_difference;
  });
  return {
    pane,
    draw: (...now) => {
      last = now;
      made?.draw(...now);
    },
  };
};
