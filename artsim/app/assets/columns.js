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
