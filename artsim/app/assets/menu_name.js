const BUTTON = "[data-testid=stExpandSidebarButton]";
const NAME = "Menu"; // as app.css writes it on a phone
let watched = false;

const name = () => {
  const opens = document.querySelector(BUTTON);
  if (opens && opens.ariaLabel !== NAME) opens.setAttribute("aria-label", NAME);
};

/** The button that opens the sidebar is called what it shows, for whoever speaks or hears it. */
export const nameMenu = () => {
  if (watched) return;
  watched = true;
  name();
  new MutationObserver(name).observe(document.body, { childList: true, subtree: true });
};
