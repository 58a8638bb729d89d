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

const picture = (work, said, labels, send) => {
  const frame = element(work.id ? "button" : "span", "frame");
  if (work.id) {
    frame.type = "button";
    frame.onclick = send;
    frame.title = work.alt;
    frame.setAttribute("aria-label", `${labels.open}: ${said}`);
  }
  if (work.thumb) {
    const image = element("img");
    image.src = work.thumb;
    image.alt = work.alt;
    image.loading = "lazy";
    image.decoding = "async";
    frame.append(image);
  } else {
    frame.append(element("span", "absent", labels.absent));
  }
  return frame;
};

const retrieved = (work, labels, send) => {
  const entry = element("li", work.hit ? "work hit" : "work");
  const mark = work.hit ? labels.hit : labels.miss;
  const said = `${labels.rank} ${work.rank}, ${mark}. ${work.alt}. ${work.value}`;
  const frame = picture(work, said, labels, () => send("open", { id: work.id, query: false }));
  const line = element("p", "mark");
  line.append(element("span", "rank", String(work.rank)));
  if (work.hit) {
    const sign = element("span", "sign", "✓");
    sign.setAttribute("aria-hidden", "true");
    line.append(sign);
  }
  line.append(element("span", work.hit ? "word" : "word none", mark));
  entry.append(frame, line, element("p", "value", work.value));
  return entry;
};

const row = (item, labels, send) => {
  const entry = element("li", "row");
  const query = element("div", "query");
  const said = `${labels.query}: ${item.query.alt}`;
  const facts = element("div", "facts");
  facts.append(
    element("p", "title", item.query.title),
    element("p", "by", item.query.by),
    element("p", "value", item.value),
    element("p", "told", item.told),
  );
  query.append(
    picture(item.query, said, labels, () => send("open", { id: item.query.id, query: true })),
    facts,
  );
  const found = element("ol", "found");
  found.append(...item.found.map((work) => retrieved(work, labels, send)));
  entry.append(query, found);
  return entry;
};

export default function ({ data, parentElement, setTriggerValue }) {
  parentElement.querySelector(".rows")?.remove();
  const list = element("ol", "rows");
  list.setAttribute("aria-label", data.labels.list);
  list.append(...data.rows.map((item) => row(item, data.labels, setTriggerValue)));
  parentElement.append(list);
  return () => list.remove();
}
