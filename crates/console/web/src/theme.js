import { fresh } from "./fresh.js";
import { forget, kept, keep } from "./memory.js";

const THEMES = ["light", "dark"];
const root = document.documentElement;

/** What the reader chose; nothing when they follow their system. */
export function chosen() {
  const theme = kept("theme");
  return THEMES.includes(theme) ? theme : null;
}

/** What is shown now. @returns {"light" | "dark"} */
export function shown() {
  return root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

function follow(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  root.dispatchEvent(new CustomEvent("atoll:theme"));
}

/** Buttons that turn light into dark. Whoever comes back to what the system says follows the system again. */
export function theme(part) {
  for (const button of fresh(part, "[data-theme-toggle]", theme)) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const next = shown() === "dark" ? "light" : "dark";
      const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
      if (next === system) forget("theme");
      else keep("theme", next);
      follow(next === system ? null : next);
    });
  }
}

/** Other windows follow too. */
export function followOthers() {
  const theme = chosen();
  if (theme) root.dataset.theme = theme;
  addEventListener("storage", (event) => { if (event.key === "atoll:theme") follow(chosen()); });
}
