// A link to be sent to somebody, with a button that copies it.
/** @import { Component, Labels } from "./types.js" */
import { button, element, renew } from "./dom.js";

/** @typedef {{ link: string, labels: Labels }} Data */

/** @param {Component<Data>} component */
export default function (component) {
  renew(component, ({ link, labels }) => {
    const row = element("div", "link");
    const shown = element("input", "address");
    shown.readOnly = true;
    shown.value = link;
    shown.setAttribute("aria-label", labels.link);
    shown.onfocus = () => shown.select();
    const copy = button("copy", labels.copy);
    const said = element("span", "said");
    said.setAttribute("role", "status");
    copy.onclick = async () => {
      try {
        await navigator.clipboard.writeText(link);
      } catch {
        // Browsers give their clipboard to https and to this machine only.
        shown.select();
        document.execCommand("copy");
      }
      said.textContent = labels.copied;
    };
    row.append(shown, copy, said);
    return row;
  });
}
