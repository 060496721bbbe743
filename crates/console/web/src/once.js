const done = new WeakMap();

/** The elements below `part` that `make` has not seen yet. */
export function fresh(part, selector, make) {
  const seen = done.get(make) ?? new WeakSet();
  done.set(make, seen);
  return [...part.querySelectorAll(selector)].filter((one) => !seen.has(one) && seen.add(one));
}

/** A text of the page, in its language. */
export function text(name, otherwise) {
  return document.documentElement.dataset[name] ?? otherwise;
}
