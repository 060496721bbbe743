import { fresh } from "./once.js";

/** Tables in which rows can be picked: the bar with what can be done appears when some are. */
export function rows(part) {
  for (const form of fresh(part, "form:has(.bulk)", rows)) {
    const bar = form.querySelector(".bulk");
    const all = form.querySelector("[data-pick-all]");
    const picks = [...form.querySelectorAll("td.pick input")];
    if (all) all.hidden = false;
    const show = () => {
      const count = picks.filter((pick) => pick.checked).length;
      bar.classList.toggle("is-on", count > 0);
      if (all) {
        all.checked = count === picks.length;
        all.indeterminate = count > 0 && count < picks.length;
      }
    };
    all?.addEventListener("change", () => { for (const pick of picks) pick.checked = all.checked; show(); });
    form.addEventListener("change", show);
    show();
  }
}
