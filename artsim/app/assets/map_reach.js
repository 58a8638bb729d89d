/** @import { Component } from "./types.js" */
import { button } from "./dom.js";

const PANEL = ".st-key-map_panel";

/**
 * The way to what is chosen, where it stands below the map and out of sight.
 * @param {Component<{ label: string }>} component
 */
export default function ({ data, parentElement }) {
  /** @type {HTMLButtonElement} */
  const reach = parentElement.querySelector("button") ?? button("reach", "");
  reach.textContent = data.label;
  reach.onclick = () => document.querySelector(PANEL)?.scrollIntoView({ block: "start" });
  if (!reach.isConnected) parentElement.append(reach);
}
