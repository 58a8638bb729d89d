// The maps stay while their element does: a run of the script only tells what has changed.
export default function ({ data, parentElement, setTriggerValue }) {
  const keeper = parentElement.host ?? parentElement;
  keeper.artsimSend = setTriggerValue;
  const key = JSON.stringify(data);
  if (!keeper.artsimMaps) {
    keeper.artsimMaps = new Maps((name, value) => keeper.artsimSend(name, value));
    parentElement.append(keeper.artsimMaps.node);
  } else if (keeper.artsimKey === key) return;
  keeper.artsimKey = key;
  keeper.artsimMaps.update(data);
}
