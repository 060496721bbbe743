// The server of development: `npm run dev`. Answers what the real server would be asked, and sends the policy of real pages.
import { readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import { build } from "vite";

const PORT = Number(process.env.PORT ?? 5173);

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const STYLE = new URL("../style/", import.meta.url);
const NAMES = ["Ada Lovelace", "Grace Hopper", "Barbara Liskov", "Katherine Johnson", "Radia Perlman", "billing-api", "edge-gateway-07", "ci-runner"];
const PLACES = [["Home", "/", "home"], ["Tenants", "/tenants", "tenant"], ["Entities", "/entities", "person"], ["Roles", "/roles", "role"], ["Policies", "/policies", "policy"], ["Events", "/events", "audit"]];

const people = NAMES.map((name, nth) => ({ id: `0192f0c1-0000-7000-8000-00000000000${nth}`, name, hint: nth < 5 ? "human" : "service" }));
const found = (url) => (one) => JSON.stringify(one).toLowerCase().includes((url.searchParams.get("q") ?? "").toLowerCase());

function sheets() {
  return readdirSync(STYLE).filter((name) => name.endsWith(".css")).sort().map((name) => readFileSync(new URL(name, STYLE), "utf8")).join("\n");
}

function live(response) {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  let nth = 0;
  const tell = () => {
    const at = new Date().toISOString();
    response.write(`data: <li><span class="badge badge-ok">allow</span><span><strong>${NAMES[nth++ % NAMES.length]}</strong> read <code>channel/temperature</code></span><time datetime="${at}">${at}</time></li>\n\n`);
  };
  tell();
  const timer = setInterval(tell, 1500);
  response.on("close", () => clearInterval(timer));
}

function answer(request, response) {
  const url = new URL(request.url, "http://localhost");
  const json = (value) => { response.setHeader("content-type", "application/json"); response.end(JSON.stringify(value)); };
  const file = (kind, text) => { response.setHeader("content-type", kind); response.end(text); };
  const beside = (name) => readFileSync(new URL(name, import.meta.url));
  const [, name, kind] = /^\/(?:assets\/)?(\w+)\.(js|css|svg|html)$/.exec(url.pathname) ?? [];
  if (url.pathname.startsWith("/pick/")) return json(people.filter(found(url)));
  if (url.pathname === "/palette") {
    const places = PLACES.map(([title, href, icon]) => ({ title, href, icon, hint: "", group: "Pages" }));
    const things = people.map(({ id, name, hint }) => ({ title: name, href: `/entities/${id}`, icon: "person", hint, group: "Entities" }));
    return json([...places, ...things].filter(found(url)));
  }
  if (url.pathname === "/live") return live(response);
  if (url.pathname === "/assets/console.css") return file("text/css", sheets());
  if (kind === "svg") return file("image/svg+xml", readFileSync(new URL(`${name}.svg`, STYLE)));
  if (kind === "js") return file("text/javascript", beside(`dist/${name}.js`));
  if (kind === "css") return file("text/css", beside(`dist/${name}.css`));
  if (kind === "html" || url.pathname === "/") {
    response.setHeader("content-security-policy", POLICY);
    return file("text/html; charset=utf-8", beside(`${name ?? "styleguide"}.html`));
  }
  response.statusCode = 404;
  return response.end();
}

for (const mode of ["early", "production", "playground"]) await build({ mode, logLevel: "warn", build: { watch: {} } });
createServer((request, response) => {
  try { answer(request, response); } catch (wrong) { response.statusCode = 404; response.end(String(wrong)); }
}).listen(PORT, "127.0.0.1", () => console.log(`http://localhost:${PORT}/styleguide.html`));
