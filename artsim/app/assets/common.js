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

// The picture of a work, or the words that there is none.
const pictureOf = (work, absent) => {
  if (!work.thumb) return element("span", "absent", absent);
  const image = element("img");
  image.src = work.thumb;
  image.alt = work.alt;
  image.loading = "lazy";
  image.decoding = "async";
  return image;
};

// Streamlit's dialog cannot give focus back to an element within a shadow root: this does.
const focusAfterDialog = (target) => {
  let seen = false;
  const watch = new MutationObserver(() => {
    const open = document.querySelector("[role=dialog]");
    seen ||= Boolean(open);
    if (!seen || open) return;
    watch.disconnect();
    if (target.isConnected) target.focus({ preventScroll: true });
  });
  watch.observe(document.body, { childList: true, subtree: true });
};
