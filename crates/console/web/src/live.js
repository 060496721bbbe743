import { fresh } from "./once.js";
import { times } from "./time.js";

/** Lists into which comes what happens, newest first. */
export function lives(part) {
  for (const list of fresh(part, "[data-live]", lives)) {
    const most = Number(list.dataset.liveMax ?? 200);
    const source = new EventSource(list.dataset.live);
    const pause = document.querySelector("[data-live-pause]");
    let paused = false;
    if (pause) {
      pause.hidden = false;
      pause.addEventListener("click", () => {
        paused = !paused;
        pause.setAttribute("aria-pressed", String(paused));
      });
    }
    source.addEventListener("open", () => list.classList.remove("is-lost"));
    source.addEventListener("error", () => list.classList.add("is-lost"));
    source.addEventListener("message", (event) => {
      if (paused) return;
      const made = document.createElement("template");
      made.innerHTML = event.data;
      list.prepend(made.content);
      times(list);
      while (list.children.length > most) list.lastElementChild.remove();
    });
  }
}
