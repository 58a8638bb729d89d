// Maps in space, drawn and turned by plotly; what is pointed at, chosen and opened is ours.
const multiplied = (a, b) => {
  const made = new Float64Array(16); // as in WebGL, column by column
  for (let i = 0; i < 16; i += 1) {
    for (let j = 0; j < 4; j += 1) made[i] += a[(i % 4) + 4 * j] * b[4 * Math.floor(i / 4) + j];
  }
  return made;
};

class SolidLayer {
  constructor(box, pane) {
    this.node = element("div", "layer");
    box.prepend(this.node);
    this.pane = pane;
    this.plotly = window.Plotly;
  }

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

  // What lies over the points goes along whenever plotly has drawn.
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

  // The 3 x 4 matrix that projects points into the window, from -1 to 1: x, y, depth by row.
  matrix() {
    if (!this.scene) return new Array(12).fill(NaN);
    const { glplot, dataScale } = this.scene;
    const { projection, view, model } = glplot.cameraParams;
    const all = multiplied(projection, multiplied(view, model));
    const row = (i) => [0, 1, 2, 3].map((j) => all[i + 4 * j] * (dataScale[j] ?? 1));
    return [row(0), row(1), row(3)].flat();
  }

  place(x, y, z, m = this.matrix()) {
    const depth = m[8] * x + m[9] * y + m[10] * z + m[11];
    if (!(depth > 0)) return [NaN, NaN];
    const across = (m[0] * x + m[1] * y + m[2] * z + m[3]) / depth;
    const up = (m[4] * x + m[5] * y + m[6] * z + m[7]) / depth;
    return [(this.pane.width * (1 + across)) / 2, (this.pane.height * (1 - up)) / 2];
  }

  // The works as they lie in the window, in pixels, up being more; kept until it is turned.
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

  // Nearer by a factor, as at the start with none.
  zoom(factor) {
    const { eye } = this.node._fullLayout.scene.camera;
    const part = (v) => (factor ? v / factor : 1.25);
    this.plotly.relayout(this.node, {
      "scene.camera.eye": { x: part(eye.x), y: part(eye.y), z: part(eye.z) },
    });
  }

  // What plotly has drawn, as the address of a picture.
  picture() {
    const { plotly, width, height } = this;
    return plotly.toImage(this.node, { format: "png", width, height, scale: PIXELS });
  }

  free() {
    this.plotly.purge(this.node);
    this.node.remove();
  }
}
