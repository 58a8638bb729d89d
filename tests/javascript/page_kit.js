import { JSDOM } from "jsdom";

const NAMES = [
  ...["window", "document", "HTMLElement", "HTMLCanvasElement", "Element", "Node", "Event"],
  ...["MutationObserver", "getComputedStyle", "requestAnimationFrame", "location", "history"],
];

/** A page in this process; the globals that scripts of a browser use are its own. */
export const newPage = () => {
  const options = { url: "http://localhost/map", pretendToBeVisual: true };
  const { window } = new JSDOM("<!doctype html><body></body>", options);
  for (const name of NAMES) {
    const value = typeof window[name] === "function" && !window[name].prototype
      ? window[name].bind(window)
      : window[name];
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return window;
};

/**
 * What Streamlit does with a component: it runs at each run of the page, in a shadow root. Where
 * the focus matters there is none: jsdom does not know :focus within it.
 */
export const mounted = (run, shadow = true) => {
  const host = document.createElement("div");
  document.body.append(host);
  const parentElement = shadow ? host.attachShadow({ mode: "open" }) : host;
  const sent = [];
  return {
    root: parentElement,
    sent,
    run: (data, turn = 1) =>
      run({
        data,
        parentElement,
        setTriggerValue: (name, value) => sent.push([turn, name, value]),
      }),
  };
};
