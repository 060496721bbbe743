// Buttons that wait for an answer.

/** @param {HTMLFormElement} form @param {HTMLElement | null} [pressed] */
export function busy(form, pressed) {
  const button = pressed ?? form.querySelector("button[type=submit], button:not([type])");
  button?.setAttribute("aria-busy", "true");
}

/** @param {ParentNode} part */
export function idle(part) {
  for (const button of part.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
}
