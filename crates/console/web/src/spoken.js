/**
 * A request as a command for a shell, or as a script. Both authenticate with a token: cookies are not for copying.
 * @param {"curl" | "fetch"} how @param {string} endpoint @param {{ query: string, variables: string }} request
 */
export function spoken(how, endpoint, { query, variables }) {
  const url = new URL(endpoint, location.href).href;
  const body = { query, ...given(variables) };
  if (how === "curl") {
    const quoted = JSON.stringify(body).replaceAll("'", "'\\''");
    return `curl '${url}' \\\n  -H "Authorization: Bearer $ATOLL_TOKEN" \\\n  -H 'Content-Type: application/json' \\\n  -d '${quoted}'`;
  }
  const indented = JSON.stringify(body, null, 2).replaceAll("\n", "\n  ");
  return `const response = await fetch(${JSON.stringify(url)}, {
  method: "POST",
  headers: { Authorization: \`Bearer \${token}\`, "Content-Type": "application/json" },
  body: JSON.stringify(${indented}),
});
const { data, errors } = await response.json();`;
}

/** The variables, if they can be read. @param {string} variables */
function given(variables) {
  try { return variables.trim() ? { variables: JSON.parse(variables) } : {}; } catch { return {}; }
}
