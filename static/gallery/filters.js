/** Search, filters and order above the list. */

const TYPING_MS = 250; // a pause after which what was typed is looked for

class Filters {
  /** `onChange(asked, isTyping)` gets the part that changed. */
  constructor({ onChange }) {
    this.onChange = onChange;
    this.search = el('input', {
      type: 'search', class: 'sl-input', placeholder: 'archery', maxlength: 200, autocomplete: 'off',
      on: { input: () => this.typed(), change: () => this.searched() },
    });
    this.show = this.menu('show');
    this.by = this.menu('by');
    this.sort = this.menu('sort');
    const named = (words, control, kind) => el('label', { class: `sl-filter sl-filter-${kind}` }, el('span', { text: words }), control);
    this.byLabel = named('Labelled by', this.by, 'by');
    this.root = el('div', { class: 'sl-filters', role: 'search', 'aria-label': 'Find videos' },
      named('Search in names and labels', this.search, 'search'),
      named('Show', this.show, 'show'), this.byLabel, named('Sort', this.sort, 'sort'));
  }

  menu(name) {
    return el('select', {
      class: 'sl-select',
      on: { change: (event) => this.onChange({ [name]: event.target.value, page: 1 }, false) },
    });
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

  /** Says what was understood; somebody who is typing is not interrupted. */
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

function fill(menu, entries, chosen) {
  menu.replaceChildren(...entries.map(([value, text]) => el('option', { value, text })));
  menu.value = chosen;
}
