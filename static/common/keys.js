/** Single keys as shortcuts: never while somebody types, never with a modifier, and only if wanted. */

const TYPING = 'input:not([type=range]):not([type=checkbox]):not([type=radio]):not([type=button]),'
  + 'textarea, select, [contenteditable=""], [contenteditable=true], [role=combobox], [role=textbox]';

function isTyping(target) {
  return target instanceof Element && target.closest(TYPING) !== null;
}

/** Whether the person wants single keys; they can be switched off (WCAG 2.1.4). */
function keysAreOn() {
  return recall('keys', 'on') === 'on';
}

/** The key of a shortcut, or null if this press must not be one. Shift counts as part of the key. */
function shortcut(event) {
  if (event.defaultPrevented || event.isComposing) return null;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (isTyping(event.target) || !keysAreOn()) return null;
  return event.key.length === 1 ? event.key.toLowerCase() : event.key;
}

/** Where an arrow key, Home or End leads from place `at` of `count`, round and round; else null. */
function movedTo(event, at, count) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const moves = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  if (event.key in moves) return (at + moves[event.key] + count) % count;
  return { Home: 0, End: count - 1 }[event.key] ?? null;
}
