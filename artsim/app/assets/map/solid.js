// Maps in space, drawn and turned by plotly; what is pointed at, chosen and opened is ours.
/** @import { Part, Place, Plotly, Scene } from "../types.js" */
/** @import { Pane } from "./pane.js" */
import { element } from "../dom.js";
import { Space } from "./space.js";

/** @typedef {ArrayLike<number>} Numbers */

/**
 * What is used of plotly's own drawing of a map in space.
 * @typedef {object} Drawing
 * @property {{ onrender: () => void, cameraParams: Camera }} glplot
 * @property {number[]} dataScale
 *
 * @typedef {{ projection: Numbers, view: Numbers, model: Numbers }} Camera
 * @typedef {{ x: number, y: number, z: number }} Eye
 * @typedef {{ scene?: { _scene?: Drawing, camera: { eye: Eye } } }} Layout
 */

/**
 * The product of two 4 x 4 matrices.
 * @param {Numbers} a
 * @param {Numbers} b
 */
export const multiplied = (a, b) => {
  const made = new Float64Array(16); // as in WebGL, column by column
  for (let i = 0; i < 16; i += 1) {
    for (let j = 0; j < 4; j += 1) made[i] += a[(i % 4) + 4 * j] * b[4 * Math.floor(i / 4) + j];
  }
  return made;
};

/**
 * The 3 x 4 matrix that projects points into the window, from -1 to 1: x, y, depth by row.
 * @param {Camera} camera
 * @param {number[]} scale of the axes
 */
export const matrixOf = ({ projection, view, model }, scale) => {
  const all = multiplied(projection, multiplied(view, model));
  /** @param {number} i */
  const row = (i) => [0, 1, 2, 3].map((j) => all[i + 4 * j] * (scale[j] ?? 1));
  return [row(0), row(1), row(3)].flat();
};

/**
 * Where a matrix projects a point to, in pixels of a window; no number behind the eye.
 * @param {Numbers} m
 * @param {[number, number, number]} point
 * @param {{ width: number, height: number }} size
 * @returns {Place}
 */
export const projected = (m, [x, y, z], { width, height }) => {
  const depth = m[8] * x + m[9] * y + m[10] * z + m[11];
  if (!(depth > 0)) return [NaN, NaN];
  const across = (m[0] * x + m[1] * y + m[2] * z + m[3]) / depth;
  const up = (m[4] * x + m[5] * y + m[6] * z + m[7]) / depth;
  return [(width * (1 + across)) / 2, (height * (1 - up)) / 2];
};

export class SolidLayer {
  /** @type {Part[]} */
  parts = [];
  width = 0;
  height = 0;
  /** @type {Drawing["glplot"] | undefined} */
  glplot = undefined;
  heard = false;
  /** @type {{ key: string, of: Space, plane: Space } | undefined} */
  seen = undefined;

  /**
   * @param {HTMLElement} box
   * @param {Pane} pane
   * @param {Plotly} plotly
   */
  constructor(box, pane, plotly) {
    /** @type {HTMLElement & { _fullLayout?: Layout }} */
    this.node = element("div", "layer");
    box.prepend(this.node);
    this.pane = pane;
    this.plotly = plotly;
  }

  /** @param {Scene} scene */
  show({ parts, width, height, size }) {
    if (this.parts === parts && this.width === width && this.height === height) return;
    Object.assign(this, { parts, width, height });
    const hidden = { visible: false, showspikes: false };
    const layout = {
      width,
      height,
      margin: { l: 0, r: 0, t: 0, b: 0 },
      showlegend: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      uirevision: "kept", // the point of view stays when colours change
      scene: {
        ...{ xaxis: hidden, yaxis: hidden, zaxis: hidden },
        ...{ aspectmode: "data", hovermode: false },
      },
    };
    this.plotly.react(this.node, this.traces(size), layout, {
      displayModeBar: false,
      scrollZoom: true,
    });
    this.hear();
  }

  /** @param {number} size */
  traces(size) {
    return this.parts.map((part) => ({
      type: "scatter3d",
      mode: "markers",
      x: part.x,
      y: part.y,
      z: Float32Array.from(part.rows, (row) => this.pane.space.z(row)),
      hoverinfo: "none",
      marker: {
        size: (size * part.scale) / 2,
        symbol: part.symbol,
        color: part.colour,
        opacity: part.opacity,
        line: { width: 0 },
      },
    }));
  }

  get scene() {
    return this.node._fullLayout?.scene?._scene;
  }

  /** What lies over the points goes along whenever plotly has drawn. */
  hear() {
    const glplot = this.scene?.glplot;
    if (!glplot || this.glplot === glplot) return;
    this.glplot = glplot;
    this.heard = true;
    const drawn = glplot.onrender;
    glplot.onrender = () => {
      drawn();
      this.pane.follow();
    };
  }

  /**
   * How points are projected into the window; no numbers until plotly has drawn.
   * @returns {number[]}
   */
  matrix() {
    if (!this.scene) return new Array(12).fill(NaN);
    return matrixOf(this.scene.glplot.cameraParams, this.scene.dataScale);
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} z
   * @param {Numbers} [matrix]
   */
  place(x, y, z, matrix = this.matrix()) {
    return projected(matrix, [x, y, z], this.pane);
  }

  /** The works as they lie in the window, in pixels, up being more; kept until it is turned. */
  plane() {
    const matrix = this.matrix();
    const { space, width, height } = this.pane;
    const key = [...matrix, width, height].join(" ");
    if (this.seen?.key === key && this.seen.of === space) return this.seen.plane;
    const points = new Float32Array(space.count * 2);
    for (let row = 0; row < space.count; row += 1) {
      const [x, y] = this.place(space.x(row), space.y(row), space.z(row), matrix);
      points[2 * row] = x;
      points[2 * row + 1] = -y;
    }
    this.seen = { key, of: space, plane: new Space(points, 2) };
    return this.seen.plane;
  }

  /**
   * Nearer by a factor, as at the start with none.
   * @param {number} factor
   */
  zoom(factor) {
    const eye = this.node._fullLayout?.scene?.camera.eye;
    if (!eye) return;
    /** @param {number} v */
    const part = (v) => (factor ? v / factor : 1.25);
    this.plotly.relayout(this.node, {
      "scene.camera.eye": { x: part(eye.x), y: part(eye.y), z: part(eye.z) },
    });
  }

  /**
   * What plotly has drawn, as the address of a picture.
   * @param {number} scale pixels for each of the screen
   */
  picture(scale) {
    const { plotly, width, height } = this;
    return plotly.toImage(this.node, { format: "png", width, height, scale });
  }

  free() {
    this.plotly.purge(this.node);
    this.node.remove();
  }
}
