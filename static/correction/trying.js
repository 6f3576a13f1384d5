/** Says that a decision is not kept yet, and why. */

import { el } from '../kit/dom.js';

export class Trying {
  /** @param {{ onNow: () => void, onGiveUp: () => void }} heard */
  constructor({ onNow, onGiveUp }) {
    this.text = el('span');
    this.root = el('div', { class: 'sl-error sl-trying', role: 'alert', hidden: true },
      this.text,
      el('button', { type: 'button', class: 'sl-button sl-button-small', text: 'Try now', on: { click: onNow } }),
      el('button', { type: 'button', class: 'sl-button sl-button-small', text: 'Give up', on: { click: onGiveUp } }));
  }

  /** @param {boolean} isTrying @param {string} reason */
  show(isTrying, reason) {
    this.root.hidden = !isTrying;
    if (isTrying) this.text.textContent = `Not saved yet – trying again. ${reason}`;
  }
}
