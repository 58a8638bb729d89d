const picture = (work, said, labels, send) => {
  const frame = element(work.id ? "button" : "span", "frame");
  if (work.id) {
    frame.type = "button";
    frame.onclick = send;
    frame.title = work.alt;
    frame.setAttribute("aria-label", `${labels.open}: ${said}`);
  }
  frame.append(pictureOf(work, labels.absent));
  return frame;
};

const retrieved = (work, labels, send) => {
  const entry = element("li", work.hit ? "work hit" : "work");
  const mark = work.hit ? labels.hit : labels.miss;
  const said = `${labels.rank} ${work.rank}, ${mark}. ${work.alt}. ${work.value}`;
  const frame = picture(work, said, labels, () => send("open", { id: work.id, query: false }));
  const line = element("p", "mark");
  line.append(element("span", "rank", String(work.rank)));
  if (work.hit) line.append(element("span", "word", `✓ ${mark}`));
  entry.append(frame, line, element("p", "value", work.value));
  return entry;
};

const row = (item, labels, send) => {
  const entry = element("li", "row");
  const facts = element("p", "facts");
  const parts = [
    ["title", item.query.title],
    ["by", item.query.by],
    ["by", item.value],
    ["told", item.told],
  ];
  facts.append(...parts.filter(([, text]) => text).map((part) => element("span", ...part)));
  const found = element("ol", "found");
  const query = element("li", "work query");
  const said = `${labels.query}: ${item.query.alt}`;
  query.append(
    picture(item.query, said, labels, () => send("open", { id: item.query.id, query: true })),
    element("p", "mark", labels.query),
  );
  found.append(query, ...item.found.map((work) => retrieved(work, labels, send)));
  entry.append(facts, found);
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
