/** The same numbers as a table, for reading instead of looking; built when it is opened. */

import { el } from '../kit/dom.js';
import { clock, percent, signed } from '../kit/numbers.js';
import { curveAt } from './values.js';
import { ALL, viewOf } from './views.js';

/** @import { Evidence, ViewerValue } from './values.js' */

const MOST_ROWS = 600;

export class NumbersTable {
  /** @type {ViewerValue | null} */
  value = null;
  /** @type {number | null} */
  chosen = null;
  /** @type {Evidence | null} */
  view = null;
  against = '';

  /** @param {string} [title] */
  constructor(title = 'The numbers as a table') {
    this.place = el('div', { class: 'sl-table-place', tabindex: 0, role: 'region', 'aria-label': 'Numbers over time' });
    this.root = el('details', { class: 'sl-details', on: { toggle: () => this.fill() } },
      el('summary', { text: title }), this.place);
  }

  /**
   * `chosen` is the class whose evidence is listed too, null for none; `view` what of it, as from
   * `viewOf`, and `against` says that in words.
   * @param {ViewerValue} value
   * @param {number | null} chosen
   * @param {Evidence | null} [view]
   * @param {string} [against]
   */
  draw(value, chosen, view = null, against = '') {
    this.value = value;
    this.chosen = chosen;
    this.view = chosen === null ? null : view ?? viewOf(value, chosen, ALL);
    this.against = against;
    this.place.replaceChildren();
    this.fill();
  }

  fill() {
    if (!this.root.open || !this.value || this.place.childElementCount) return;
    const { value } = this;
    const { classes, timeline } = value;
    const evidence = this.view;
    const label = `${classes[this.chosen ?? -1]?.label ?? ''} ${this.against}`.trimEnd();
    const steps = Math.min(timeline.edges.length - 1, MOST_ROWS);
    const rows = Array.from({ length: Math.max(steps, 0) }, (_, i) => this.row(value, i));
    this.place.append(el('table', { class: 'sl-table' },
      el('caption', { text: evidence
        ? `Probability of each class, and evidence for ${label} in the model’s own unit (logits)`
        : 'Probability of each class' }),
      el('thead', {}, el('tr', {},
        el('th', { scope: 'col', text: 'Seconds' }),
        ...classes.map((answer) => el('th', { scope: 'col', text: answer.label })),
        evidence ? el('th', { scope: 'col', text: `Evidence for ${label}` }) : null)),
      el('tbody', {}, ...rows)));
  }

  /** @param {ViewerValue} value @param {number} i */
  row({ classes, timeline }, i) {
    const evidence = this.view;
    const [start, end] = [timeline.edges[i], timeline.edges[i + 1]];
    const value = evidence && curveAt(evidence, 0, (start + end) / 2);
    return el('tr', {},
      el('th', { scope: 'row', text: `${clock(start)}–${clock(end)}` }),
      ...classes.map((_, c) => {
        const probability = timeline.probabilities[c][i];
        return el('td', { text: probability === null ? 'not analysed' : percent(probability) });
      }),
      evidence ? el('td', { text: value === null ? 'not analysed' : signed(value) }) : null);
  }
}
