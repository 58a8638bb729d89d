const RUNNING = "[data-test-script-state]:not([data-test-script-state=notRunning])";
const LOOK = 100; // milliseconds between looks at whether the page still runs
const STILL = 3; // looks without a run after which the page counts as loaded

/** Whether the server still draws the page; Streamlit says so in its own markup alone. */
export const isRunning = () => Boolean(document.querySelector(RUNNING));

const bare = () => location.href.split("#")[0];

/**
 * Makes each page one step of the browser's history: Back must not stop at what the server adds to
 * an address while its page loads, such as the map that is shown.
 */
export const onePageOneStep = () => {
  const push = history.pushState.bind(history);
  let coming = 0; // the timer that runs while a page has its step, and not yet its whole address
  const come = (looks = 0) => {
    clearTimeout(coming);
    coming = Number(
      setTimeout(() => {
        const now = isRunning() ? 0 : looks + 1;
        if (now < STILL) come(now);
        else coming = 0;
      }, LOOK),
    );
  };
  /** What a person does is a step, however early. */
  const act = () => {
    clearTimeout(coming);
    coming = 0;
  };
  let led = false; // a link to another page was followed: its address may come before its path
  document.addEventListener(
    "click",
    (event) => {
      const [at] = event.composedPath();
      const link = at instanceof Element ? at.closest("a[href]") : null;
      led = link instanceof HTMLAnchorElement && link.pathname !== location.pathname;
      act();
    },
    true,
  );
  document.addEventListener("keydown", act, true);
  history.pushState = (state, unused, url) => {
    const next = new URL(url ?? "", location.href);
    if (next.href.split("#")[0] === bare()) push(state, unused, url); // the step of a dialog
    else if (coming) history.replaceState(state, unused, url);
    else {
      const leaves = led || next.pathname !== location.pathname;
      push(state, unused, url);
      led = false;
      if (leaves) come();
    }
  };
  window.addEventListener("popstate", () => come());
  come();
};
