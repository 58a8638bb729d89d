// What the server tells the elements, and what the modules of the map hand to each other.

/** Tells the server what a person did: the script of the page runs with it. */
export type Send = (name: string, value: unknown) => void;

/** What Streamlit calls the default export of a script with, at each run of the page. */
export interface Component<Data> {
  data: Data;
  parentElement: HTMLElement | ShadowRoot;
  setTriggerValue: Send;
}

export type Labels = Record<string, string>;

/** Left, top, width and height as fractions of a picture. */
export type Region = [number, number, number, number];

/** The tiles of a picture: OpenSeadragon's script, and addresses of info.json, the best first. */
export interface Deep {
  script: string;
  sources: string[];
}

/** A work as a card: all text is plain, never HTML. */
export interface Card {
  id: string;
  title: string;
  full_title: string;
  new?: boolean;
  by: string;
  alt: string;
  thumb: string;
  rank: number | null;
  score: string;
  band: string;
  marks: number;
  meaning: string;
  sign: string;
  box: Region | null;
  why: boolean;
}

/** A work or picture that a search is asked with; ``index`` is -1 for the one that it began with. */
export interface Marked {
  index: number;
  sign: string;
  id: string;
  title: string;
  by: string;
  thumb: string;
  alt: string;
  applied: boolean;
  told: boolean;
  box: Region | null;
  words: string;
}

/** A place, in pixels of the window or units of the map. */
export type Place = [number, number];

/** x0, x1, y0, y1 in units of the map. */
export type Box = [number, number, number, number];

/** What is in the middle, and how many pixels one unit of the map takes. */
export interface View {
  x: number;
  y: number;
  k: number;
}

/** An outline that was drawn, in units of the map. A box has two opposite corners. */
export interface Shape {
  kind: string;
  path: Place[];
}

/** One byte a work: whether it counts. */
export type Mask = Uint8Array;

export interface Neighbour {
  row: number;
  torn: boolean;
}

export interface Query {
  point: [number, number, number?];
  label: string;
  thumb: string;
  neighbours: Neighbour[];
  row: number;
}

export interface Label {
  x: number;
  y: number;
  z: number;
  text: string;
}

/** What the server tells of one map; the addresses are on this server. */
export interface Told {
  title: string;
  alt: string;
  count: number;
  dimensions: number;
  points: string;
  colours: string;
  works: string;
  order: string;
  years: string;
  grid: string;
  picture: string;
  query: Query | null;
  rows: string | null;
  selected: string | null;
  labels: Label[];
}

export interface Palette {
  named: string[];
  other: string;
  unknown: string;
  sequence: string[];
}

export interface MapsData {
  panes: Told[];
  height: number;
  tool: string;
  thumbnails: number;
  mosaic: boolean;
  only: number | null;
  shape: string;
  shape_pane: number;
  view_param: string;
  view: number[];
  years: number[];
  renderer: "auto" | "webgl" | "canvas";
  palettes: { light: Palette; dark: Palette };
  symbols: string[];
  plotly: string;
}

/** What works are coloured by: codes of names, or values on a scale, as base64. */
export interface ColoursTold {
  kind: "none" | "category" | "sequence";
  names: string[];
  codes: string | null;
  values: string | null;
  low: number | null;
  high: number | null;
}

export interface Work {
  row: number;
  id: string;
  title?: string;
  artist?: string;
  date?: string;
  year?: number | null;
  thumb: string;
}

export interface Look {
  opacity: number;
  scale: number;
}

/** Works that are drawn alike. */
export interface Part extends Look {
  tier: number;
  shade: number;
  name: string;
  colour: string;
  symbol: string;
  rows: Uint32Array<ArrayBuffer>;
  x: Float32Array<ArrayBuffer>;
  y: Float32Array<ArrayBuffer>;
}

export interface Theme {
  text: string;
  background: string;
  accent: string;
}

/** What a layer draws. */
export interface Scene {
  parts: Part[];
  view: View;
  width: number;
  height: number;
  size: number;
  fade: number;
  background: string;
}

export interface Layer {
  node: HTMLElement;
  saying?: string;
  show(scene: Scene): void;
  free(): void;
}

/** An element of SVG: its tag, its text and its attributes. */
export interface Mark {
  tag: string;
  text?: string;
  [attribute: string]: string | number | undefined;
}

/** What Pane offers to gestures and keys. */
export type { Pane } from "./map/pane.js";

export interface SavedPart {
  name: string;
  shade: number;
  tier: number;
  colour: string;
  symbol: string;
  size: number;
  opacity: number;
  rows: string;
  x: string;
  y: string;
  z?: string;
}

/** A map in a page of its own; works are title, artist with date, and picture. */
export interface SavedPane {
  title: string;
  alt: string;
  solid: boolean;
  sight: number[];
  shape: Shape | null;
  labels: Label[];
  query: {
    point: number[];
    label: string;
    neighbours: [number, number, number, boolean][];
  } | null;
  works: Record<string, [string, string, string]>;
  thumbs: [number, number, number][];
  parts: SavedPart[];
}

export interface Saved {
  panes: SavedPane[];
  theme: Theme;
}

/** What is used of plotly.js. */
export interface Plotly {
  react(node: Element, traces: object[], layout: object, config: object): void;
  relayout(node: Element, changes: object): void;
  purge(node: Element): void;
  toImage(node: Element, format: object): Promise<string>;
  newPlot(node: Element, traces: object[], layout: object, config: object): void;
}

declare global {
  interface Window {
    Plotly: Plotly;
  }
}
