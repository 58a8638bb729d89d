const BUTTON = "[data-testid=stExpandSidebarButton]";
const CLOSE = "[data-testid=stSidebarCollapseButton] button";
const LINK = ".st-key-navigation a";
const COVERS = "(max-width: 768px)"; // where Streamlit lays the sidebar over the page
const NAME = "Menu"; // as app.css writes it on a phone
let watched = false;

const name = () => {
  const opens = document.querySelector(BUTTON);
  if (opens && opens.ariaLabel !== NAME) opens.setAttribute("aria-label", NAME);
};

/**
 * Streamlit closes its own navigation on a phone, and leaves ours open over the page.
 * @param {MouseEvent} event
 */
const close = (event) => {
  const chosen = event.target instanceof Element && event.target.closest(LINK);
  if (!chosen || !window.matchMedia(COVERS).matches) return;
  /** @type {HTMLElement | null} */
  const closes = document.querySelector(CLOSE);
  setTimeout(() => closes?.click());
};

/**
 * Names the button that opens the sidebar, for speech control and screen readers; on a phone the
 * sidebar closes when a page is chosen in it.
 */
export const keepMenu = () => {
  if (watched) return;
  watched = true;
  name();
  new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("click", close);
};
