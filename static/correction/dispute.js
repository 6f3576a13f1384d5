/** Who says what, where people disagree, and the offer to decide. */

import { el } from '../kit/dom.js';

/** @import { Claim } from './decision.js' */

export class Dispute {
  /**
   * `onChoose(label)` takes one of the answers given; `onChange()` after the box was ticked.
   * @param {{ onChoose: (label: string) => void, onChange: () => void }} heard
   */
  constructor({ onChoose, onChange }) {
    this.onChoose = onChoose;
    this.list = el('ul', { class: 'sl-claims' });
    this.box = el('input', { type: 'checkbox', on: { change: onChange } });
    this.root = el('section', { class: 'sl-banner sl-dispute', 'aria-label': 'People disagree', hidden: true },
      el('h3', { text: 'People disagree about this video' }),
      this.list,
      el('label', { class: 'sl-check' }, this.box, el('span', { text: 'My answer decides for everybody' })));
  }

  /** @param {Claim[]} claims */
  draw(claims) {
    this.root.hidden = !claims.length;
    this.box.checked = false;
    this.list.replaceChildren(...claims.map((claim) => this.line(claim)));
  }

  /** @param {Claim} claim */
  line({ who, said, label }) {
    /** @param {string} chosen */
    const decide = (chosen) => {
      this.box.checked = true;
      this.onChoose(chosen);
    };
    return el('li', {}, el('span', {}, el('strong', { text: who }), ` says: ${said}`),
      label === null ? null : el('button', {
        type: 'button', class: 'sl-button sl-button-small', text: `Decide for ${label}`, on: { click: () => decide(label) },
      }));
  }

  /** Whether what is saved now shall count for the video, whoever said something else. */
  get decides() {
    return !this.root.hidden && this.box.checked;
  }
}
