/** Single keys as shortcuts: never while somebody types, never with a modifier, and only if wanted. */

import { usualKey } from './keymap.js';
import { recall } from './memory.js';

const TYPING = 'input:not([type=range]):not([type=checkbox]):not([type=radio]):not([type=button]),'
  + 'textarea, select, [contenteditable=""], [contenteditable=true], [role=combobox], [role=textbox]';
const STEPS = new Map([['ArrowDown', 1], ['ArrowRight', 1], ['ArrowUp', -1], ['ArrowLeft', -1]]);

/** @param {EventTarget | null} target */
export function isTyping(target) {
  return target instanceof Element && target.closest(TYPING) !== null;
}

/** Whether the person wants single keys; they can be switched off (WCAG 2.1.4). */
export function keysAreOn() {
  return recall('keys', 'on') === 'on';
}

/**
 * Whether this asks to take something back, outside of what somebody types.
 * @param {KeyboardEvent} event
 */
export function isUndo(event) {
  const withControl = (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
  return withControl && event.key.toLowerCase() === 'z' && !isTyping(event.target);
}

/**
 * The usual key of a shortcut, whichever key the person gave it, or null if this press must not be
 * one. Shift counts as part of the key.
 * @param {KeyboardEvent} event
 */
export function shortcut(event) {
  if (event.defaultPrevented || event.isComposing) return null;
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (isTyping(event.target) || !keysAreOn()) return null;
  return event.key.length === 1 ? usualKey(event.key.toLowerCase()) : event.key;
}

/**
 * Where an arrow key, Home or End leads from place `at` of `count`, round and round; else null.
 * @param {KeyboardEvent} event
 * @param {number} at
 * @param {number} count
 * @returns {number | null}
 */
export function movedTo(event, at, count) {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  const step = STEPS.get(event.key);
  if (step !== undefined) return (at + step + count) % count;
  if (event.key === 'Home') return 0;
  return event.key === 'End' ? count - 1 : null;
}
