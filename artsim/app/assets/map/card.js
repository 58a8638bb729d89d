/** @import { Work } from "../types.js" */
/** @import { Pane } from "./pane.js" */
import { element, pictureOf } from "../dom.js";
import { byOf, titleOf } from "./data.js";

const CARD_WIDTH = 208;
const CARD_WAIT = 40; // milliseconds before the server is asked: the pointer may only pass

/** The work under the pointer or the focus: its picture and what it is. */
export class Card {
  row = -1;
  /** @type {number | undefined} */
  timer = undefined;

  /** @param {HTMLElement} surface */
  constructor(surface) {
    this.node = element("div", "card");
    this.node.setAttribute("aria-hidden", "true");
    this.node.hidden = true;
    surface.append(this.node);
  }

  /**
   * Shows the work as soon as it is known.
   * @param {Pane} pane
   * @param {number} row
   * @param {(work: Work) => void} [then] gets it where it still is the one pointed at
   */
  async show(pane, row, then) {
    this.row = row;
    clearTimeout(this.timer);
    if (row < 0) {
      this.node.hidden = true;
      return;
    }
    const { works } = pane;
    if (!works.get(row)) {
      await new Promise((go) => (this.timer = setTimeout(go, CARD_WAIT)));
      await works.load([row]).catch(() => {});
    }
    const work = works.get(row);
    if (this.row !== row || !work) return;
    this.fill(pane, work);
    this.move(pane);
    then?.(work);
  }

  /**
   * @param {Pane} pane
   * @param {Work} work
   */
  fill(pane, work) {
    const picture = element("div", "picture");
    picture.append(pictureOf({ thumb: work.thumb, alt: "" }, "No picture"));
    const parts = [picture, element("p", "name", titleOf(work)), element("p", "by", byOf(work))];
    const shade = pane.colouring.shades[work.row];
    const group = pane.colouring.name(shade);
    if (group) {
      const line = element("p", "group");
      const swatch = element("span", "swatch");
      swatch.style.background = pane.colouring.colour(shade, pane.palette);
      line.append(swatch, element("span", "", group));
      parts.push(line);
    }
    this.node.replaceChildren(...parts);
    this.node.hidden = false;
  }

  /** @param {Pane} pane */
  move(pane) {
    if (this.node.hidden || this.row < 0) return;
    const [x, y] = pane.at(this.row);
    if (Number.isNaN(x)) return; // behind the eye, on a map in space
    const right = x + 18 + CARD_WIDTH < pane.width;
    const high = this.node.offsetHeight || 240;
    const left = right ? x + 18 : Math.max(4, x - 18 - CARD_WIDTH);
    const top = Math.min(Math.max(4, y - high / 3), Math.max(4, pane.height - high - 4));
    this.node.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}
