// What a browser keeps for its reader. Some keep nothing (private windows, policies): then there is simply nothing.
const PREFIX = "atoll:";

/** @param {string} name @returns {string | null} */
export function kept(name) {
  try { return localStorage.getItem(PREFIX + name); } catch { return null; }
}

/** @param {string} name @param {string} value */
export function keep(name, value) {
  try { localStorage.setItem(PREFIX + name, value); } catch { /* full, or forbidden */ }
}

/** @param {string} name */
export function forget(name) {
  try { localStorage.removeItem(PREFIX + name); } catch { /* forbidden */ }
}
