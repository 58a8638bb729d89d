const both = (colours) => `light-dark(${colours[0]}, ${colours[1]})`;

const swatch = (entry) => {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "-1.4 -1.4 2.8 2.8");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", FORMS[entry.symbol] ?? FORMS.circle);
  path.style.fill = both(entry.colours);
  svg.append(path);
  return svg;
};

const entryOf = (entry, data, send) => {
  const item = element("li");
  const button = element("button", "entry");
  const pressed = data.only === entry.name;
  button.type = "button";
  button.dataset.name = entry.name;
  button.setAttribute("aria-pressed", String(pressed));
  button.title = pressed ? data.labels.all : `${data.labels.only}: ${entry.words}`;
  button.onclick = () => send("only", pressed ? "" : entry.name);
  button.append(swatch(entry), element("span", "name", entry.words));
  button.append(element("span", "works", entry.works));
  item.append(button);
  return item;
};

const scaleOf = (scale) => {
  const item = element("li", "scale");
  const bar = element("span", "bar");
  bar.style.background = `linear-gradient(to right, ${scale.stops.map(both).join(", ")})`;
  bar.setAttribute("role", "img");
  bar.setAttribute("aria-label", `${scale.low} to ${scale.high}`);
  item.append(element("span", "", scale.low), bar, element("span", "", scale.high));
  return item;
};

export default function ({ data, parentElement, setTriggerValue }) {
  const keeper = parentElement.host ?? parentElement;
  keeper.artsimSend = setTriggerValue;
  const key = JSON.stringify(data);
  const former = parentElement.querySelector(".legend");
  if (former && keeper.artsimKey === key) return;
  const focused = former?.querySelector(":focus")?.dataset.name;
  const list = element("ul", data.only ? "legend isolated" : "legend");
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", data.labels.legend);
  const send = (name, value) => keeper.artsimSend(name, value);
  if (data.scale) list.append(scaleOf(data.scale));
  list.append(...data.entries.map((entry) => entryOf(entry, data, send)));
  if (former) former.replaceWith(list);
  else parentElement.append(list);
  keeper.artsimKey = key;
  if (focused === undefined) return;
  [...list.querySelectorAll(".entry")].find((b) => b.dataset.name === focused)?.focus();
}
