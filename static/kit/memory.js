/**
 * Small things kept in this browser. A private window may refuse: then they are kept until reload.
 */

const PREFIX = 'secondlook:';
const unkept = new Map();

/** @param {string} name @param {unknown} value */
export function remember(name, value) {
  unkept.set(name, value);
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Full or forbidden: `unkept` has it.
  }
}

/** @param {string} name @param {any} [otherwise] @returns {any} */
export function recall(name, otherwise = null) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    if (text !== null) return JSON.parse(text);
  } catch {
    // Forbidden, or written by somebody else.
  }
  return unkept.has(name) ? unkept.get(name) : otherwise;
}

/** @param {string} name */
export function forget(name) {
  unkept.delete(name);
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // Nothing to forget.
  }
}
