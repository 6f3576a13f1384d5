/** The names beside the strips: a radio group that says whose evidence is shown. */

import { el } from '../kit/dom.js';
import { movedTo } from '../kit/keys.js';

/** @import { Answer } from './values.js' */

export class ClassNames {
  /** @type {HTMLButtonElement[]} */
  buttons = [];

  /** @param {{ onChoose: (c: number) => void }} heard */
  constructor({ onChoose }) {
    this.onChoose = onChoose;
  }

  /** @param {Answer[]} classes @param {number} chosen */
  draw(classes, chosen) {
    const had = this.buttons.indexOf(/** @type {any} */ (document.activeElement));
    this.buttons = classes.map(({ label }, c) => el('button', {
      type: 'button', role: 'radio', class: 'sl-row-name sl-class-choice', title: label,
      'aria-checked': String(c === chosen), tabindex: c === chosen ? 0 : -1,
      on: { click: () => this.onChoose(c), keydown: (event) => this.key(event, c) },
    }, el('span', { class: 'sl-swatch', 'aria-hidden': 'true' }), el('span', { class: 'sl-class-label', text: label })));
    this.focusLater = had >= 0;
    return this.buttons;
  }

  /** Once the buttons are part of the page, the chosen one has the focus that its predecessor had. */
  drawn() {
    if (this.focusLater) this.buttons.find((button) => button.tabIndex === 0)?.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event @param {number} c */
  key(event, c) {
    const next = movedTo(event, c, this.buttons.length);
    if (next === null) return;
    event.preventDefault();
    this.onChoose(next);
  }
}
