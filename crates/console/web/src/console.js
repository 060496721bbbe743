// What makes pages more pleasant; each of them works without.
import htmx from "htmx.org";
import { combos } from "./combo.js";
import { copies } from "./copy.js";
import { guards } from "./guard.js";
import { jsons } from "./json.js";
import { keys } from "./keys.js";
import { lives } from "./live.js";
import { palette } from "./palette.js";
import { passkeys } from "./passkey.js";
import { rows } from "./rows.js";
import { theme } from "./theme.js";
import { times } from "./time.js";

Object.assign(htmx.config, { allowEval: false, includeIndicatorStyles: false, selfRequestsOnly: true });

/** Makes what is new on the page work. @param {ParentNode} part */
function enliven(part) {
  for (const make of [copies, times, combos, jsons, rows, guards, passkeys, lives]) make(part);
}

document.documentElement.classList.add("js");
theme();
keys();
palette();
enliven(document);
document.addEventListener("htmx:afterSwap", () => enliven(document));
