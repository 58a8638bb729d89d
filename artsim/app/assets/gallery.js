const card = (item, labels, send) => {
  const entry = element("li", "card");
  entry.dataset.id = item.id;
  const frame = element("button", "frame");
  frame.type = "button";
  frame.setAttribute("aria-label", `${labels.open}: ${item.alt}`);
  frame.onclick = () => {
    focusAfterDialog(frame);
    send("open", item.id);
  };
  frame.append(pictureOf(item, labels.absent));
  if (item.rank) frame.append(element("span", "rank", String(item.rank)));
  entry.append(frame, element("p", "title", item.title), element("p", "by", item.by));
  entry.querySelector(".title").title = item.full_title;
  if (item.band) {
    const band = element("p", "band");
    const marks = element("span", "marks", "●".repeat(item.marks) + "○".repeat(3 - item.marks));
    marks.setAttribute("aria-hidden", "true");
    band.title = item.meaning;
    band.append(marks, element("span", "", item.band));
    entry.append(band);
  }
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

// The list stays while its data does, so that focus and pictures stay too; what a click sends
// goes through the element, because each run of the script brings a new function for it.
export default function ({ data, parentElement, setTriggerValue }) {
  const keeper = parentElement.host ?? parentElement;
  keeper.artsimSend = setTriggerValue;
  const key = JSON.stringify(data);
  const former = parentElement.querySelector(".gallery");
  if (former && keeper.artsimKey === key) return;
  const focused = former?.querySelector(":focus");
  const list = element("ul", "gallery");
  list.setAttribute("role", "list");
  list.setAttribute("aria-label", data.labels.gallery);
  list.style.setProperty("--card", `${data.card_width}px`);
  const send = (name, value) => keeper.artsimSend(name, value);
  list.append(...data.items.map((item) => card(item, data.labels, send)));
  if (former) former.replaceWith(list);
  else parentElement.append(list);
  // A new page of works is shown from its top, wherever the last one was scrolled to.
  const first = data.items[0]?.id;
  const turned = keeper.artsimKey !== undefined && keeper.artsimFirst !== first;
  if (turned && list.getBoundingClientRect().top < 0) list.scrollIntoView({ block: "start" });
  keeper.artsimKey = key;
  keeper.artsimFirst = first;
  if (!focused) return;
  const again = [...list.children].find((c) => c.dataset.id === focused.closest(".card").dataset.id);
  again?.querySelector(`.${focused.className}`)?.focus();
}
