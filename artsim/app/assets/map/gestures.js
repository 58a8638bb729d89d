// Pointer, wheel and touch on a map: move, zoom, point, open, and draw a box or a lasso.
const CLICK = 5; // pixels that a click may move
const STEP = 4; // pixels between two corners of a lasso

const gesturesOf = (surface, pane) => {
  const down = new Map();
  let drag;
  let spread;

  const placeOf = (event) => {
    const box = surface.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };

  const outline = () => {
    if (drag.tool === "lasso") return drag.path;
    const [[x0, y0], [x1, y1]] = [drag.from, drag.at];
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  };

  const pinch = () => {
    const [[ax, ay], [bx, by]] = [...down.values()];
    const now = { x: (ax + bx) / 2, y: (ay + by) / 2, apart: Math.hypot(ax - bx, ay - by) };
    if (spread) {
      pane.pan(now.x - spread.x, now.y - spread.y);
      pane.zoom(now.apart / (spread.apart || 1), now.x, now.y);
    }
    spread = now;
  };

  const ended = (event) => {
    down.delete(event.pointerId);
    spread = undefined;
    surface.classList.remove("dragged");
    const done = drag;
    drag = undefined;
    if (!done || down.size) return;
    if (!done.moved && event.type === "pointerup") pane.clicked(...done.from);
    else if (done.tool === "pan") pane.rest();
    else if (done.moved && done.tool !== "turn") {
      const corners = done.tool === "box" ? [done.from, done.at] : done.path;
      pane.draw();
      if (event.type === "pointerup") pane.select(done.tool, corners);
    }
  };

  surface.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    const chosen = event.shiftKey ? "box" : pane.tool;
    const tool = pane.solid && chosen === "pan" ? "turn" : chosen; // which plotly does itself
    if (tool !== "turn") {
      if (pane.solid) event.preventDefault();
      surface.setPointerCapture(event.pointerId);
    }
    const from = placeOf(event);
    down.set(event.pointerId, from);
    drag = down.size === 1 ? { tool, from, at: from, path: [from], moved: false } : undefined;
  });

  surface.addEventListener("pointermove", (event) => {
    const at = placeOf(event);
    if (!down.has(event.pointerId)) {
      pane.hover(...at);
      return;
    }
    down.set(event.pointerId, at);
    if (down.size === 2) {
      if (!pane.solid) pinch();
      return;
    }
    if (!drag) return;
    const [dx, dy] = [at[0] - drag.at[0], at[1] - drag.at[1]];
    drag.moved ||= Math.hypot(at[0] - drag.from[0], at[1] - drag.from[1]) > CLICK;
    if (!drag.moved) return;
    surface.classList.add("dragged");
    pane.point(-1);
    if (drag.tool === "pan") pane.pan(dx, dy);
    else if (drag.tool !== "turn") {
      const last = drag.path.at(-1);
      if (Math.hypot(at[0] - last[0], at[1] - last[1]) >= STEP) drag.path.push(at);
    }
    drag.at = at;
    if (drag.tool === "box" || drag.tool === "lasso") pane.sketch(outline());
  });

  surface.addEventListener("pointerup", ended);
  surface.addEventListener("pointercancel", ended);
  surface.addEventListener("pointerleave", () => pane.point(-1));
  surface.addEventListener("dblclick", (event) => {
    const at = placeOf(event);
    if (!pane.solid && pane.rowAt(...at) < 0 && pane.tool === "pan") pane.zoom(2, ...at);
  });

  // Where nothing is left to zoom out of, the wheel scrolls the page as ever.
  surface.addEventListener(
    "wheel",
    (event) => {
      const turning = pane.solid && pane.tool === "pan"; // plotly's layer zooms itself
      if (turning || (!pane.solid && event.deltaY > 0 && pane.isWhole())) return;
      event.preventDefault();
      const lines = event.deltaMode === 1 ? 16 : 1;
      pane.zoom(Math.exp((-event.deltaY * lines) / 400), ...placeOf(event));
    },
    { passive: false },
  );
};
