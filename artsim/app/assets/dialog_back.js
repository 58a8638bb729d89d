const DIALOG = "[data-testid=stDialog]";
const MARK = "artsimDialog";
let watched = false;

const dialog = () => document.querySelector(DIALOG);
const ours = () => Boolean(history.state?.[MARK]);

/**
 * Streamlit runs the page at every step through the history but one between addresses with a
 * hash: both steps of a dialog end in one, which goes when the dialog is closed.
 */
const hashed = () => (location.href.includes("#") ? location.href : `${location.href}#`);
const unhashed = () => {
  if (location.href.endsWith("#")) history.replaceState(history.state, "", location.href.slice(0, -1));
};

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
      history.replaceState(history.state, "", hashed());
      history.pushState({ ...history.state, [MARK]: true }, "", hashed());
    } else if (ours()) {
      leaving = true; // closed by hand: the step that Back would have taken goes too
      history.back();
    }
  });
  watch.observe(document.body, { childList: true, subtree: true });
  window.addEventListener("popstate", () => {
    if (leaving) {
      leaving = false;
    } else if (open) {
      open = false;
      /** @type {HTMLElement | null} */
      const close = dialog()?.querySelector("[aria-label=Close]") ?? null;
      close?.click();
    } else if (ours()) {
      leaving = true;
      history.back(); // past the step of a dialog that led on to another view
      return;
    }
    unhashed();
  });
};
