/** The search field with its list: a combobox as ARIA 1.2 describes it. */

import { el } from '../kit/dom.js';
import { percent } from '../kit/numbers.js';
import { isAnswerHidden } from './hiding.js';
import { LabelSearch } from './search.js';

/** @typedef {{ label: string, probability: number, isNew?: boolean }} Option */

let boxes = 0;

export class LabelBox {
  /** @type {Option[]} */
  options = [];
  /** @type {HTMLElement[]} */
  nodes = [];
  active = -1;
  search = new LabelSearch([], []);

  /** @param {{ onChoose: (label: string, isNew: boolean) => void, onType: (text: string) => void }} heard */
  constructor({ onChoose, onType }) {
    this.onChoose = onChoose;
    this.onType = onType;
    boxes += 1;
    this.id = `sl-labels-${boxes}`;
    this.list = el('div', { class: 'sl-options', role: 'listbox', id: this.id, 'aria-label': 'Labels', hidden: true });
    this.count = el('span', { class: 'sl-hidden', role: 'status' });
    this.input = el('input', {
      type: 'text', class: 'sl-input sl-search', role: 'combobox', autocomplete: 'off', spellcheck: 'false',
      maxlength: 100, placeholder: 'Another label: type to search',
      'aria-label': 'Search for another label', 'aria-autocomplete': 'list', 'aria-expanded': 'false',
      'aria-controls': this.id, 'aria-keyshortcuts': '/',
      on: {
        input: () => { this.onType(this.input.value); this.open(); },
        click: () => this.open(),
        keydown: (event) => this.key(event),
        blur: () => this.close(),
      },
    });
    this.root = el('div', { class: 'sl-combobox' }, this.input, this.list, this.count);
  }

  /** @param {string[]} labels @param {(number | null)[]} probabilities */
  offer(labels, probabilities) {
    this.search = new LabelSearch(labels, probabilities);
    this.close();
  }

  /** What is meant is preselected; else a new label stands first, and nothing is taken by itself. */
  open() {
    const text = this.input.value.trim().replace(/\s+/g, ' ');
    const found = this.search.find(text, isAnswerHidden());
    const isNew = text !== '' && this.search.same(text) === null;
    const [meant, near] = [found.filter((entry) => entry.meant), found.filter((entry) => !entry.meant)];
    this.options = [...meant, ...(isNew ? [{ label: text, probability: 0, isNew }] : []), ...near];
    this.nodes = this.options.map((option, i) => this.option(option, i));
    const first = this.nodes.slice(0, this.nodes.length - near.length);
    const rest = this.nodes.slice(first.length);
    this.list.replaceChildren(...first, ...(text && near.length ? [this.nearGroup(rest)] : rest));
    this.list.hidden = !this.options.length;
    this.input.setAttribute('aria-expanded', String(!this.list.hidden));
    this.count.textContent = this.inWords(text, meant.length, near.length);
    this.activate(meant.length ? 0 : -1);
  }

  /** @param {string} text @param {number} meant @param {number} near */
  inWords(text, meant, near) {
    if (meant || !text) return `${meant || near} labels found`;
    const also = near ? `; ${near} are like it` : '';
    return `No label begins with these words${also}. Choose with the arrow keys.`;
  }

  /** @param {Node[]} nodes */
  nearGroup(nodes) {
    return el('div', { role: 'group', 'aria-label': 'Did you mean', class: 'sl-options-near' },
      el('span', { class: 'sl-options-title', 'aria-hidden': 'true', text: 'Did you mean' }), ...nodes);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.count.textContent = '';
    this.activate(-1);
  }

  /** @param {Option} option @param {number} i */
  option({ label, probability, isNew = false }, i) {
    return el('div', {
      role: 'option', id: `${this.id}-${i}`, class: isNew ? 'sl-option sl-option-new' : 'sl-option',
      on: {
        pointerdown: (event) => event.preventDefault(), // keeps the focus where it is
        click: () => this.take(i),
      },
    },
    el('span', { text: isNew ? `Make a new label “${label}”` : label }),
    isNew && i === 0 ? el('span', { class: 'sl-key', 'aria-hidden': 'true', text: '↓' }) : null,
    probability >= 0.01 ? el('span', { class: 'sl-option-percent', text: percent(probability) }) : null);
  }

  /** @param {number} i */
  activate(i) {
    this.active = i;
    this.nodes.forEach((node, at) => node.setAttribute('aria-selected', String(at === i)));
    if (i < 0) this.input.removeAttribute('aria-activedescendant');
    else {
      this.input.setAttribute('aria-activedescendant', `${this.id}-${i}`);
      this.nodes[i].scrollIntoView({ block: 'nearest' });
    }
  }

  /** @param {number} i */
  take(i) {
    const option = this.options[i];
    this.close();
    this.input.value = '';
    this.onType('');
    this.onChoose(option.label, option.isNew === true);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const count = this.options.length;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      if (this.list.hidden) this.open();
      else if (count) this.activate(this.active < 0 && step < 0 ? count - 1 : (this.active + step + count) % count);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (!this.list.hidden && this.active >= 0) this.take(this.active);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (!this.list.hidden) this.close();
      else if (this.input.value) {
        this.input.value = '';
        this.onType('');
      } else this.input.blur();
    }
  }
}
