/** @import { Component } from "./types.js" */
import { button } from "./dom.js";

const PANEL = ".st-key-map_panel";

/**
 * A button that scrolls to the chosen works while they are out of sight below the map.
 * @param {Component<{ label: string }>} component
 */
export default function ({ data, parentElement }) {
  /** @type {HTMLButtonElement} */
  const reach = parentElement.querySelector("button") ?? button("reach", "");
  reach.textContent = data.label;
  reach.onclick = () => document.querySelector(PANEL)?.scrollIntoView({ block: "start" });
  if (!reach.isConnected) parentElement.append(reach);
}
