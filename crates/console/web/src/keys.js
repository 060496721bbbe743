const writes = (target) => target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable], dialog[open], #playground");

/** Keys that lead to places: `g` and a letter; `?` says which. */
export function keys() {
  let waiting = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
    if (event.key === "?") {
      document.querySelector("dialog.keys")?.showModal();
      event.preventDefault();
    } else if (event.key === "g") {
      waiting = Date.now();
    } else if (Date.now() - waiting < 1500) {
      waiting = 0;
      document.querySelector(`.side a[data-key="${CSS.escape(event.key)}"]`)?.click();
    }
  });
}
