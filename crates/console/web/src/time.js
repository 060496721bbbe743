import { fresh } from "./fresh.js";

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const STEPS = [["second", 60], ["minute", 60], ["hour", 24], ["day", 30], ["month", 12], ["year", Infinity]];
const language = () => document.documentElement.lang || undefined;

/** How long ago, or how soon. @param {Date} then */
function ago(then) {
  let span = (then.getTime() - Date.now()) / 1000;
  const format = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  for (const [unit, next] of STEPS) {
    // Rounded first, so that nothing is "60 minutes ago".
    if (Math.abs(Math.round(span)) < next) return format.format(Math.round(span), unit);
    span /= next;
  }
  return "";
}

/** Shows moments in the reader's zone: how long ago, and exactly when if one asks. */
export function times(part) {
  const exactly = new Intl.DateTimeFormat(language(), { dateStyle: "full", timeStyle: "long" });
  for (const one of fresh(part, "time[datetime*='T']", times)) {
    const then = new Date(/** @type {HTMLTimeElement} */ (one).dateTime);
    if (Number.isNaN(then.getTime())) continue;
    one.dataset.then = String(then.getTime());
    one.title = exactly.format(then);
    one.textContent = ago(then);
  }
}

/** Moments grow older while one looks at them. */
export function keepTimes() {
  setInterval(() => {
    if (document.hidden) return;
    for (const one of document.querySelectorAll("time[data-then]")) {
      const said = ago(new Date(Number(one.dataset.then)));
      if (one.textContent !== said) one.textContent = said;
    }
  }, 30_000);
}
