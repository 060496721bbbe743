import { kept, keep } from "./memory.js";
import { Options, asking } from "./options.js";
import { make, text } from "./text.js";

const MOST_RECENT = 6;

function recent() {
  try {
    const all = JSON.parse(kept("recent") ?? "[]");
    const sound = (one) => typeof one?.title === "string" && typeof one?.href === "string" && one.href.startsWith("/");
    return Array.isArray(all) ? all.filter(sound).slice(0, MOST_RECENT) : [];
  } catch { return []; }
}

function remember({ title, hint, href, icon }) {
  const others = recent().filter((one) => one.href !== href);
  keep("recent", JSON.stringify([{ title, hint, href, icon }, ...others].slice(0, MOST_RECENT)));
}

/** The box that finds pages, things and actions: Ctrl-K, ⌘K, or the button in the top bar. */
export function palette() {
  const dialog = document.querySelector("dialog.palette");
  const openers = document.querySelectorAll(".top-search, [data-palette]");
  if (!dialog) return;
  const title = dialog.getAttribute("aria-label") ?? text("search", "Search");
  const input = make("input", { type: "search", placeholder: title, enterKeyHint: "go" });
  input.setAttribute("aria-label", title);
  const list = make("ul");
  dialog.replaceChildren(input, list);

  const options = new Options(input, list, (item, event) => {
    remember(item);
    if (event?.ctrlKey || event?.metaKey) open(item.href, "_blank", "noopener");
    else location.assign(item.href);
    dialog.close();
  });
  const ask = asking(dialog.dataset.source ?? "/palette", (found, q) => {
    if (!dialog.open) return;
    const named = (all, group) => all.map((one) => ({ ...one, name: one.title, group: group ?? one.group }));
    const before = q ? [] : named(recent(), text("recent", "Recent", { at: dialog }));
    const seen = new Set(before.map((one) => one.href));
    const rest = named(found ?? []).filter((one) => !seen.has(one.href));
    options.show([...before, ...rest], { empty: text("no-match", "Nothing matches", { at: dialog }) });
  });
  const show = () => {
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.removeAttribute("open");
    input.value = "";
    options.hide();
    dialog.showModal();
    ask("", 0);
  };
  // The first Escape closes, with results or without.
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.preventDefault(); event.stopImmediatePropagation(); dialog.close(); }
  }, true);
  input.addEventListener("input", () => ask(input.value));
  dialog.addEventListener("close", () => ask.stop());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  for (const opener of openers) {
    opener.hidden = false;
    opener.addEventListener("click", show);
    if (/Mac|iP/.test(navigator.platform)) opener.querySelector("kbd")?.replaceChildren("⌘ K");
  }
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.key.toLowerCase() !== "k") return;
    if (event.target.closest?.("[data-endpoint]")) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else if (!document.querySelector("dialog[open]")) show();
  });
}
