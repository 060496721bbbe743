import { fresh, text } from "./once.js";
import { Options, asking } from "./options.js";

function hidden(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value });
}

function make(input) {
  const name = input.name;
  const many = "many" in input.dataset;
  const box = document.createElement("div");
  const list = document.createElement("ul");
  box.className = "combo";
  list.className = "combo-list";
  input.before(box);
  box.append(input, list);
  input.removeAttribute("name");
  const value = many ? null : hidden(name, input.dataset.value ?? "");
  if (value) {
    box.append(value);
    input.value = input.dataset.label ?? input.value;
  }
  const changed = () => (value ?? input).dispatchEvent(new Event("change", { bubbles: true }));
  const options = new Options(input, list, (item) => {
    if (many) {
      const chip = Object.assign(document.createElement("span"), { className: "chip", textContent: item.name });
      const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
      remove.setAttribute("aria-label", `${text("textRemove", "Remove")}: ${item.name}`);
      remove.addEventListener("click", () => { chip.remove(); changed(); });
      chip.append(hidden(name, item.id), remove);
      box.before(chip);
      input.value = "";
    } else {
      value.value = item.id;
      input.value = item.name;
    }
    options.show([]);
    changed();
  });
  const ask = asking(input, input.dataset.pick, (found) => {
    if (document.activeElement === input) options.show(found, text("textNoMatch", ""));
  });
  input.addEventListener("input", () => {
    // What is written but not chosen counts as an id, and nothing as nothing.
    if (value) value.value = input.value;
    ask();
  });
  input.addEventListener("focus", () => { input.select(); ask(0); });
  input.addEventListener("blur", () => options.show([]));
}

/** Fields in which a thing is found by its name; what is sent is its id. */
export function combos(part) {
  for (const input of fresh(part, "input[data-pick]", combos)) make(input);
}
