// Sends a pasted picture to the server; files over the limit are said, not sent.
export default function ({ data, parentElement, setTriggerValue }) {
  const said = parentElement.querySelector("[role=status]");
  const pasted = async (event) => {
    const file = [...(event.clipboardData?.files ?? [])][0];
    if (!file) return;
    event.preventDefault();
    if (file.size > data.limit) {
      said.textContent = data.too_large;
      return;
    }
    said.textContent = data.reading;
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let i = 0; i < bytes.length; i += 32768) {
      text += String.fromCharCode(...bytes.subarray(i, i + 32768));
    }
    setTriggerValue("picture", { name: file.name, base64: btoa(text) });
    said.textContent = "";
  };
  document.addEventListener("paste", pasted);
  return () => document.removeEventListener("paste", pasted);
}
