import { icon, make } from "./text.js";

let named = 0;

/**
 * @typedef {{ id?: string, name: string, hint?: string, group?: string, icon?: string }} Option
 */

/** A list of options that an input leads through, by keys and by pointer (WAI-ARIA 1.2, combobox with a listbox). */
export class Options {
  /** @param {HTMLInputElement} input @param {HTMLElement} list @param {(item: any, event?: Event) => void} choose */
  constructor(input, list, choose) {
    Object.assign(this, { input, list, choose });
    this.at = -1;
    /** @type {Option[]} */
    this.items = [];
    list.id = `options-${++named}`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.getAttribute("aria-label") ?? input.labels?.[0]?.textContent?.trim() ?? "");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("autocomplete", "off");
    input.spellcheck = false;
    input.addEventListener("keydown", (event) => this.key(event));
    list.addEventListener("pointerdown", (event) => {
      // The input keeps the focus.
      event.preventDefault();
      const option = event.target.closest?.("[role=option]");
      if (option) this.choose(this.items[Number(option.dataset.nth)], event);
    });
    this.hide();
  }

  get isOpen() {
    return !this.list.hidden;
  }

  /** @param {Option[]} items @param {{ empty?: string, first?: boolean }} [more] whether the first is marked at once */
  show(items, { empty = "", first = true } = {}) {
    this.items = items;
    let group = "";
    const shown = [];
    items.forEach((item, nth) => {
      if (item.group && item.group !== group) {
        group = item.group;
        shown.push(make("li", { className: "group", role: "presentation", textContent: group }));
      }
      const option = make("li", { id: `${this.list.id}-${nth}`, role: "option" });
      option.dataset.nth = String(nth);
      if (item.icon) option.append(icon(item.icon));
      option.append(make("span", { textContent: item.name }));
      if (item.hint) option.append(make("small", { textContent: item.hint }));
      shown.push(option);
    });
    if (!items.length && empty) shown.push(make("li", { className: "group", role: "presentation", textContent: empty }));
    this.list.replaceChildren(...shown);
    this.list.hidden = !shown.length;
    this.input.setAttribute("aria-expanded", String(this.isOpen));
    this.mark(items.length && first ? 0 : -1);
  }

  hide() {
    this.show([]);
  }

  /** @param {number} nth */
  mark(nth) {
    this.at = nth;
    for (const option of this.list.querySelectorAll("[role=option]")) {
      const is = option.dataset.nth === String(nth);
      option.setAttribute("aria-selected", String(is));
      if (is) option.scrollIntoView({ block: "nearest" });
    }
    if (nth < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `${this.list.id}-${nth}`);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const many = this.items.length;
    if (event.isComposing || !this.isOpen) return;
    if (event.key === "Escape") this.hide();
    else if (event.key === "ArrowDown" && many) this.mark((this.at + 1) % many);
    else if (event.key === "ArrowUp" && many) this.mark(this.at < 1 ? many - 1 : this.at - 1);
    else if (event.key === "PageDown" && many) this.mark(Math.min(this.at + 8, many - 1));
    else if (event.key === "PageUp" && many) this.mark(Math.max(this.at - 8, 0));
    else if (event.key === "Enter" && this.at >= 0) this.choose(this.items[this.at], event);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/**
 * Asks as one writes, and lets only the last answer through.
 * @param {string} source @param {(found: any[] | null, q: string) => void} show is told null when there is no answer
 */
export function asking(source, show) {
  let last = 0;
  let timer = 0;
  /** @param {string} q @param {number} [wait] */
  const ask = (q, wait = 140) => {
    clearTimeout(timer);
    const nth = ++last;
    timer = setTimeout(async () => {
      const url = new URL(source, location.href);
      url.searchParams.set("q", q.trim());
      let found = null;
      try {
        const response = await fetch(url, { headers: { accept: "application/json" } });
        if (response.ok) found = await response.json();
      } catch { /* no network: nothing is found */ }
      if (nth === last) show(Array.isArray(found) ? found : null, q);
    }, wait);
  };
  ask.stop = () => { clearTimeout(timer); last++; };
  return ask;
}
