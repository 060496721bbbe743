import { fresh } from "./fresh.js";
import { keep, kept } from "./memory.js";
import { announce, make, text } from "./text.js";

/** The most that one list keeps. */
const MOST = 20;

/** Filters of a list that somebody wants again: kept by the browser, by the page they belong to. */
class Saved {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.key = `filters:${location.pathname}`;
    this.place = make("ul", { className: "saved" });
    this.place.setAttribute("aria-label", text("saved", "Saved filters"));
    form.before(this.place);
    this.show();
    if (this.query()) this.offer();
  }

  /** A filter that is set can be kept under a name. */
  offer() {
    const button = make("button", { type: "button", className: "button button-quiet" }, text("save-filter", "Save filter"));
    const named = make("input", { type: "text", maxLength: 60, hidden: true, placeholder: text("saved-name", "Name of the filter") });
    named.setAttribute("aria-label", named.placeholder);
    button.addEventListener("click", () => {
      if (named.hidden) {
        named.hidden = false;
        named.focus();
      } else this.save(named);
    });
    named.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); this.save(named); }
      if (event.key === "Escape") { named.hidden = true; button.focus(); }
    });
    this.form.querySelector(".form-acts")?.append(named, button);
  }

  /** @returns {{ name: string, query: string }[]} */
  get all() {
    try {
      const all = JSON.parse(kept(this.key) ?? "[]");
      return Array.isArray(all) ? all.filter((one) => typeof one?.name === "string" && typeof one?.query === "string") : [];
    } catch {
      return [];
    }
  }

  set(all) {
    keep(this.key, JSON.stringify(all.slice(-MOST)));
    this.show();
  }

  /** What is set in the form now, as it would be sent. */
  query() {
    const set = [...new FormData(this.form)].filter(([, value]) => typeof value === "string" && value !== "");
    return new URLSearchParams(set).toString();
  }

  /** @param {HTMLInputElement} named */
  save(named) {
    const name = named.value.trim();
    if (!name) return named.focus();
    this.set([...this.all.filter((one) => one.name !== name), { name, query: this.query() }]);
    named.value = "";
    named.hidden = true;
    announce(text("saved-done", "Saved."));
  }

  show() {
    const now = new URLSearchParams(location.search);
    for (const name of ["after", "offset", "done"]) now.delete(name);
    this.place.replaceChildren(...this.all.map(({ name, query }) => {
      const link = make("a", { href: `${location.pathname}?${query}` }, name);
      if (same(now, new URLSearchParams(query))) link.setAttribute("aria-current", "true");
      const gone = make("button", { type: "button", title: `${text("remove", "Remove")}: ${name}` }, "×");
      gone.setAttribute("aria-label", gone.title);
      gone.addEventListener("click", () => this.set(this.all.filter((one) => one.name !== name)));
      return make("li", {}, link, gone);
    }));
    this.place.hidden = this.place.children.length === 0;
  }
}

function same(left, right) {
  const set = (all) => [...all].filter(([, value]) => value !== "").map((pair) => pair.join("=")).sort().join("&");
  return set(left) === set(right);
}

/** Forms that ask a list. */
export function saves(part) {
  for (const form of fresh(part, "form.filters[role=search]", saves)) new Saved(form);
}
