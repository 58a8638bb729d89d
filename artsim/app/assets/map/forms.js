// The forms of works, one wide from their middle: the legend, the map and downloads share them.
// Only relative steps and no arcs: downloads scale the numbers.
/** @type {Record<string, string>} */
export const FORMS = {
  circle: "M1 0c0 .552-.448 1-1 1s-1-.448-1-1s.448-1 1-1s1 .448 1 1z",
  square: "M-.87-.87h1.74v1.74h-1.74z",
  diamond: "M0-1.2l1.2 1.2l-1.2 1.2l-1.2-1.2z",
  "triangle-up": "M0-1.2l1.15 1.9h-2.3z",
  cross: "M-.4-1.15h.8v.75h.75v.8h-.75v.75h-.8v-.75h-.75v-.8h.75z",
  pentagon: "M0-1.15l1.1.8l-.42 1.3h-1.36l-.42-1.3z",
  "triangle-down": "M0 1.2l1.15-1.9h-2.3z",
  star: "M0-1.35l.33.9h.95l-.76.6l.27.95l-.79-.55l-.79.55l.27-.95l-.76-.6h.95z",
  "circle-open":
    "M1 0c0 .552-.448 1-1 1s-1-.448-1-1s.448-1 1-1s1 .448 1 1z" +
    "m-.38 0c0-.342-.278-.62-.62-.62s-.62.278-.62.62s.278.62.62.62s.62-.278.62-.62z",
  "square-open": "M-.87-.87h1.74v1.74h-1.74zm.35.35v1.04h1.04v-1.04z",
  "diamond-open": "M0-1.2l1.2 1.2l-1.2 1.2l-1.2-1.2zm0 .5l-.7.7l.7.7l.7-.7z",
};
