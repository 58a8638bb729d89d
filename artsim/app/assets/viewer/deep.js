// The tiles of an IIIF picture over its plain picture, once it is enlarged; by OpenSeadragon.
import { element } from "../dom.js";

/**
 * @import { Deep } from "../types.js"
 * @typedef {import("./sight.js").Sight} Sight
 * @typedef {{ width: number, height: number }} Sides
 * @typedef {{ x: number, y: number }} Point
 * @typedef {{ zoomTo: (zoom: number, at: Point | null, now: boolean) => void,
 *   panTo: (middle: Point, now: boolean) => void }} Viewport
 * @typedef {{ viewport: Viewport, world: { getItemAt: (place: number) => { addHandler: Handle } },
 *   addOnceHandler: Handle, destroy: () => void }} Viewer
 * @typedef {(name: string, act: (event: { fullyLoaded: boolean }) => void) => void} Handle
 */

/** @type {Promise<(options: object) => Viewer> | undefined} */
let library;

/**
 * OpenSeadragon, fetched when the first picture is enlarged: it is a script and no module.
 * @param {string} address
 */
const fetched = (address) => {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(Reflect.get(globalThis, "OpenSeadragon"));
    script.onerror = () => {
      library = undefined; // the next picture tries again
      reject(new Error(`${address} cannot be loaded`));
    };
    document.head.append(script);
  });
  return library;
};

/**
 * What a service says of its picture, at the address that it was asked at: behind a proxy, and at
 * museums that moved, it may name another one. Nothing where it does not answer.
 * @param {string} source
 */
const described = async (source) => {
  try {
    const answer = await fetch(source);
    const info = answer.ok && (await answer.json());
    return info && { ...info, ["@id" in info ? "@id" : "id"]: source.replace(/\/info\.json$/, "") };
  } catch {
    return undefined;
  }
};

/**
 * Where OpenSeadragon looks: its unit is the picture's width, its zoom 1 that width in all of the
 * place.
 * @param {Sight} sight
 * @param {number} part the share of the place that the whole picture takes
 * @param {Sides} place
 * @param {Sides} shown the picture where all of it is seen
 */
export const look = ({ x, y, k }, part, place, shown) => {
  const zoom = (shown.width / place.width) * k * part;
  const unit = place.width * zoom;
  return {
    zoom,
    x: 0.5 - (x * place.width) / unit,
    y: shown.height / shown.width / 2 - (y * place.height) / unit,
  };
};

/**
 * @param {Deep} deep
 * @param {HTMLElement} glass
 * @param {HTMLElement} image the plain picture, which is seen until the tiles are there
 */
export const deepOf = ({ script, sources }, glass, image) => {
  /** @type {Viewer | undefined} */
  let viewer;
  let asked = false;
  /** @type {[Sight, number, Sides, Sides]} */
  let last;
  const follow = () => {
    if (!viewer) return;
    const { zoom, x, y } = look(...last);
    viewer.viewport.zoomTo(zoom, null, true);
    viewer.viewport.panTo({ x, y }, true);
  };
  /** @param {string[]} left the addresses that were not tried yet */
  const open = async ([source, ...others]) => {
    if (!source) return;
    const info = await described(source);
    if (!info) return open(others);
    const make = await fetched(script);
    const host = element("div", "deep");
    host.inert = true; // the glass has the accessible name and handles keys and touch
    glass.append(host);
    const made = make({
      element: host,
      tileSources: [info],
      drawer: "canvas",
      mouseNavEnabled: false,
      showNavigationControl: false,
      immediateRender: true,
      visibilityRatio: 0,
      minZoomImageRatio: 0,
      maxZoomPixelRatio: Infinity,
      tabIndex: -1,
    });
    const failed = () => {
      viewer = undefined;
      image.style.visibility = "";
      host.remove();
      // Not within OpenSeadragon's event: it would go on with the destroyed viewer.
      setTimeout(() => made.destroy());
      open(others);
    };
    made.addOnceHandler("open", () => {
      viewer = made;
      follow();
      made.world.getItemAt(0).addHandler("fully-loaded-change", ({ fullyLoaded }) => {
        if (fullyLoaded && viewer === made) image.style.visibility = "hidden";
      });
    });
    made.addOnceHandler("open-failed", failed);
    made.addOnceHandler("tile-load-failed", failed);
  };
  return {
    /** @param {[Sight, number, Sides, Sides]} now */
    draw: (...now) => {
      last = now;
      if (now[0].k > 1 && !asked) {
        asked = true;
        open(sources).catch(() => (asked = false));
      }
      follow();
    },
  };
};
