import { text } from "./once.js";
import { Options, asking } from "./options.js";

/** The box that finds pages, things and actions. */
export function palette() {
  const dialog = document.querySelector("dialog.palette");
  const opener = document.querySelector("[data-palette]");
  if (!dialog || !opener) return;
  const input = Object.assign(document.createElement("input"), { type: "search" });
  const list = document.createElement("ul");
  input.setAttribute("aria-label", dialog.getAttribute("aria-label"));
  input.placeholder = dialog.getAttribute("aria-label");
  dialog.append(input, list);
  const options = new Options(input, list, (item) => { location.href = item.href; });
  const ask = asking(input, dialog.dataset.source, (found) => {
    options.show(found.map((one) => ({ ...one, name: one.title })), text("textNoMatch", ""));
  });
  const open = () => { dialog.showModal(); input.value = ""; ask(0); };
  input.addEventListener("input", () => ask());
  input.addEventListener("keydown", (event) => { if (event.key === "Escape") dialog.close(); });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  opener.hidden = false;
  opener.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!dialog.open) open();
    }
  });
}
