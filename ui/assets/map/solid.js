// Maps in space, drawn and turned by plotly; what is pointed at and opened is ours.
// Plotly has fewer forms in space: these stand for those that are missing.
const SOLID_FORMS = {
  "triangle-up": "diamond-open",
  pentagon: "square-open",
  "triangle-down": "x",
  star: "circle-open",
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
      scene: { xaxis: hidden, yaxis: hidden, zaxis: hidden, aspectmode: "data" },
    };
    this.plotly.react(this.node, this.traces(size), layout, {
      displayModeBar: false,
      scrollZoom: true,
    });
    if (!this.heard) this.hear();
  }

  traces(size) {
    return this.parts.map((part) => ({
      type: "scatter3d",
      mode: "markers",
      x: part.x,
      y: part.y,
      z: Float32Array.from(part.rows, (row) => this.pane.space.points[row * 3 + 2]),
      hoverinfo: "none",
      marker: {
        size: (size * part.scale) / 2,
        symbol: SOLID_FORMS[part.symbol] ?? part.symbol,
        color: part.colour,
        opacity: part.opacity,
        line: { width: 0 },
      },
    }));
  }

  hear() {
    this.heard = true;
    const rowOf = ({ points: [{ curveNumber, pointNumber }] }) =>
      this.parts[curveNumber]?.rows[pointNumber] ?? -1;
    this.node.on("plotly_hover", (event) => this.pane.point(rowOf(event)));
    this.node.on("plotly_unhover", () => this.pane.point(-1));
    // Plotly's own click comes when the button goes down, also where the map is turned then.
    let from = [];
    const place = ({ clientX, clientY }) => [clientX, clientY];
    const apart = (at) => Math.hypot(at[0] - from[0], at[1] - from[1]);
    this.node.addEventListener("pointerdown", (event) => (from = place(event)), true);
    this.node.addEventListener("pointerup", (event) => {
      if (apart(place(event)) <= CLICK) this.pane.open(this.pane.pointed);
    });
  }

  // Nearer by a factor, as at the start with none.
  zoom(factor) {
    const { eye } = this.node._fullLayout.scene.camera;
    const part = (v) => (factor ? v / factor : 1.25);
    this.plotly.relayout(this.node, {
      "scene.camera.eye": { x: part(eye.x), y: part(eye.y), z: part(eye.z) },
    });
  }

  async picture() {
    const { plotly, width, height } = this;
    const url = await plotly.toImage(this.node, { format: "png", width, height, scale: PIXELS });
    return (await fetch(url)).blob();
  }

  free() {
    this.plotly.purge(this.node);
    this.node.remove();
  }
}
