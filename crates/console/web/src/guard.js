import { fresh, text } from "./once.js";

/** Forms: sent once, and not left by mistake. */
export function guards(part) {
  for (const form of fresh(part, "form[method=post]", guards)) {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => {
      changed = false;
      for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-busy", "true");
    });
    if ("guard" in form.dataset) {
      addEventListener("beforeunload", (event) => {
        if (changed) { event.preventDefault(); event.returnValue = text("textUnsaved", ""); }
      });
    }
  }
  // Coming back by the browser's own button finds the form as it was left.
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });
  document.querySelector("[aria-invalid=true]")?.focus();
}
