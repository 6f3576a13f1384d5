/** The table of videos; on a narrow screen each row is a card. */

const COLUMNS = [ // title, what a row is sorted by
  ['Video', (row) => row.name.toLowerCase()],
  ['The model says', (row) => row.probability],
  ['Label', (row) => row.label?.toLowerCase() ?? null],
  ['Who', (row) => row.who?.toLowerCase() || null],
  ['When', (row) => row.when],
  ['State', (row) => row.state?.toLowerCase() || null],
];

class Gallery {
  constructor(root) {
    this.sorted = null; // [column, 1 or -1]
    this.buttons = COLUMNS.map(([title], i) => el('button', {
      type: 'button', class: 'sl-sort', on: { click: () => this.sortBy(i) },
    }, title, el('span', { class: 'sl-sort-mark', 'aria-hidden': 'true' })));
    this.heads = this.buttons.map((button) => el('th', { scope: 'col' }, button));
    this.body = el('tbody');
    this.caption = el('caption', { class: 'sl-hidden', text: 'Videos. The buttons in the headers sort them.' });
    this.table = el('table', { class: 'sl-videos' }, this.caption, el('thead', {}, el('tr', {}, ...this.heads)), this.body);
    this.sorter = this.buildSorter();
    this.empty = el('p', { class: 'sl-empty' });
    root.replaceChildren(this.sorter, this.table, this.empty);
  }

  /** Cards have no header row to press. */
  buildSorter() {
    this.choice = el('select', {
      class: 'sl-select',
      on: { change: () => this.sortBy(...(this.choice.value ? this.choice.value.split(' ').map(Number) : [])) },
    }, el('option', { value: '', text: 'as listed' }), ...COLUMNS.flatMap(([title], i) => [
      el('option', { value: `${i} 1`, text: `${title}, upwards` }),
      el('option', { value: `${i} -1`, text: `${title}, downwards` }),
    ]));
    return el('label', { class: 'sl-sorter' }, el('span', { text: 'Sort' }), this.choice);
  }

  update(raw) {
    const value = plain(raw);
    this.rows = value?.rows ?? [];
    this.empty.textContent = value?.empty ?? '';
    const none = !this.rows.length;
    this.empty.hidden = !none;
    this.table.hidden = none;
    this.sorter.hidden = none;
    this.draw();
  }

  sortBy(column, direction) {
    if (COLUMNS[column] === undefined) this.sorted = null;
    else {
      const turned = this.sorted?.[0] === column ? -this.sorted[1] : 1;
      this.sorted = [column, direction ?? turned];
    }
    this.draw();
  }

  draw() {
    this.heads.forEach((head, i) => {
      const direction = this.sorted?.[0] === i ? this.sorted[1] : 0;
      head.setAttribute('aria-sort', ['descending', 'none', 'ascending'][direction + 1]);
    });
    this.choice.value = this.sorted ? this.sorted.join(' ') : '';
    this.body.replaceChildren(...this.inOrder().map((row) => this.row(row)));
  }

  inOrder() {
    if (!this.sorted) return this.rows;
    const [column, direction] = this.sorted;
    const key = COLUMNS[column][1];
    const missing = (value) => value === null || value === undefined;
    return [...this.rows].sort((one, two) => {
      const [a, b] = [key(one), key(two)];
      if (missing(a) || missing(b)) return missing(a) - missing(b); // always last
      const order = typeof a === 'string' ? a.localeCompare(b) : a - b;
      return direction * order;
    });
  }

  row(row) {
    const link = safeUrl(row.link);
    const name = link ? el('a', { href: link, text: row.name || `Video ${row.id}` }) : el('span', { text: row.name });
    const says = row.prediction === null ? [] : [
      el('span', { text: row.prediction }),
      el('span', { class: 'sl-says-percent', text: row.probability === null ? '' : percent(row.probability) }),
    ];
    const cells = [
      [name], says, row.label ? [el('span', { text: row.label })] : [],
      row.who ? [el('span', { text: row.who })] : [],
      row.when ? [el('time', { datetime: row.when, text: dayAndTime(row.when) })] : [],
      row.state ? [el('span', { class: 'sl-state', text: row.state })] : [],
    ];
    return el('tr', {}, ...cells.map((content, i) => el(i === 0 ? 'th' : 'td', {
      scope: i === 0 ? 'row' : null, 'data-title': COLUMNS[i][0], class: content.length ? '' : 'sl-none',
    }, ...(content.length ? content : [el('span', { text: '–' })]))));
  }
}

const gallery = new Gallery(element.querySelector('.sl-root'));
gallery.update(props.value);
watch('value', () => gallery.update(props.value));
