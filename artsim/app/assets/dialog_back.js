const DIALOG = "[data-testid=stDialog]";
const MARK = "artsimDialog";
let watched = false;

const dialog = () => document.querySelector(DIALOG);
const ours = () => Boolean(history.state?.[MARK]);

/** The browser's Back closes an open dialog first, and leaves the page behind it as it is. */
export const backClosesDialogs = () => {
  if (watched) return;
  watched = true;
  let open = false;
  let leaving = false;
  const watch = new MutationObserver(() => {
    const now = Boolean(dialog());
    if (now === open) return;
    open = now;
    if (open) {
      history.pushState({ ...history.state, [MARK]: true }, "", location.href);
    } else if (ours()) {
      leaving = true; // closed by hand: the step that Back would have taken goes too
      history.back();
    }
  });
  watch.observe(document.body, { childList: true, subtree: true });
  window.addEventListener(
    "popstate",
    (event) => {
      if (leaving) {
        leaving = false;
        event.stopImmediatePropagation(); // Streamlit would run the page again
        return;
      }
      if (open) {
        open = false;
        event.stopImmediatePropagation();
        /** @type {HTMLElement | null} */
        const close = dialog()?.querySelector("[aria-label=Close]") ?? null;
        close?.click();
        return;
      }
      if (!ours()) return;
      leaving = false;
      event.stopImmediatePropagation();
      history.back(); // the step of a dialog that led on to another view
    },
    { capture: true },
  );
};
