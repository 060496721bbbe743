/** @type {WeakMap<Function, WeakSet<Element>>} */
const known = new WeakMap();

/**
 * The elements in `part` that `make` has not seen yet: pages are enlivened again after each swap.
 * @param {ParentNode} part @param {string} selector @param {Function} make @returns {HTMLElement[]}
 */
export function fresh(part, selector, make) {
  const seen = known.get(make) ?? new WeakSet();
  known.set(make, seen);
  const found = [...part.querySelectorAll(selector)];
  if (part instanceof Element && part.matches(selector)) found.unshift(part);
  return found.filter((one) => !seen.has(one) && seen.add(one));
}
