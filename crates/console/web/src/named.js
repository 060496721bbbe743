// GraphiQL's parts for those who do not see them: names for its editors, and tabs that are a list of buttons, because a tab
// must not hold the button that closes it.

/** Names the editors, which are CodeMirror's, and lets keys scroll them. */
export function nameEditors(editors, names) {
  for (const [which, name] of Object.entries(names)) {
    const editor = editors[which];
    if (!editor) continue;
    editor.setOption("screenReaderLabel", name);
    editor.getScrollerElement().tabIndex = 0;
  }
}

/** Keeps the tabs in the place what they are, whatever is drawn. */
export function tabsAreButtons(place) {
  const tidy = () => {
    for (const list of place.querySelectorAll(".graphiql-tabs[role=tablist]")) list.setAttribute("role", "list");
    for (const tab of place.querySelectorAll(".graphiql-tab:is([role=tab], [aria-selected])")) {
      const button = tab.querySelector(".graphiql-tab-button");
      if (tab.hasAttribute("aria-selected")) button?.setAttribute("aria-current", tab.getAttribute("aria-selected"));
      tab.removeAttribute("aria-selected");
      tab.setAttribute("role", "listitem");
    }
  };
  const changes = { subtree: true, childList: true, attributes: true, attributeFilter: ["role", "aria-selected"] };
  new MutationObserver(tidy).observe(place, changes);
  tidy();
}
