/** The search field with its list: a combobox as ARIA 1.2 describes it. */

let boxes = 0;

class LabelBox {
  constructor({ onChoose, onType }) {
    this.onChoose = onChoose;
    this.onType = onType;
    boxes += 1;
    this.id = `sl-labels-${boxes}`;
    this.active = -1;
    this.options = [];
    this.list = el('ul', { class: 'sl-options', role: 'listbox', id: this.id, 'aria-label': 'Labels', hidden: true });
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

  offer(labels, probabilities) {
    this.search = new LabelSearch(labels, probabilities);
    this.close();
  }

  open() {
    const text = this.input.value.trim().replace(/\s+/g, ' ');
    const found = this.search.find(text).map(({ label, probability }) => ({ label, probability, isNew: false }));
    if (text && this.search.same(text) === null) found.push({ label: text, probability: 0, isNew: true });
    this.options = found;
    this.list.replaceChildren(...found.map((option, i) => this.option(option, i)));
    this.list.hidden = !found.length;
    this.input.setAttribute('aria-expanded', found.length > 0);
    const known = found.filter((option) => !option.isNew).length;
    this.count.textContent = known ? `${known} labels found` : 'No label like this yet';
    this.activate(text && found.length ? 0 : -1);
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.count.textContent = '';
    this.activate(-1);
  }

  option({ label, probability, isNew }, i) {
    return el('li', {
      role: 'option', id: `${this.id}-${i}`, class: isNew ? 'sl-option sl-option-new' : 'sl-option',
      on: {
        pointerdown: (event) => event.preventDefault(), // keeps the focus where it is
        click: () => this.take(i),
      },
    },
    el('span', { text: isNew ? `Make a new label “${label}”` : label }),
    probability >= 0.01 ? el('span', { class: 'sl-option-percent', text: percent(probability) }) : null);
  }

  activate(i) {
    this.active = i;
    [...this.list.children].forEach((node, at) => node.setAttribute('aria-selected', at === i));
    if (i < 0) this.input.removeAttribute('aria-activedescendant');
    else {
      this.input.setAttribute('aria-activedescendant', `${this.id}-${i}`);
      this.list.children[i].scrollIntoView({ block: 'nearest' });
    }
  }

  take(i) {
    const option = this.options[i];
    this.close();
    this.input.value = '';
    this.onType('');
    this.onChoose(option.label, option.isNew);
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const count = this.options.length;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      if (this.list.hidden) this.open();
      else if (count) this.activate((this.active + step + count) % count);
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
