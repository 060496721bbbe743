import { fresh } from "./fresh.js";
import { announce, text } from "./text.js";

/** Puts a text where it can be pasted from. @param {string} what */
export async function copy(what) {
  if (navigator.clipboard) return navigator.clipboard.writeText(what);
  // Without HTTPS there is no clipboard of the page: the old way still works.
  const area = document.createElement("textarea");
  area.value = what;
  area.className = "hidden";
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copying is not possible");
}

/** Shows for a moment that a button has done its work. @param {HTMLElement} button @param {string} said */
export function acknowledge(button, said) {
  announce(said);
  button.classList.add("is-done");
  const use = button.querySelector("use");
  const before = use?.getAttribute("href");
  const label = use ? null : button.textContent;
  if (use) use.setAttribute("href", "/assets/icons.svg#check");
  else button.textContent = said;
  setTimeout(() => {
    button.classList.remove("is-done");
    if (use && before) use.setAttribute("href", before);
    else if (label !== null) button.textContent = label;
  }, 1600);
}

/** Buttons that copy a text. */
export function copies(part) {
  for (const button of fresh(part, "[data-copy]", copies)) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (button.classList.contains("is-done")) return;
      try {
        await copy(button.dataset.copy);
        acknowledge(button, text("copied", "Copied", { at: button }));
      } catch {
        announce(text("not-copied", "It could not be copied", { at: button }));
      }
    });
  }
}
