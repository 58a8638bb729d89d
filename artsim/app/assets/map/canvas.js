// Flat maps without a graphics card: points are stamped into pixels, some 20 ms at 100,000.
const PAD = 24; // pixels beyond the edge, so that stamps need no clipping

// The pixels of a form: where they lie from its centre, and how much of each it covers.
const stamps = new Map();
const stampOf = (symbol, radius, stride) => {
  const key = `${symbol} ${radius.toFixed(2)} ${stride}`;
  if (stamps.has(key)) return stamps.get(key);
  const half = Math.ceil(radius * 1.4) + 1;
  const side = 2 * half + 1;
  const canvas = new OffscreenCanvas(side, side);
  const pen = canvas.getContext("2d");
  pen.translate(half + 0.5, half + 0.5);
  pen.scale(radius, radius);
  pen.fill(new Path2D(FORMS[symbol] ?? FORMS.circle));
  const { data } = pen.getImageData(0, 0, side, side);
  const offsets = [];
  const covers = [];
  for (let i = 0; i < side * side; i += 1) {
    const cover = data[i * 4 + 3];
    if (cover < 12) continue;
    offsets.push((Math.floor(i / side) - half) * stride + (i % side) - half);
    covers.push(cover);
  }
  if (stamps.size > 200) stamps.clear();
  const stamp = { offsets: Int32Array.from(offsets), covers: Uint8Array.from(covers) };
  stamps.set(key, stamp);
  return stamp;
};

class CanvasLayer {
  constructor(box) {
    this.node = element("canvas", "layer");
    this.node.setAttribute("aria-hidden", "true");
    box.prepend(this.node);
    this.pen = this.node.getContext("2d", { alpha: false });
  }

  show({ parts, view, width, height, size, fade, background }) {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (this.node.width !== w || this.node.height !== h || !this.image) {
      this.node.width = w;
      this.node.height = h;
      this.image = this.pen.createImageData(w + 2 * PAD, h + 2 * PAD);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    const [r, g, b] = rgbOf(background);
    this.pixels.fill((255 << 24) | (b << 16) | (g << 8) | r);
    const k = view.k * ratio;
    for (const part of parts) {
      this.stamp(part, {
        k,
        fade,
        left: w / 2 - view.x * k,
        top: h / 2 + view.y * k,
        radius: Math.min((size * part.scale * ratio) / 2, PAD / 1.5),
      });
    }
    this.pen.putImageData(this.image, -PAD, -PAD);
  }

  stamp(part, { k, fade, left, top, radius }) {
    const { data, width, height } = this.image;
    const { offsets, covers } = stampOf(part.symbol, radius, width);
    const [r, g, b] = rgbOf(part.colour);
    const alphas = covers.map((cover) => cover * part.opacity * fade);
    const { x, y } = part;
    const edge = Math.ceil(radius * 1.4) + 1;
    for (let i = 0; i < x.length; i += 1) {
      const px = Math.round(x[i] * k + left) + PAD;
      const py = Math.round(top - y[i] * k) + PAD;
      if (!(px >= edge && px < width - edge && py >= edge && py < height - edge)) continue;
      const middle = py * width + px;
      for (let j = 0; j < offsets.length; j += 1) {
        const at = (middle + offsets[j]) * 4;
        const alpha = alphas[j];
        data[at] += ((r - data[at]) * alpha) >> 8;
        data[at + 1] += ((g - data[at + 1]) * alpha) >> 8;
        data[at + 2] += ((b - data[at + 2]) * alpha) >> 8;
      }
    }
  }

  free() {
    this.node.remove();
  }
}
