import { fresh } from "./once.js";

const STEPS = [["second", 60], ["minute", 60], ["hour", 24], ["day", 30], ["month", 12], ["year", Infinity]];

function ago(then, language) {
  let span = (then - Date.now()) / 1000;
  for (const [unit, next] of STEPS) {
    if (Math.abs(span) < next) {
      return new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(Math.round(span), unit);
    }
    span /= next;
  }
}

/** Shows moments in the reader's zone: how long ago, and exactly when. */
export function times(part) {
  const language = document.documentElement.lang;
  for (const one of fresh(part, "time[datetime]", times)) {
    const then = new Date(one.dateTime);
    if (Number.isNaN(then.getTime())) continue;
    one.textContent = ago(then, language);
    one.title = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "long" }).format(then);
  }
}
