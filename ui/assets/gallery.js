// Every text comes from outside: it is set as textContent or an attribute, never as HTML.
const element = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) {
    made.textContent = text;
    made.dir = "auto";
  }
  return made;
};

const card = (item, labels, send) => {
  const entry = element("li", "card");
  entry.dataset.id = item.id;
  const frame = element("button", "frame");
  frame.type = "button";
  frame.setAttribute("aria-label", `${labels.open}: ${item.alt}`);
  frame.onclick = () => send("open", item.id);
  if (item.thumb) {
    const image = element("img");
    image.src = item.thumb;
    image.alt = item.alt;
    image.loading = "lazy";
    image.decoding = "async";
    frame.append(image);
  } else {
    frame.append(element("span", "absent", labels.absent));
  }
  if (item.rank) frame.append(element("span", "rank", String(item.rank)));
  entry.append(frame, element("p", "title", item.title), element("p", "by", item.by));
  entry.querySelector(".title").title = item.full_title;
  const foot = element("div", "foot");
  if (item.score) foot.append(element("span", "score", item.score));
  if (item.thumb && labels.more) {
    const more = element("button", "more", labels.more);
    more.type = "button";
    more.setAttribute("aria-label", `${labels.more}: ${item.alt}`);
    more.onclick = () => send("similar", item.id);
    foot.append(more);
  }
  entry.append(foot);
  return entry;
};

export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.querySelector(".gallery")?.remove();
  const list = element("ul", "gallery");
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", data.labels.gallery);
  list.style.setProperty("--card", `${data.card_width}px`);
  list.append(...data.items.map((item) => card(item, data.labels, setTriggerValue)));
  parentElement.append(list);
  // A new page of works is shown from its top, wherever the last one was scrolled to.
  const memory = (parentElement.host ?? parentElement).dataset;
  const first = data.items[0]?.id ?? "";
  const turned = memory.first !== undefined && memory.first !== first;
  if (turned && list.getBoundingClientRect().top < 0) list.scrollIntoView({ block: "start" });
  memory.first = first;
  return () => list.remove();
}
