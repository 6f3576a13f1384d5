/** What became of a decision, in a sentence, with the way back. */

import { el } from '../kit/dom.js';
import { keyed } from './form.js';

export class Outcome {
  /**
   * `canUndo` says whether there is something to take back.
   * @param {{ canUndo: () => boolean, onUndo: () => void }} heard
   */
  constructor({ canUndo, onUndo }) {
    this.canUndo = canUndo;
    this.status = el('p', { class: 'sl-status', role: 'status', tabindex: -1 });
    this.button = keyed('Ctrl Z', 'Undo', 'sl-button-small', onUndo);
    this.root = el('div', { class: 'sl-outcome' }, this.status, this.button);
  }

  /** @param {string} text @param {string} [kind] */
  say(text, kind = '') {
    this.status.textContent = text;
    this.status.className = `sl-status ${kind}`;
    this.status.hidden = !text;
    this.button.hidden = !(this.canUndo() && kind === 'sl-done');
  }

  /** Not on a button: a second Enter must do nothing. */
  focus() {
    this.status.focus({ preventScroll: true });
  }
}
