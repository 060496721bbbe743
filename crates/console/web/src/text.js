/**
 * A text in the language of the page: `data-text-…` of the element, or of the page, or English.
 * `{n}` in it is replaced.
 * @param {string} name as in `data-text-name` @param {string} english
 * @param {{ at?: HTMLElement | null, n?: string | number }} [more]
 */
export function text(name, english, { at = null, n = "" } = {}) {
  const key = `text-${name}`.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());
  const said = at?.dataset[key] ?? document.documentElement.dataset[key] ?? english;
  return said.replace("{n}", String(n));
}

/** Says something to those who listen instead of looking. @param {string} what */
export function announce(what) {
  let place = document.querySelector("[data-announce]");
  if (!place) {
    place = make("div", { className: "hidden", role: "status" });
    place.setAttribute("data-announce", "");
    document.body.append(place);
  }
  // The same words twice are said twice only if there was nothing between.
  place.textContent = "";
  setTimeout(() => { place.textContent = what; }, 60);
}

/** An element with properties. @param {string} tag @param {object} [properties] @param {...(Node|string)} inside */
export function make(tag, properties = {}, ...inside) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...inside);
  return element;
}

/** One of our pictures. @param {string} name */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  picture.setAttribute("class", "icon");
  picture.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `/assets/icons.svg#${name}`);
  picture.append(use);
  return picture;
}
