/** The answer in one line, and one line on what such an answer is worth. */

import { el } from '../kit/dom.js';

/** @import { ViewerValue } from './values.js' */

export class Headline {
  constructor() {
    this.headline = el('h2', { class: 'sl-headline' });
    this.remark = el('p', { class: 'sl-remark' });
    this.root = el('section', { class: 'sl-answer', 'aria-label': 'What the model thinks' }, this.headline, this.remark);
  }

  /** @param {ViewerValue} value */
  draw(value) {
    this.headline.textContent = value.headline;
    this.remark.textContent = value.remark;
    this.remark.hidden = !value.remark;
  }
}
