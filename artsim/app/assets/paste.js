/** @import { Component } from "./types.js" */

/**
 * Sends a pasted picture to the server; reports a file over the limit instead.
 * @param {Component<{ limit: number, too_large: string, reading: string }>} component
 */
export default function ({ data, parentElement, setTriggerValue }) {
  /** @param {string} text */
  const say = (text) => {
    const status = parentElement.querySelector("[role=status]");
    if (status) status.textContent = text;
  };
  /** @param {ClipboardEvent} event */
  const pasted = async (event) => {
    const file = [...(event.clipboardData?.files ?? [])][0];
    if (!file) return;
    event.preventDefault();
    if (file.size > data.limit) {
      say(data.too_large);
      return;
    }
    say(data.reading);
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 32768) {
      text += String.fromCharCode(...bytes.subarray(i, i + 32768));
    }
    setTriggerValue("picture", { name: file.name, base64: btoa(text) });
    say("");
  };
  document.addEventListener("paste", pasted);
  return () => document.removeEventListener("paste", pasted);
}
