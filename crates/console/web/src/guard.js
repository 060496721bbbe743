import { busy, idle } from "./busy.js";
import { fresh } from "./fresh.js";

/** @type {Set<HTMLFormElement>} */
const changed = new Set();
let leaving = false;

/** Forms: sent once, and not left by mistake where they have `data-guard`. */
export function guards(part) {
  for (const form of fresh(part, "form[method=post]:not([data-passkey])", guards)) {
    let sent = false;
    form.addEventListener("submit", (event) => {
      // A second press while the first is on its way would do it twice.
      if (sent) return event.preventDefault();
      if (event.defaultPrevented) return;
      sent = true;
      leaving = true;
      busy(form, event.submitter);
      setTimeout(() => { sent = false; }, 8000);
    });
  }
  for (const form of fresh(part, "form[data-guard]", watch)) watch(form);
  part.querySelector("[aria-invalid=true]:not([type=hidden])")?.focus();
}

function watch(form) {
  form.addEventListener("input", () => changed.add(form));
  form.addEventListener("reset", () => changed.delete(form));
  form.addEventListener("atoll:leaving", () => { leaving = true; });
}

/** What holds for the whole page. */
export function guard() {
  addEventListener("beforeunload", (event) => {
    const open = [...changed].some((form) => form.isConnected);
    if (open && !leaving) event.preventDefault();
  });
  // Coming back by the browser's own button finds the form as it was left.
  addEventListener("pageshow", (event) => {
    leaving = false;
    if (event.persisted) idle(document);
  });
}
