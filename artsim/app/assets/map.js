/** @import { Component, MapsData } from "./types.js" */
import { Maps } from "./map/maps.js";

/**
 * The maps stay while their element does: a run of the script only tells what has changed.
 * @param {Component<MapsData>} component
 */
export default function ({ data, parentElement, setTriggerValue }) {
  const host = "host" in parentElement ? parentElement.host : parentElement;
  /** @type {Element & { artsimMaps?: Maps }} */
  const keeper = host;
  const maps = keeper.artsimMaps;
  if (maps) {
    maps.send = setTriggerValue;
    if (JSON.stringify(maps.data) !== JSON.stringify(data)) maps.update(data);
    return;
  }
  keeper.artsimMaps = new Maps(setTriggerValue, data);
  parentElement.append(keeper.artsimMaps.node);
  keeper.artsimMaps.update(data);
}
