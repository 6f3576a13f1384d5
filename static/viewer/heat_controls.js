/** How strong the heat map is painted, and what its colours mean. */

import { el } from '../kit/dom.js';
import { recall, remember } from '../kit/memory.js';

/** @import { Evidence } from './values.js' */

export class HeatControls {
  /** @param {{ onOpacity: (share: number) => void }} heard */
  constructor({ onOpacity }) {
    this.slider = el('input', {
      type: 'range', min: 0, max: 100, value: recall('heat', 65), class: 'sl-range',
      on: {
        input: () => {
          remember('heat', Number(this.slider.value));
          onOpacity(this.opacity);
        },
      },
    });
    this.scale = el('div', { class: 'sl-scale', 'aria-hidden': 'true' },
      el('span', { text: 'against' }), el('span', { class: 'sl-scale-bar' }), el('span', { text: 'for' }));
    this.root = el('div', { class: 'sl-heat-controls' },
      el('label', { class: 'sl-heat-label' }, el('span', { text: 'Heat map' }), this.slider), this.scale);
  }

  get opacity() {
    return Number(this.slider.value) / 100;
  }

  /**
   * `everything` says for what the scale is the same. Without evidence there is nothing to set.
   * @param {Evidence | null} evidence
   * @param {string} everything
   */
  show(evidence, everything) {
    this.root.hidden = !evidence;
    if (!evidence) return;
    this.scale.title = `The same colour always means equally strong evidence, for ${everything}. `
      + `Full colour: ${evidence.scale.toFixed(1)} (logits)`;
  }
}
