import { fresh } from "./fresh.js";
import { icon, make, text } from "./text.js";

const LONG = 8000;

/** What was just done is said, and goes again: by itself unless one is on it, or by its button. */
export function toasts(part) {
  for (const toast of fresh(part, ".toast", toasts)) {
    const close = make("button", { type: "button", className: "button button-quiet button-small" }, icon("cross"));
    close.setAttribute("aria-label", text("close", "Close", { at: toast }));
    close.addEventListener("click", () => toast.remove());
    toast.append(close);
    let timer = 0;
    const wait = () => { clearTimeout(timer); timer = setTimeout(() => toast.remove(), LONG); };
    const stay = () => clearTimeout(timer);
    for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, stay);
    for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, wait);
    wait();
    // Loading the page again does not say it again.
    const url = new URL(location.href);
    if (!url.searchParams.has("done")) continue;
    url.searchParams.delete("done");
    history.replaceState(history.state, "", url);
  }
}
