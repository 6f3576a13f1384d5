/** Bringing labels in: first what a file would change, then the button that changes it. */

import { el } from '../kit/dom.js';
import { rootOf } from '../kit/gradio.js';
import { recall, remember } from '../kit/memory.js';
import { loggedIn } from '../kit/person.js';
import { storable } from './choices.js';

/** @import { Gradio } from '../kit/gradio.js' */
/** @import { Report } from './choices.js' */

const UNREACHABLE = 'The server did not answer. Try again.';

class Import {
  /** @type {File | null} */
  file = null;
  /** @type {Report | null} */
  report = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.input = el('input', { type: 'file', class: 'sl-area-input', 'aria-label': 'Choose a file of labels', on: { change: () => this.chosen() } });
    this.error = el('p', { class: 'sl-error', role: 'alert', hidden: true });
    this.said = el('div', { class: 'sl-import-report', role: 'status' });
    this.newLabels = this.box('Add the new names to the list of labels');
    this.conflicts = this.box('Also add labels that differ from what is here');
    this.name = el('input', {
      type: 'text', class: 'sl-input', maxlength: 80, autocomplete: 'name', value: loggedIn || recall('name', ''),
      on: { input: () => remember('name', this.name.value) },
    });
    this.button = el('button', { type: 'button', class: 'sl-button sl-button-main', on: { click: () => this.store() } });
    this.choices = el('div', { class: 'sl-import-choices', hidden: true }, this.newLabels.row, this.conflicts.row,
      el('label', { hidden: loggedIn !== '' }, el('span', { text: 'Your name (optional)' }), this.name), this.button);
    root.replaceChildren(
      el('h2', { class: 'sl-exchange-title', text: 'Import' }),
      el('p', { text: 'You see what would change before anything is stored.' }),
      el('label', { class: 'sl-area' }, this.input, el('strong', { text: 'Choose a file of labels' }),
        el('span', { text: 'CSV, JSON lines, Kinetics, MMAction2, Label Studio, Datumaro, VIA, or the ZIP of an export' })),
      this.error, this.said, this.choices);
  }

  /** @param {string} words */
  box(words) {
    const input = el('input', { type: 'checkbox', on: { change: () => this.count() } });
    return { input, row: el('label', { class: 'sl-check' }, input, el('span', { text: words })) };
  }

  async chosen() {
    this.file = this.input.files?.[0] ?? null;
    this.input.value = ''; // so that the same file can be chosen again
    for (const { input } of [this.newLabels, this.conflicts]) input.checked = false;
    this.show(await this.send({ dry_run: 'true' }), `${this.file?.name}: nothing is stored yet.`);
  }

  async store() {
    const report = await this.send({
      new_labels: String(this.newLabels.input.checked), conflicts: String(this.conflicts.input.checked), by: this.name.value,
    });
    if (report) this.show({ ...report, new: 0, unknown: {}, conflicts: 0, sections: [] }, `${report.stored} labels added. Nothing was overwritten.`);
  }

  /** @param {Record<string, string>} asked @returns {Promise<Report | null>} */
  async send(asked) {
    if (!this.file) return null;
    this.button.disabled = true;
    this.complain('');
    try {
      const answer = await fetch(`/labels?${new URLSearchParams(asked)}`, { method: 'POST', body: this.file });
      if (answer.ok) return await answer.json();
      this.complain(await answer.text());
    } catch {
      this.complain(UNREACHABLE);
    } finally {
      this.button.disabled = false;
    }
    return null;
  }

  /** @param {Report | null} report @param {string} sentence */
  show(report, sentence) {
    this.report = report;
    if (!report) {
      this.said.replaceChildren();
      this.choices.hidden = true;
      return;
    }
    this.said.replaceChildren(el('p', {}, el('strong', { text: sentence })), ...report.sections.map(section));
    this.newLabels.row.hidden = !Object.keys(report.unknown).length;
    this.conflicts.row.hidden = !report.conflicts;
    this.choices.hidden = !(report.new || report.conflicts || Object.keys(report.unknown).length);
    this.count();
  }

  count() {
    if (!this.report) return;
    const number = storable(this.report, this.newLabels.input.checked, this.conflicts.input.checked);
    this.button.textContent = `Import ${number} ${number === 1 ? 'label' : 'labels'}`;
    this.button.disabled = number === 0;
  }

  /** @param {string} sentence */
  complain(sentence) {
    this.error.textContent = sentence;
    this.error.hidden = !sentence;
  }
}

/** @param {Report['sections'][number]} one */
function section({ sentence, items }) {
  const list = items.map((item) => el('li', { text: item }));
  return list.length ? el('details', { class: 'sl-details', open: items.length < 6 }, el('summary', { text: sentence }), el('ul', {}, ...list))
    : el('p', { text: sentence });
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  new Import(rootOf(gradio));
}
