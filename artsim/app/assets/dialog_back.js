import { isRunning } from "./address_steps.js";

const DIALOG = "[data-testid=stDialog]";
const CLOSE = `${DIALOG} [aria-label=Close], ${DIALOG} [aria-label=Dismiss]`;
const LOOK = 150; // milliseconds between looks at what a button of a dialog leads to
const STILL = 3; // looks without a run after which it led nowhere
const MARK = "artsimDialog";
let watched = false;

const dialog = () => document.querySelector(DIALOG);
const ours = () => Boolean(history.state?.[MARK]);

/**
 * Streamlit runs the page at every step of the history except between addresses with a hash: both
 * addresses of a dialog end in one, which is removed when the dialog closes.
 */
const hashed = () => (location.href.includes("#") ? location.href : `${location.href}#`);
const unhashed = () => {
  if (location.href.endsWith("#")) history.replaceState(history.state, "", location.href.slice(0, -1));
};

/**
 * Whether a click or a key closes the dialog, and does nothing else.
 * @param {Event} event
 */
const closes = (event) => {
  const at = event.target instanceof Element ? event.target : null;
  const beside = at?.closest(DIALOG) && !at.closest(`${DIALOG} section`);
  return Boolean(("key" in event && event.key === "Escape") || at?.closest(CLOSE) || beside);
};

/** The browser's Back closes an open dialog first, and leaves the page behind it as it is. */
export const backClosesDialogs = () => {
  if (watched) return;
  watched = true;
  let open = false;
  let leaving = false;
  let byHand = false;
  for (const kind of ["pointerdown", "click", "keydown"]) {
    document.addEventListener(kind, (event) => (byHand = closes(event)), true);
  }
  const leave = () => {
    leaving = true;
    history.back();
  };
  /**
   * A step back while Streamlit goes on to another page would undo that one.
   * @param {string} address
   */
  const leaveUnlessLed = (address, still = 0) => {
    setTimeout(() => {
      if (open || !ours() || location.href !== address) return;
      const now = isRunning() ? 0 : still + 1;
      if (now < STILL) leaveUnlessLed(address, now);
      else leave();
    }, LOOK);
  };
  const watch = new MutationObserver(() => {
    const now = Boolean(dialog());
    if (now === open) return;
    open = now;
    if (open) {
      history.replaceState(history.state, "", hashed());
      if (!ours()) history.pushState({ ...history.state, [MARK]: true }, "", hashed());
    } else if (ours()) {
      if (byHand) leave(); // the step that Back would have taken goes too
      else leaveUnlessLed(location.href);
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
      leave(); // past the step of a dialog that led on to another view
      return;
    }
    unhashed();
  });
};
