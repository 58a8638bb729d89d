const picture = (work, data, send) => {
  const item = element("li");
  const frame = element("button", "frame");
  frame.type = "button";
  frame.title = work.alt;
  frame.setAttribute("aria-label", `${data.labels.open}: ${work.alt}`);
  frame.onclick = () => {
    focusAfterDialog(frame);
    send("open", work.id);
  };
  frame.append(pictureOf(work, data.labels.absent));
  item.append(frame);
  return item;
};

const purityOf = (cluster) => {
  const cell = element("td", "purity");
  cell.append(element("span", "", cluster.purity));
  if (cluster.share === null) return cell;
  const bar = element("span", "bar");
  const filled = element("i");
  filled.style.width = `${Math.round(cluster.share * 100)}%`;
  bar.setAttribute("aria-hidden", "true");
  bar.append(filled);
  cell.append(bar);
  return cell;
};

const rowOf = (cluster, data, send) => {
  const row = element("tr", cluster.number === data.chosen ? "chosen" : "");
  const head = element("th");
  head.scope = "row";
  const choose = element("button", "choose", cluster.name);
  choose.type = "button";
  choose.dataset.number = cluster.number;
  choose.setAttribute("aria-pressed", String(cluster.number === data.chosen));
  choose.title = data.labels.choose;
  choose.onclick = () => send("choose", cluster.number);
  head.append(choose, element("small", "", cluster.words));
  const pictures = element("ul", "pictures");
  pictures.setAttribute("role", "list");
  pictures.setAttribute("aria-label", data.labels.pictures);
  pictures.append(...cluster.works_shown.map((work) => picture(work, data, send)));
  const last = element("td");
  last.append(pictures);
  row.append(head, element("td", "", cluster.works), purityOf(cluster), last);
  return row;
};

export default function ({ data, parentElement, setTriggerValue }) {
  const keeper = parentElement.host ?? parentElement;
  keeper.artsimSend = setTriggerValue;
  const key = JSON.stringify(data);
  const former = parentElement.querySelector(".wide");
  if (former && keeper.artsimKey === key) return;
  const focused = former?.querySelector(".choose:focus")?.dataset.number;
  const send = (name, value) => keeper.artsimSend(name, value);
  const wide = element("div", "wide");
  const table = element("table");
  table.setAttribute("aria-label", data.labels.table);
  const head = element("thead");
  const names = element("tr");
  for (const text of data.labels.columns) {
    const cell = element("th", "", text);
    cell.scope = "col";
    names.append(cell);
  }
  head.append(names);
  const body = element("tbody");
  body.append(...data.clusters.map((cluster) => rowOf(cluster, data, send)));
  table.append(head, body);
  wide.append(table);
  if (former) former.replaceWith(wide);
  else parentElement.append(wide);
  keeper.artsimKey = key;
  if (focused === undefined) return;
  [...wide.querySelectorAll(".choose")].find((b) => b.dataset.number === focused)?.focus();
}
