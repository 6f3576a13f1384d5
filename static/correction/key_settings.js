/** The list of keys, in which each single one can be changed. */

import { el } from '../kit/dom.js';
import { hasMovedKeys, keyCap, moveKey, resetKeys } from '../kit/keymap.js';

/** @import { Action } from '../kit/keymap.js' */

export class KeySettings {
  /** @type {Action[]} */
  actions = [];
  /** @type {string | null} the usual key of the action that waits for a new one */
  waiting = null;

  constructor() {
    this.list = el('dl', { class: 'sl-keys' });
    this.said = el('p', { class: 'sl-keys-said', role: 'status' });
    this.reset = el('button', {
      type: 'button', class: 'sl-button sl-button-small', text: 'Usual keys', on: { click: () => this.restore() },
    });
    this.root = el('details', { class: 'sl-details sl-change-keys', on: { keydown: (event) => this.pressed(event) } },
      el('summary', { text: 'Change keys' }), this.said, this.list, this.reset);
  }

  /** @param {Action[]} actions */
  draw(actions) {
    this.actions = actions;
    this.list.replaceChildren(...actions.flatMap(({ key, words }) => [
      el('dt', {}, this.button(key, words)), el('dd', { text: words })]));
    this.reset.hidden = !hasMovedKeys();
  }

  /** @param {string} key @param {string} words */
  button(key, words) {
    return el('button', {
      type: 'button', class: 'sl-button sl-button-small', 'data-key': key,
      'aria-label': `Change the key ${keyCap(key)}: ${words}`, on: { click: () => this.wait(key) },
    }, el('span', { class: 'sl-key', text: keyCap(key) }));
  }

  /** @param {string} key */
  wait(key) {
    this.waiting = key;
    this.said.textContent = `Press the new key for: ${this.wordsOf(key)}. Esc leaves it as it is.`;
  }

  /** @param {string} key */
  wordsOf(key) {
    return this.actions.find((action) => action.key === key)?.words ?? '';
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const { waiting } = this;
    if (waiting === null || event.ctrlKey || event.metaKey || event.altKey || event.key === 'Shift' || event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    this.waiting = null;
    if (event.key === 'Escape') {
      this.said.textContent = 'Nothing was changed.';
      return;
    }
    const refusal = moveKey(waiting, event.key, this.actions);
    this.said.textContent = refusal || `${keyCap(waiting)}: ${this.wordsOf(waiting)}. The buttons show it from the next video on.`;
    if (refusal) return;
    this.draw(this.actions);
    /** @type {HTMLElement | null} */ (this.list.querySelector(`[data-key="${CSS.escape(waiting)}"]`))?.focus();
  }

  restore() {
    resetKeys();
    this.said.textContent = 'All keys are as usual.';
    this.draw(this.actions);
  }
}
