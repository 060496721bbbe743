import { fresh } from "./fresh.js";
import { make, text } from "./text.js";

const PICKS = "tbody .pick input[type=checkbox]";

/** Tables in which rows can be picked: the bar with what can be done appears when some are. Shift picks a range. */
export function rows(part) {
  for (const form of fresh(part, "form:has(.bulk)", rows)) {
    const bar = form.querySelector(".bulk");
    const all = form.querySelector("[data-pick-all], thead .pick input[type=checkbox]");
    const count = make("output");
    bar.prepend(count);
    if (all) all.hidden = false;
    let last = null;
    const picks = () => [...form.querySelectorAll(PICKS)];
    const show = () => {
      const every = picks();
      const some = every.filter((pick) => pick.checked).length;
      bar.classList.toggle("is-on", some > 0);
      const said = some ? text("picked", "{n} selected", { at: bar, n: some }) : "";
      if (count.textContent !== said) count.textContent = said;
      if (!all) return;
      all.checked = some > 0 && some === every.length;
      all.indeterminate = some > 0 && some < every.length;
    };
    all?.addEventListener("change", () => {
      for (const pick of picks()) pick.checked = all.checked;
      show();
    });
    form.addEventListener("click", (event) => {
      if (!event.target.matches?.(PICKS)) return;
      const every = picks();
      const [from, to] = [every.indexOf(last), every.indexOf(event.target)].sort((a, b) => a - b);
      if (event.shiftKey && from >= 0) for (const pick of every.slice(from, to + 1)) pick.checked = event.target.checked;
      last = event.target;
      show();
    });
    form.addEventListener("change", show);
    form.addEventListener("htmx:afterSwap", show);
    addEventListener("pageshow", show);
    show();
  }
}
