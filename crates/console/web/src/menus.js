/** Menus close when one leaves them: by a click elsewhere, by Escape, by going on with Tab. */
export function menus() {
  const opened = () => [...document.querySelectorAll("details.menu[open]")];
  document.addEventListener("click", (event) => {
    for (const menu of opened()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("focusin", (event) => {
    for (const menu of opened()) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.target.closest?.("details.menu[open]");
    if (!menu) return;
    const items = [...menu.querySelectorAll("li a, li button:not([hidden])")];
    const at = items.indexOf(document.activeElement);
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (event.key === "ArrowDown" && items.length) {
      items[(at + 1) % items.length].focus();
    } else if (event.key === "ArrowUp" && items.length) {
      items[at < 1 ? items.length - 1 : at - 1].focus();
    } else return;
    event.preventDefault();
  });
}
