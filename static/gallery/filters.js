/** Search, filters and order above the list. */

import { el } from '../kit/dom.js';

/** @import { Asked } from './address.js' */
/** @import { Listing } from './gallery.js' */

const TYPING_MS = 250; // a pause after which what was typed is looked for

export class Filters {
  /** What was looked for last. */
  shown = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /**
   * `onChange(asked, isTyping)` gets the part that changed.
   * @param {{ onChange: (part: Partial<Asked>, isTyping: boolean) => void }} heard
   */
  constructor({ onChange }) {
    this.onChange = onChange;
    this.search = el('input', {
      type: 'search', class: 'sl-input', placeholder: 'archery', maxlength: 200, autocomplete: 'off',
      on: { input: () => this.typed(), change: () => this.searched() },
    });
    this.show = this.menu('show');
    this.by = this.menu('by');
    this.sort = this.menu('sort');
    /** @param {string} words @param {HTMLElement} control @param {string} kind */
    const named = (words, control, kind) => el('label', { class: `sl-filter sl-filter-${kind}` }, el('span', { text: words }), control);
    this.byLabel = named('Labelled by', this.by, 'by');
    this.root = el('div', { class: 'sl-filters', role: 'search', 'aria-label': 'Find videos' },
      named('Search in names and labels', this.search, 'search'),
      named('Show', this.show, 'show'), this.byLabel, named('Sort', this.sort, 'sort'));
  }

  /** @param {'show' | 'by' | 'sort'} name */
  menu(name) {
    const select = el('select', {
      class: 'sl-select',
      on: { change: () => this.onChange({ [name]: select.value, page: 1 }, false) },
    });
    return select;
  }

  typed() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.searched(), TYPING_MS);
  }

  searched() {
    clearTimeout(this.timer);
    if (this.search.value !== this.shown) this.onChange({ search: this.search.value, page: 1 }, true);
    this.shown = this.search.value;
  }

  /** What is still being typed: it goes along with every other question, or its answer wipes it out. */
  pending() {
    clearTimeout(this.timer);
    this.shown = this.search.value;
    return { search: this.search.value };
  }

  /**
   * Says what was understood; somebody who is typing is not interrupted.
   * @param {Listing} listing
   */
  draw({ asked, states, orders, people }) {
    if (document.activeElement !== this.search) this.search.value = asked.search;
    this.shown = this.search.value;
    const all = [{ key: '', words: 'All videos', count: null }, ...states];
    fill(this.show, all.map(({ key, words, count }) => [key, count === null ? words : `${words} (${count})`]), asked.show);
    fill(this.by, [['', 'Everybody'], ...people.map((name) => [name, name])], asked.by);
    fill(this.sort, orders.map(({ key, words }) => [key, words]), asked.sort);
    this.byLabel.hidden = !people.length;
  }
}

/** @param {HTMLSelectElement} menu @param {string[][]} entries @param {string} chosen */
function fill(menu, entries, chosen) {
  menu.replaceChildren(...entries.map(([value, text]) => el('option', { value, text })));
  menu.value = chosen;
}
