/**
 * Arrow keys go from picture to picture of a grid whose rows are as long as the window allows.
 * @param {HTMLElement} list of cards, each with a frame
 */
export const walkGrid = (list) => {
  list.addEventListener("keydown", (event) => {
    const cards = /** @type {HTMLElement[]} */ ([...list.children]);
    const place = cards.findIndex((card) => card.contains(/** @type {Node} */ (event.target)));
    if (place < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const below = cards.findIndex((card) => card.offsetTop > (cards[0]?.offsetTop ?? 0));
    const row = below < 0 ? cards.length : below;
    /** @type {Record<string, number>} */
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row };
    /** @type {HTMLElement | null | undefined} */
    const frame = cards[place + (steps[event.key] ?? NaN)]?.querySelector(".frame");
    if (!frame) return;
    event.preventDefault();
    frame.focus();
  });
};
