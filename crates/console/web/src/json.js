import { fresh } from "./once.js";

/** Text areas that hold JSON: what is wrong is said while one writes. */
export function jsons(part) {
  for (const area of fresh(part, "textarea[data-json]", jsons)) {
    const said = document.createElement("p");
    said.className = "error";
    said.setAttribute("role", "status");
    area.after(said);
    const check = () => {
      try {
        if (area.value.trim()) JSON.parse(area.value);
        said.textContent = "";
        area.setCustomValidity("");
      } catch (wrong) {
        said.textContent = wrong.message;
        area.setCustomValidity(wrong.message);
      }
    };
    area.addEventListener("input", check);
    area.addEventListener("change", () => {
      try { area.value = JSON.stringify(JSON.parse(area.value), null, 2); } catch { /* it was said */ }
    });
  }
}
