// The page on which one tries the API. Large, so it is a file of its own.
import { useEditorContext } from "@graphiql/react";
import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import "graphiql/graphiql.css";
import { createElement as element } from "react";
import { createRoot } from "react-dom/client";
import { acknowledge, copy } from "./copy.js";
import { nameEditors, tabsAreButtons } from "./named.js";
import "./playground.css";
import { spoken } from "./spoken.js";
import { announce, make, text } from "./text.js";
import { shown } from "./theme.js";

const place = document.getElementById("playground");
/** @type {{ title: string, query: string, variables?: string }[]} */
const starters = JSON.parse(place.dataset.starters || "[]");
const said = (name, english) => text(name, english, { at: place });

/** What is in the editors; GraphiQL gives it only to what is drawn within. */
const editors = { now: null };
function Reach() {
  editors.now = useEditorContext({ nonNull: true });
  nameEditors(editors.now, {
    queryEditor: said("query", "Query"),
    variableEditor: said("variables", "Variables"),
    headerEditor: said("headers", "Headers"),
    responseEditor: said("answer", "Answer"),
  });
  return null;
}

const request = () => ({
  query: editors.now?.queryEditor?.getValue() ?? "",
  variables: editors.now?.variableEditor?.getValue() ?? "",
});

/** Opens a beginning beside what was written. */
function begin({ query, variables = "" }) {
  const fill = () => {
    editors.now.queryEditor.setValue(query);
    editors.now.variableEditor?.setValue(typeof variables === "string" ? variables : JSON.stringify(variables, null, 2));
    editors.now.queryEditor.focus();
  };
  if (!request().query.trim()) return fill();
  editors.now.addTab();
  setTimeout(fill, 50);
}

/** The row above: where to begin, and how to take a request along. */
function bar() {
  const row = make("div", { className: "playground-bar" });
  if (starters.length) {
    const choose = make("select", {}, new Option(said("starters", "Start from…"), ""), ...starters.map((one, nth) => new Option(one.title, String(nth))));
    choose.setAttribute("aria-label", said("starters", "Start from…"));
    choose.addEventListener("change", () => {
      if (choose.value) begin(starters[Number(choose.value)]);
      choose.value = "";
    });
    row.append(choose);
  }
  for (const [how, label] of [["curl", said("as-curl", "Copy as curl")], ["fetch", said("as-fetch", "Copy as fetch")]]) {
    if (document.querySelector(`[data-copy-as="${how}"]`)) continue;
    const button = make("button", { type: "button", className: "button button-small", textContent: label });
    button.dataset.copyAs = how;
    row.append(button);
  }
  place.before(row);
  for (const button of document.querySelectorAll("[data-copy-as]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await copy(spoken(button.dataset.copyAs, place.dataset.endpoint, request()));
        acknowledge(button, text("copied", "Copied"));
      } catch {
        announce(text("not-copied", "It could not be copied"));
      }
    });
  }
}

const root = createRoot(place);
tabsAreButtons(place);
const fetcher = createGraphiQLFetcher({ url: place.dataset.endpoint, enableIncrementalDelivery: false });
const first = starters.slice(0, 1).map(({ query, variables }) => ({
  query,
  variables: variables && typeof variables !== "string" ? JSON.stringify(variables, null, 2) : variables,
}));

function draw() {
  root.render(
    element(
      GraphiQL,
      { fetcher, defaultTabs: first.length ? first : undefined, defaultQuery: "", forcedTheme: shown() },
      element(GraphiQL.Logo, null, " "),
      element(GraphiQL.Toolbar, null, ({ prettify, merge, copy: take }) => [
        element(Reach, { key: "reach" }),
        ...[prettify, merge, take].map((button, nth) => element("span", { key: nth }, button)),
      ]),
    ),
  );
}

bar();
draw();
document.documentElement.addEventListener("atoll:theme", draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
