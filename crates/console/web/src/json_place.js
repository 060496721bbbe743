const SPACE = /[ \t\r\n]*/y;
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/** Reads as far as the text is JSON. Browsers say in different words, or not at all, where it ends to be. */
class Reader {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  /** @param {RegExp} what */
  take(what) {
    what.lastIndex = this.at;
    const found = what.exec(this.text);
    if (found) this.at += found[0].length;
    return Boolean(found);
  }

  /** @param {string} letter */
  letter(letter) {
    this.take(SPACE);
    if (this.text[this.at] !== letter) return false;
    this.at++;
    return true;
  }

  /** Several of something between brackets. */
  all(one, end) {
    if (this.letter(end)) return true;
    do { if (!one()) return false; } while (this.letter(","));
    return this.letter(end);
  }

  pair() {
    this.take(SPACE);
    return this.take(TEXT) && this.letter(":") && this.value();
  }

  /** @returns {boolean} whether a whole value was read */
  value() {
    if (this.letter("{")) return this.all(() => this.pair(), "}");
    if (this.letter("[")) return this.all(() => this.value(), "]");
    return this.take(TEXT) || this.take(NUMBER) || this.take(WORD);
  }
}

/**
 * Where a text stops being JSON; nothing when it is.
 * @param {string} text @returns {{ line: number, column: number } | null}
 */
export function place(text) {
  try {
    JSON.parse(text);
    return null;
  } catch { /* then where? */ }
  const reader = new Reader(text);
  try { reader.value(); } catch { /* nested too deeply: as far as it came */ }
  const before = text.slice(0, reader.at).split("\n");
  return { line: before.length, column: before.at(-1).length + 1 };
}
