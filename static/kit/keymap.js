/** Which key does what: every single key has a usual meaning, and a person may move it to another key. */

import { forget, recall, remember } from './memory.js';

const NAME = 'keymap';
const FIXED = new Map([
  ['Enter', 'Enter saves'], ['Escape', 'Esc drops the choice'], [' ', 'Space plays the video'],
  ['Tab', 'Tab moves on'], ['ArrowLeft', 'the arrows move the video'], ['ArrowRight', 'the arrows move the video'],
  ['ArrowUp', 'the arrows choose'], ['ArrowDown', 'the arrows choose'],
]);

/** @typedef {{ key: string, words: string }} Action `key` is the usual one, in lower case */

/** @returns {Record<string, string>} usual key -> chosen key, for those that were moved */
function moved() {
  const kept = recall(NAME, {});
  if (!kept || typeof kept !== 'object') return {};
  return Object.fromEntries(Object.entries(kept).filter((pair) => pair.every((key) => typeof key === 'string' && key.length === 1)));
}

/**
 * The key that does what `usual` does at first.
 * @param {string} usual
 */
export function chosenKey(usual) {
  return moved()[usual.toLowerCase()] ?? usual.toLowerCase();
}

/**
 * The same as it stands on buttons and in lists.
 * @param {string} usual
 */
export function keyCap(usual) {
  return usual.length === 1 ? chosenKey(usual).toUpperCase() : usual;
}

/**
 * The usual key of what `pressed` does now; null if it does nothing any more.
 * @param {string} pressed
 */
export function usualKey(pressed) {
  const now = moved();
  const found = Object.entries(now).find(([, chosen]) => chosen === pressed);
  if (found) return found[0];
  return pressed in now ? null : pressed;
}

/**
 * Moves an action to another key; '' if it is done, else a sentence that says why not.
 * @param {string} usual
 * @param {string} pressed
 * @param {Action[]} actions all that have a key
 */
export function moveKey(usual, pressed, actions) {
  const fixed = FIXED.get(pressed);
  if (fixed) return `This key cannot be used: ${fixed}.`;
  if (pressed.length !== 1) return 'Press a letter, a digit or a sign.';
  const key = pressed.toLowerCase();
  const other = actions.find((action) => action.key !== usual && chosenKey(action.key) === key);
  if (other) return `${key.toUpperCase()} is taken: ${other.words}. Choose another key, or change that one first.`;
  const now = moved();
  delete now[usual];
  remember(NAME, key === usual ? now : { ...now, [usual]: key });
  return '';
}

/** Every key does again what it does at first. */
export function resetKeys() {
  forget(NAME);
}

/** Whether any key was moved. */
export function hasMovedKeys() {
  return Object.keys(moved()).length > 0;
}
