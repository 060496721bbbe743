const KNOWN = ["light", "dark"];

/** Remembers whether the reader wants light or dark pages. */
export function theme() {
  const root = document.documentElement;
  const chosen = localStorage.getItem("theme");
  if (KNOWN.includes(chosen)) root.dataset.theme = chosen;
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const dark = root.dataset.theme
        ? root.dataset.theme === "dark"
        : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      localStorage.setItem("theme", root.dataset.theme);
    });
  }
}
