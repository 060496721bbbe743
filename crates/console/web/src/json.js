import { fresh } from "./fresh.js";
import { place } from "./json_place.js";
import { make, text } from "./text.js";

let named = 0;

/**
 * Text areas that hold JSON: what is wrong, and where, is said while one writes. Tab leaves them, as it leaves any field.
 */
export function jsons(part) {
  for (const area of fresh(part, "textarea[data-json]", jsons)) {
    const said = make("p", { className: "error", id: `json-${++named}` });
    said.setAttribute("role", "status");
    const format = make("button", { type: "button", className: "button button-quiet button-small", textContent: text("json-format", "Format", { at: area }) });
    area.after(make("div", { className: "field-acts" }, said, format));
    area.setAttribute("aria-describedby", `${area.getAttribute("aria-describedby") ?? ""} ${said.id}`.trim());
    const check = () => {
      const wrong = area.value.trim() ? place(area.value) : null;
      const message = wrong
        ? text("json-wrong", "Line {line}, column {column}: this is not JSON", { at: area }).replace("{line}", wrong.line).replace("{column}", wrong.column)
        : "";
      if (said.textContent !== message) said.textContent = message;
      area.setCustomValidity(message);
      area.removeAttribute("aria-invalid");
      if (wrong) area.setAttribute("aria-invalid", "true");
      format.disabled = Boolean(wrong) || !area.value.trim();
      return wrong;
    };
    let timer = 0;
    area.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(check, 250); });
    area.addEventListener("change", check);
    format.addEventListener("click", () => {
      if (check()) return;
      area.value = JSON.stringify(JSON.parse(area.value), null, 2);
      area.dispatchEvent(new Event("input", { bubbles: true }));
    });
    // What the server said about the field stays until one writes.
    if (area.getAttribute("aria-invalid") !== "true") check();
  }
}
