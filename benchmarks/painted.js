// When a person sees what they asked for: watched in the page, frame by frame.
const bench = {
  /** @type {Promise<number> | undefined} */
  result: undefined,

  /**
   * @param {Document | ShadowRoot} [root]
   * @returns {Element[]}
   */
  galleries(root = document) {
    const found = [...root.querySelectorAll(".gallery")];
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) found.push(...this.galleries(element.shadowRoot));
    }
    return found;
  },

  /** @param {string} label */
  cards(label) {
    const list = this.galleries().find((g) => g.getAttribute("aria-label")?.startsWith(label));
    return [...(list?.querySelectorAll(".card") ?? [])];
  },

  /** @param {string} label */
  ids(label) {
    return this.cards(label).map((card) => card.getAttribute("data-id"));
  },

  /**
   * Whether the first card that is at least partly in the window shows its picture.
   * @param {string} label
   */
  pictured(label) {
    const first = this.cards(label).find((card) => {
      const place = card.getBoundingClientRect();
      return place.bottom > 0 && place.top < innerHeight;
    });
    const image = first?.querySelector("img");
    return Boolean(image?.complete && image.naturalWidth);
  },

  /**
   * Milliseconds from `event` on this page until `wanted` accepts the ids in the gallery and the
   * first picture in the window is on the screen.
   * @param {string} event
   * @param {string} label
   * @param {(ids: (string | null)[]) => boolean} wanted
   */
  painted(event, label, wanted) {
    let began = 0;
    addEventListener(event, () => (began = began || performance.now()), {
      capture: true,
      once: true,
    });
    this.result = new Promise((done, failed) => {
      setTimeout(() => failed(new Error(`no picture in '${label}' after 30 s`)), 30000);
      const look = () => {
        if (began && wanted(this.ids(label)) && this.pictured(label)) {
          requestAnimationFrame(() => done(performance.now() - began));
        } else {
          requestAnimationFrame(look);
        }
      };
      look();
    });
  },
};
Object.assign(window, { bench });
