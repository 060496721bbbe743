const PATIENCE = 1500;
const WRITING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open], [data-endpoint]";

/** Keys that lead to places: `g` and the letter in `data-key` of a link; `/` searches; `?` says which there are. */
export function keys() {
  let since = 0;
  const dialog = document.querySelector("dialog.keys");
  dialog?.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest(WRITING)) return;
    if (document.querySelector("dialog[open]")) return;
    const second = Date.now() - since < PATIENCE;
    since = 0;
    if (second && /^\p{L}$/u.test(event.key)) {
      const link = document.querySelector(`a[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
      if (link) { event.preventDefault(); link.click(); }
    } else if (event.key === "g") {
      since = Date.now();
    } else if (event.key === "?" && dialog) {
      event.preventDefault();
      dialog.showModal();
    } else if (event.key === "/") {
      const search = document.querySelector(".filters input[type=search]");
      if (search) { event.preventDefault(); search.focus(); }
    }
  });
}
