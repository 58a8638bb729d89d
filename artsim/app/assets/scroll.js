import { onePageOneStep } from "./address_steps.js";
import { backClosesDialogs } from "./dialog_back.js";
import { keepMenu } from "./menu.js";

const MAIN = "[data-testid=stMain]";
const PATIENCE = 6000;
const STEP = 100;

/** @type {Map<string, number>} how far each address was scrolled */
const places = new Map();
let watched = false;
let going = 0;

const main = () => document.querySelector(MAIN);

/** Scroll to where this address was left, as soon as the page is long enough for it again. */
const goBack = () => {
  const place = places.get(location.href) ?? 0;
  const end = Date.now() + PATIENCE;
  clearInterval(going);
  going = Number(
    setInterval(() => {
      const page = main();
      const room = page ? page.scrollHeight - page.clientHeight : 0;
      if (page && room >= place) page.scrollTop = place;
      if (Date.now() > end) stay();
    }, STEP),
  );
};

/** Stops as soon as the person scrolls. */
const stay = () => {
  clearInterval(going);
  going = 0;
};

/** The browser's Back returns to where one was: Streamlit scrolls every view to its top. */
export default function () {
  if (watched) return;
  watched = true;
  keepMenu();
  onePageOneStep();
  backClosesDialogs(); // before other listeners to popstate
  let noting = false;
  const note = () => {
    if (noting) return;
    noting = true;
    const address = location.href;
    // After the frame: a question now would lay the page out a second time.
    setTimeout(() => {
      noting = false;
      if (!going && address === location.href) places.set(address, main()?.scrollTop ?? 0);
    });
  };
  document.addEventListener("scroll", note, { capture: true, passive: true });
  window.addEventListener("popstate", goBack);
  for (const act of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    document.addEventListener(act, stay, { capture: true, passive: true });
  }
}
