import { fresh, text } from "./once.js";

/** Buttons that copy a text. */
export function copies(part) {
  for (const button of fresh(part, "[data-copy]", copies)) {
    button.hidden = false;
    const said = document.createElement("span");
    said.className = "hidden";
    said.setAttribute("role", "status");
    button.after(said);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      said.textContent = text("textCopied", "Copied");
      button.classList.add("is-done");
      setTimeout(() => { said.textContent = ""; button.classList.remove("is-done"); }, 2000);
    });
  }
}
