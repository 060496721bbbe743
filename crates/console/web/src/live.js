import { fresh } from "./fresh.js";
import { announce, make, text } from "./text.js";

/** A list into which comes what happens, newest first. */
class Live {
  /** @param {HTMLElement} list */
  constructor(list) {
    this.list = list;
    this.most = Number(list.dataset.liveMax) || 200;
    /** What came while the list stood still. @type {string[]} */
    this.waiting = [];
    this.paused = false;
    this.state = make("span", { className: "live-state", role: "status" });
    this.pause = document.querySelector("[data-live-pause]") ?? make("button", { type: "button", className: "button button-small" });
    this.pause.hidden = false;
    this.pause.addEventListener("click", () => this.turn());
    const bar = make("div", { className: "live-bar" }, this.state);
    if (!this.pause.isConnected) bar.append(this.pause);
    (list.closest(".table-wrap") ?? list).before(bar);
    this.label();
    this.say("wait", text("live-wait", "Connecting…", { at: list }));
    this.open();
    addEventListener("pagehide", () => this.source.close());
    addEventListener("pageshow", (event) => { if (event.persisted) this.open(); });
  }

  open() {
    this.source = new EventSource(this.list.dataset.live);
    this.source.addEventListener("open", () => this.on());
    this.source.addEventListener("message", (event) => this.take(event.data));
    this.source.addEventListener("error", () => {
      this.say("lost", text("live-lost", "Connection lost, trying again…", { at: this.list }));
      // The browser tries again by itself, except where the server refused.
      if (this.source.readyState === EventSource.CLOSED) setTimeout(() => this.open(), 10_000);
    });
  }

  on() {
    if (this.paused) this.say("paused", text("live-paused", "Paused, {n} waiting", { at: this.list, n: this.waiting.length }));
    else this.say("on", text("live-on", "Live", { at: this.list }));
  }

  say(state, said) {
    this.state.dataset.state = state;
    if (this.state.textContent !== said) this.state.textContent = said;
  }

  label() {
    if (!this.pause.dataset.own) this.pause.dataset.own = this.pause.textContent.trim() || text("live-pause", "Pause", { at: this.list });
    this.pause.textContent = this.paused ? text("live-go", "Continue", { at: this.list }) : this.pause.dataset.own;
  }

  turn() {
    this.paused = !this.paused;
    this.label();
    if (!this.paused) this.put(this.waiting.splice(0));
    this.on();
    announce(this.state.textContent);
  }

  take(fragment) {
    if (!this.paused) return this.put([fragment]);
    this.waiting.push(fragment);
    if (this.waiting.length > this.most) this.waiting.shift();
    // Counting is shown but not said aloud at each event.
    this.state.setAttribute("aria-live", "off");
    this.on();
  }

  /** @param {string[]} fragments oldest first; the server has escaped what is in them */
  put(fragments) {
    this.state.removeAttribute("aria-live");
    for (const fragment of fragments) {
      const made = document.createElement("template");
      made.innerHTML = fragment;
      const came = [...made.content.children];
      this.list.prepend(made.content);
      for (const one of came) {
        one.classList.add("is-new");
        setTimeout(() => one.classList.remove("is-new"), 1500);
      }
    }
    while (this.list.children.length > this.most) this.list.lastElementChild.remove();
    this.list.dispatchEvent(new CustomEvent("atoll:grown", { bubbles: true }));
  }
}

/** Streams of what happens. */
export function lives(part) {
  for (const list of fresh(part, "[data-live]", lives)) new Live(list);
}
