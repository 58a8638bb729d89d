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
 * The button that opens the sidebar is called what it shows, for whoever speaks or hears it,
 * and on a phone the sidebar goes when a page was chosen in it.
 */
export const keepMenu = () => {
  if (watched) return;
  watched = true;
  name();
  new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
  document.addEventListener("click", close);
};
