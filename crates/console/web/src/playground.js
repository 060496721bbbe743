import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import "graphiql/graphiql.css";
import React from "react";
import { createRoot } from "react-dom/client";

const place = document.getElementById("playground");

/** The request as a command or as a script. */
function told(how, query, variables) {
  const url = new URL(place.dataset.endpoint, location.href).href;
  const body = JSON.stringify({ query, variables: variables ? JSON.parse(variables) : undefined });
  return how === "curl"
    ? `curl ${url} -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '${body.replaceAll("'", "'\\''")}'`
    : `const answer = await fetch(${JSON.stringify(url)}, {\n  method: "POST",\n  headers: { Authorization: \`Bearer \${token}\`, "Content-Type": "application/json" },\n  body: ${JSON.stringify(body)},\n});`;
}

const now = { query: "", variables: "" };
for (const button of document.querySelectorAll("[data-copy-as]")) {
  button.hidden = false;
  button.addEventListener("click", () => navigator.clipboard.writeText(told(button.dataset.copyAs, now.query, now.variables)));
}

const starters = JSON.parse(place.dataset.starters ?? "[]");
createRoot(place).render(
  React.createElement(GraphiQL, {
    fetcher: createGraphiQLFetcher({ url: place.dataset.endpoint }),
    defaultTabs: starters.slice(0, 12).map(({ query, variables }) => ({ query, variables })),
    forcedTheme: document.documentElement.dataset.theme,
    onEditQuery: (query) => { now.query = query; },
    onEditVariables: (variables) => { now.variables = variables; },
  }),
);
