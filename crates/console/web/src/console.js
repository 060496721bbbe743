// What makes pages more pleasant; each of them works without.
import htmx from "htmx.org";
import { copies } from "./copy.js";
import { guard, guards } from "./guard.js";
import { jsons } from "./json.js";
import { keys } from "./keys.js";
import { lives } from "./live.js";
import { menus } from "./menus.js";
import { palette } from "./palette.js";
import { passkeys } from "./passkey.js";
import { picks } from "./pick.js";
import { repeats } from "./repeat.js";
import { rows } from "./rows.js";
import { saves } from "./saved.js";
import { followOthers, theme } from "./theme.js";
import { keepTimes, times } from "./time.js";
import { toasts } from "./toast.js";

// Nothing is evaluated and no style is put into pages: their policy forbids it.
Object.assign(htmx.config, { allowEval: false, allowScriptTags: false, includeIndicatorStyles: false, selfRequestsOnly: true });

/** Makes what is new on the page work. @param {ParentNode} part */
function enliven(part) {
  for (const make of [theme, copies, times, picks, jsons, repeats, rows, saves, guards, passkeys, lives, toasts]) make(part);
}

document.documentElement.classList.add("js");
followOthers();
menus();
keys();
palette();
guard();
keepTimes();
enliven(document);
for (const grown of ["htmx:afterSettle", "atoll:grown"]) {
  document.addEventListener(grown, (event) => enliven(event.target instanceof Element ? event.target : document));
}
