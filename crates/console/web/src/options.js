let named = 0;

/** A list of options that an input leads through, by keys and by pointer (WAI-ARIA APG, combobox). */
export class Options {
  constructor(input, list, choose) {
    Object.assign(this, { input, list, choose, at: -1, items: [] });
    list.id = `options-${++named}`;
    list.setAttribute("role", "listbox");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("autocomplete", "off");
    input.addEventListener("keydown", (event) => this.key(event));
    this.show([]);
  }

  show(items, empty = "") {
    this.items = items;
    this.at = -1;
    let group = null;
    const shown = [];
    items.forEach((item, nth) => {
      if (item.group && item.group !== group) {
        group = item.group;
        shown.push(Object.assign(document.createElement("li"), { className: "group", role: "presentation", textContent: group }));
      }
      const option = Object.assign(document.createElement("li"), { id: `${this.list.id}-${nth}`, role: "option" });
      option.append(item.name, Object.assign(document.createElement("small"), { textContent: item.hint ?? "" }));
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); this.choose(item); });
      shown.push(option);
    });
    if (!items.length && empty) {
      shown.push(Object.assign(document.createElement("li"), { role: "presentation", className: "group", textContent: empty }));
    }
    this.list.replaceChildren(...shown);
    this.list.hidden = !shown.length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.mark(items.length ? 0 : -1);
  }

  mark(nth) {
    this.at = nth;
    for (const option of this.list.querySelectorAll("[role=option]")) {
      const is = option.id === `${this.list.id}-${nth}`;
      option.setAttribute("aria-selected", String(is));
      if (is) option.scrollIntoView({ block: "nearest" });
    }
    if (nth < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `${this.list.id}-${nth}`);
  }

  key(event) {
    const many = this.items.length;
    if (this.list.hidden || !many) return;
    if (event.key === "ArrowDown") this.mark((this.at + 1) % many);
    else if (event.key === "ArrowUp") this.mark((this.at - 1 + many) % many);
    else if (event.key === "Enter" && this.at >= 0) this.choose(this.items[this.at], event);
    else if (event.key === "Escape") this.show([]);
    else return;
    event.preventDefault();
  }
}

/** Asks as one writes, and lets only the last answer through. */
export function asking(input, source, show) {
  let last = 0;
  let timer;
  return (wait = 120) => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const nth = ++last;
      const url = new URL(source, location.href);
      url.searchParams.set("q", input.value);
      const response = await fetch(url, { headers: { accept: "application/json" } });
      if (nth === last && response.ok) show(await response.json());
    }, wait);
  };
}
