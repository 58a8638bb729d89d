/**
 * How many columns a grid has: as many as fit, or up to two fewer where that leaves no hole in
 * its last row.
 * @param {number} count of cards
 * @param {number} fit columns that there is room for
 */
export const columnsFor = (count, fit) => {
  const wanted = [fit, fit - 1, fit - 2].filter((columns) => columns >= Math.min(fit, 2));
  return wanted.find((columns) => count % columns === 0) ?? fit;
};

/**
 * Keep the columns of a grid right while its width changes.
 * @param {HTMLElement} list a grid whose style reads --columns
 * @param {number} width least of a card, in pixels
 * @param {HTMLElement | null} [former] the grid in whose place it comes
 */
export const fillRows = (list, width, former) => {
  const fits = Number(former?.dataset.fit);
  if (fits) setColumns(list, fits); // before it is measured: a change makes a second layout
  if (typeof ResizeObserver === "undefined") return;
  const watch = new ResizeObserver(() => {
    if (!list.isConnected) {
      watch.disconnect();
      return;
    }
    const gap = parseFloat(getComputedStyle(list).columnGap) || 0;
    const fit = Math.max(2, Math.floor((list.clientWidth + gap) / (width + gap)));
    if (list.dataset.fit !== String(fit)) setColumns(list, fit);
  });
  watch.observe(list);
};

/** @type {(list: HTMLElement, fit: number) => void} */
const setColumns = (list, fit) => {
  list.dataset.fit = String(fit);
  list.style.setProperty("--columns", String(columnsFor(list.childElementCount, fit)));
};

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
