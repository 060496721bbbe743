import { fresh } from "./fresh.js";
import { text } from "./text.js";

/**
 * Groups of rows that grow and shrink: `[data-repeat]` holds `[data-repeat-rows]` with `[data-repeat-row]`s, a `<template>` of a row,
 * and a button `[data-repeat-add]`; each row has a `[data-repeat-remove]`. `{n}` in names and ids of the template counts.
 */
export function repeats(part) {
  for (const group of fresh(part, "[data-repeat]", repeats)) {
    const template = group.querySelector("template");
    const add = group.querySelector("[data-repeat-add]");
    const place = group.querySelector("[data-repeat-rows]") ?? group;
    if (!template || !add) continue;
    const rows = () => [...place.querySelectorAll("[data-repeat-row]")];
    const [least, most] = [Number(group.dataset.repeatMin ?? 0), Number(group.dataset.repeatMax) || Infinity];
    let next = rows().length;
    const show = () => {
      const many = rows().length;
      add.hidden = false;
      add.disabled = many >= most;
      for (const button of group.querySelectorAll("[data-repeat-remove]")) {
        button.hidden = many <= least;
        button.setAttribute("aria-label", button.getAttribute("aria-label") ?? (button.textContent.trim() || text("remove", "Remove", { at: group })));
      }
    };
    add.addEventListener("click", () => {
      const copy = document.createElement("template");
      copy.innerHTML = template.innerHTML.replaceAll("{n}", String(next++));
      const row = copy.content.firstElementChild;
      if (template.parentNode === place) template.before(row);
      else place.append(row);
      show();
      row.dispatchEvent(new CustomEvent("atoll:grown", { bubbles: true }));
      row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    });
    group.addEventListener("click", (event) => {
      const row = event.target.closest?.("[data-repeat-remove]")?.closest("[data-repeat-row]");
      if (!row) return;
      const beside = row.nextElementSibling?.matches("[data-repeat-row]") ? row.nextElementSibling : row.previousElementSibling;
      row.remove();
      show();
      group.dispatchEvent(new Event("input", { bubbles: true }));
      (beside?.querySelector?.("[data-repeat-remove]:not([hidden])") ?? add).focus();
    });
    show();
  }
}
