// Flat maps drawn by plotly on the graphics card. Pointer and keys are handled elsewhere.
/** @import { Plotly, Scene } from "../types.js" */
import { element } from "../dom.js";

export const hasGraphicsCard = () => {
  const gl = element("canvas").getContext("webgl", { failIfMajorPerformanceCaveat: true });
  if (!gl) return false;
  const known = gl.getExtension("WEBGL_debug_renderer_info");
  const name = known ? gl.getParameter(known.UNMASKED_RENDERER_WEBGL) : "";
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return !/swiftshader|llvmpipe|software|basic render/i.test(name);
};

/** @param {[number, number]} range */
const axis = (range) => ({ visible: false, fixedrange: true, range });

/**
 * What is seen along x and y.
 * @param {Scene} scene
 * @returns {[[number, number], [number, number]]}
 */
export const seenOf = ({ view, width, height }) => [
  [view.x - width / 2 / view.k, view.x + width / 2 / view.k],
  [view.y - height / 2 / view.k, view.y + height / 2 / view.k],
];

export class WebglLayer {
  /** @type {Scene | undefined} */
  drawn = undefined;

  /**
   * @param {HTMLElement} box
   * @param {Plotly} plotly
   */
  constructor(box, plotly) {
    this.node = element("div", "layer");
    this.node.setAttribute("aria-hidden", "true");
    box.prepend(this.node);
    this.plotly = plotly;
    this.config = { staticPlot: true, displayModeBar: false, plotGlPixelRatio: 2 };
  }

  /** @param {Scene} scene */
  show(scene) {
    const { parts, width, height, size, fade } = scene;
    const [xs, ys] = seenOf(scene);
    const drawn = this.drawn;
    const same =
      drawn?.parts === parts &&
      drawn.width === width &&
      drawn.height === height &&
      drawn.size === size;
    this.drawn = scene;
    if (same) {
      this.plotly.relayout(this.node, { "xaxis.range": xs, "yaxis.range": ys });
      return;
    }
    const layout = {
      width,
      height,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      showlegend: false,
      hovermode: false,
      dragmode: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      xaxis: axis(xs),
      yaxis: axis(ys),
    };
    const traces = parts.map((part) => ({
      type: "scattergl",
      mode: "markers",
      x: part.x,
      y: part.y,
      hoverinfo: "skip",
      marker: {
        size: size * part.scale,
        symbol: part.symbol,
        color: part.colour,
        opacity: part.opacity * fade,
        line: { width: 0 },
      },
    }));
    this.plotly.react(this.node, traces, layout, this.config);
  }

  free() {
    this.plotly.purge(this.node);
    this.node.remove();
  }
}
