/** What there is to learn from: a table of labels, then what is missing. */

import { el } from '../kit/dom.js';
import { follow, plain, rootOf } from '../kit/gradio.js';

/** @import { Gradio } from '../kit/gradio.js' */

/**
 * @typedef {{ label: string, learn: number, check: number, new: boolean, taken: boolean }} Count
 * @typedef {{ counts: Count[], problems: string[], notes: string[] }} Readiness
 */

/** @param {HTMLElement} root @param {Readiness | null} raw */
function drawReadiness(root, raw) {
  const value = plain(raw);
  if (!value) {
    root.replaceChildren();
    return;
  }
  /** @param {string} kind @param {string} sentence */
  const said = (kind, sentence) => el('p', { class: kind, text: sentence });
  root.replaceChildren(
    ...value.problems.map((sentence) => said('sl-banner', sentence)),
    value.counts.length ? readinessTable(value.counts) : el('p', { class: 'sl-empty', text: 'No label yet.' }),
    ...value.notes.map((sentence) => said('sl-teach-note', sentence)),
  );
}

/** @param {Count[]} counts */
function readinessTable(counts) {
  const titles = ['Label', 'To learn from', 'Kept for checking', 'State'];
  return el('table', { class: 'sl-teach-table' },
    el('caption', { class: 'sl-hidden', text: 'Labelled videos. Those kept for checking are never learned from.' }),
    el('thead', {}, el('tr', {}, ...titles.map((title) => el('th', { scope: 'col', text: title })))),
    el('tbody', {}, ...counts.map((count) => el('tr', {},
      el('th', { scope: 'row', text: count.label }),
      el('td', { text: count.learn }),
      el('td', { text: count.check }),
      el('td', { text: readinessState(count) })))));
}

/** @param {Count} count */
function readinessState({ taken, new: isNew }) {
  if (!taken) return 'needs more videos';
  return isNew ? 'will be learned as a new class' : 'will be learned better';
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  const root = rootOf(gradio);
  follow(gradio, (value) => drawReadiness(root, value));
}
