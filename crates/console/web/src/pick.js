import { fresh } from "./fresh.js";
import { Options, asking } from "./options.js";
import { announce, make, text } from "./text.js";

const hidden = (name, value) => make("input", { type: "hidden", name, value });

/** What belongs to a field of either kind: a box around it, a list below it, and asking. */
class Picker {
  /** @param {HTMLInputElement} input */
  constructor(input) {
    this.input = input;
    this.name = input.name;
    this.box = make("div", { className: "combo" });
    const list = make("ul", { className: "combo-list" });
    input.before(this.box);
    this.box.append(input, list);
    // What is sent is in hidden fields of the same name.
    input.removeAttribute("name");
    this.options = new Options(input, list, (item) => this.choose(item));
    this.ask = asking(input.dataset.pick, (found, q) => {
      if (document.activeElement !== input) return;
      const offered = (found ?? []).filter((item) => this.offers(item));
      this.options.show(offered, { empty: q || found === null ? text("no-match", "Nothing matches", { at: input }) : "", first: q !== "" });
    });
    input.addEventListener("keydown", (event) => {
      if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !this.options.isOpen) {
        event.preventDefault();
        this.ask(this.query(), 0);
      }
    });
    input.addEventListener("click", () => { if (!this.options.isOpen) this.ask(this.query(), 0); });
    input.addEventListener("blur", () => { this.ask.stop(); this.options.hide(); });
  }

  offers() { return true; }
  query() { return this.input.value; }

  changed(at) {
    at.dispatchEvent(new Event("input", { bubbles: true }));
    at.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** One thing. */
class One extends Picker {
  constructor(input) {
    super(input);
    const id = input.dataset.value ?? input.value;
    this.value = hidden(this.name, id);
    this.box.append(this.value);
    this.label = id ? input.dataset.label || id : "";
    input.value = this.label;
    input.addEventListener("input", () => {
      // What is written but not chosen counts as an id, and nothing as nothing.
      this.value.value = input.value.trim();
      this.label = input.value;
      this.ask(input.value);
    });
    input.addEventListener("focus", () => input.select());
    input.form?.addEventListener("reset", () => { this.value.value = id; });
  }

  // Whoever opens the list of a field that is filled in wants to see the others.
  query() { return this.input.value === this.label && this.value.value !== this.label ? "" : this.input.value; }

  choose(item) {
    this.value.value = item.id;
    this.label = this.input.value = item.name;
    this.options.hide();
    this.changed(this.value);
  }
}

/** Several, as chips before the field. */
class Many extends Picker {
  constructor(input) {
    super(input);
    this.chips = make("div", { className: "chips" });
    this.box.before(this.chips);
    // Those that were already chosen are checkboxes for pages without scripts.
    const group = input.closest("fieldset.many, [data-many-of]");
    for (const box of group?.querySelectorAll("input[type=checkbox]:checked") ?? []) {
      if (box.name !== this.name) continue;
      const label = box.closest("label");
      this.add({ id: box.value, name: label?.textContent.trim() || box.value });
      (label ?? box).remove();
    }
    input.value.split(/[\s,]+/).filter(Boolean).forEach((id) => this.add({ id, name: id }));
    input.value = "";
    input.addEventListener("input", () => this.ask(input.value));
    // What is written but not chosen is sent as an id. Were it made a chip when the field is left, the button that is being
    // pressed would move away under the pointer.
    input.form?.addEventListener("formdata", (event) => {
      const rest = input.value.trim();
      if (rest) event.formData.append(this.name, rest);
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Backspace" && !input.value) this.chips.lastElementChild?.querySelector("button").click();
      else if (event.key === "Enter" && input.value.trim() && !event.defaultPrevented) {
        event.preventDefault();
        this.choose({ id: input.value.trim(), name: input.value.trim() });
      }
    });
  }

  ids() { return [...this.chips.querySelectorAll("input")].map((one) => one.value); }
  offers(item) { return !this.ids().includes(item.id); }
  add(item) {
    if (this.ids().includes(item.id)) return;
    const remove = make("button", { type: "button", textContent: "×" });
    remove.setAttribute("aria-label", `${text("remove", "Remove", { at: this.input })}: ${item.name}`);
    const chip = make("span", { className: "chip" }, item.name, hidden(this.name, item.id), remove);
    remove.addEventListener("click", () => {
      chip.remove();
      announce(remove.getAttribute("aria-label"));
      this.input.focus();
      this.changed(this.input);
    });
    this.chips.append(chip);
    return chip;
  }

  choose(item) {
    const chip = this.add(item);
    this.input.value = "";
    this.options.hide();
    if (!chip) return;
    announce(item.name);
    chip.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

/** Fields in which a thing is found by its name; what is sent is its id. Without a script one writes the id. */
export function picks(part) {
  for (const input of fresh(part, "input[data-pick]", picks)) {
    if ("many" in input.dataset) new Many(input);
    else new One(input);
  }
}
