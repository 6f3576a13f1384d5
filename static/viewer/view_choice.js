/** Which question the curve and the colours answer: one list, for keyboard and finger alike. */

import { el } from '../kit/dom.js';
import { ALL, OTHERS } from './views.js';

/** @import { ViewerValue } from './values.js' */
/** @import { Against } from './views.js' */

export class ViewChoice {
  /** @param {{ onChoose: (against: Against) => void }} heard */
  constructor({ onChoose }) {
    this.select = el('select', {
      class: 'sl-select sl-view-select',
      on: { change: () => onChoose(this.against) },
    });
    this.label = el('span', { class: 'sl-hidden' });
    this.root = el('label', { class: 'sl-view-choice' }, this.label, el('span', { text: 'Compared with', 'aria-hidden': 'true' }), this.select);
  }

  /** @returns {Against} */
  get against() {
    const { value } = this.select;
    return value === ALL || value === OTHERS ? value : Number(value);
  }

  /**
   * Keeps what was chosen where it still makes sense; returns what is chosen then.
   * @param {ViewerValue} value
   * @param {number} chosen
   * @param {Against} against
   * @returns {Against}
   */
  draw({ reasons, classes }, chosen, against) {
    this.root.hidden = !reasons || classes.length < 2;
    if (this.root.hidden) return ALL;
    this.label.textContent = `Evidence for ${classes[chosen].label} compared with`;
    /** @param {string | number} value @param {string} text */
    const option = (value, text) => el('option', { value, text });
    this.select.replaceChildren(
      option(OTHERS, 'all other guesses'),
      ...classes.flatMap((answer, c) => (c === chosen ? [] : [option(c, answer.label)])),
      option(ALL, 'nothing: all of it'));
    const kept = against === chosen || !(against === ALL || against === OTHERS || against < classes.length)
      ? OTHERS : against;
    this.select.value = String(kept);
    return kept;
  }
}
