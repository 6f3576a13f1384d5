/** The table of videos; on a narrow screen each row is a card. */

import { breakable, el, icon, safeUrl } from '../kit/dom.js';
import { clock, dayAndTime, percent } from '../kit/numbers.js';
import { thumbnail } from '../kit/thumbnail.js';

/** @import { Listing, VideoRow } from './gallery.js' */

/** @typedef {{ onSort: (sort: string) => void, onOpen: (id: number) => void, onDelete: (id: number, name: string) => void }} Heard */

// Title, and the orders that a press on it asks for: first, then the other way round.
/** @type {[string, [string, string]][]} */
const COLUMNS = [
  ['Video', ['name', 'name_desc']],
  ['Model’s answer', ['least_sure', 'most_sure']],
  ['Label', ['label', 'label_desc']],
  ['Labelled', ['decided', 'decided_oldest']],
  ['Added', ['newest', 'oldest']],
];
const UPWARDS = ['name', 'least_sure', 'label', 'decided_oldest', 'oldest'];

const BIN = 'M9 3h6l1 2h5v2H3V5h5z M5 9h14l-1 12H6z M9 11v8h2v-8z M13 11v8h2v-8z';

export class Rows {
  sort = '';
  /** @type {number[]} */
  ids = [];
  /** @type {Map<number, HTMLElement>} the link of each video */
  links = new Map();

  /** @param {Heard} heard */
  constructor({ onSort, onOpen, onDelete }) {
    this.onOpen = onOpen;
    this.onDelete = onDelete;
    this.heads = COLUMNS.map(([title, orders]) => el('th', { scope: 'col' }, el('button', {
      type: 'button', class: 'sl-sort',
      on: { click: () => onSort(this.sort === orders[0] ? orders[1] : orders[0]) },
    }, title, el('span', { class: 'sl-sort-mark', 'aria-hidden': 'true' }))));
    const last = el('th', { scope: 'col' }, el('span', { class: 'sl-hidden', text: 'Delete' }));
    this.body = el('tbody');
    this.root = el('table', { class: 'sl-videos' },
      el('caption', { class: 'sl-hidden', text: 'Videos. The buttons in the headers sort them.' }),
      el('thead', {}, el('tr', {}, ...this.heads, last)), this.body);
  }

  /** @param {Listing} listing */
  draw({ rows, asked }) {
    this.sort = asked.sort;
    this.root.hidden = !rows.length;
    this.heads.forEach((head, i) => {
      const sorted = COLUMNS[i][1].includes(asked.sort);
      const way = UPWARDS.includes(asked.sort) ? 'ascending' : 'descending';
      head.setAttribute('aria-sort', sorted ? way : 'none');
    });
    this.ids = rows.map(({ id }) => id);
    this.links = new Map();
    this.body.replaceChildren(...rows.map((row) => this.row(row)));
  }

  /** @param {VideoRow} row */
  row(row) {
    const cells = [this.video(row), answerOf(row), labelOf(row), decidedOf(row), addedOf(row)];
    return el('tr', {}, ...cells.map((content, i) => el(i === 0 ? 'th' : 'td', {
      scope: i === 0 ? 'row' : null, 'data-title': COLUMNS[i][0], class: content.length ? '' : 'sl-none',
    }, ...(content.length ? content : [el('span', { text: '–' })]))), el('td', { class: 'sl-cell-delete' }, this.deleteButton(row)));
  }

  /** @param {VideoRow} row */
  deleteButton(row) {
    const words = `Delete ${nameOf(row)}`;
    return el('button', {
      type: 'button', class: 'sl-button sl-button-icon sl-button-quiet', 'aria-label': words, title: words,
      on: { click: () => this.onDelete(row.id, nameOf(row)) },
    }, icon(BIN));
  }

  /** @param {VideoRow} row */
  video(row) {
    const link = safeUrl(row.link);
    const name = nameOf(row);
    const shown = link
      ? el('a', { href: link, on: { click: () => this.onOpen(row.id) } }, ...breakable(name))
      : el('span', {}, ...breakable(name));
    if (link) this.links.set(row.id, shown);
    // The name is the link for the keyboard; the picture is one more for fingers and mice.
    const picture = el('span', { class: 'sl-video-picture', on: { click: () => shown.click() } }, thumbnail(row.id));
    const words = el('div', { class: 'sl-video-words' }, shown, el('span', { class: 'sl-cell-more', text: `${clock(row.seconds)} s` }));
    return [el('div', { class: 'sl-video' }, picture, words)];
  }

  /**
   * Puts the focus on the video that somebody comes back from.
   * @param {number} id
   */
  focus(id) {
    this.links.get(id)?.focus({ preventScroll: true });
  }
}

/** @param {VideoRow} row */
function nameOf({ id, name }) {
  return name || `Video ${id}`;
}

/** @param {VideoRow} row */
function answerOf({ prediction, probability }) {
  if (prediction === null) return [];
  return [
    el('span', { text: prediction }),
    el('span', { class: 'sl-cell-more', text: probability === null ? '' : percent(probability) }),
  ];
}

/** @param {VideoRow} row */
function labelOf({ label, state: { words, mark, tone } }) {
  if (!mark) return [el('span', { class: 'sl-cell-more', text: words })];
  const badge = el('span', { class: `sl-state sl-tone-${tone}` },
    el('span', { 'aria-hidden': 'true', text: mark }), el('span', { text: words }));
  return label === null ? [badge] : [el('span', { text: label }), badge];
}

/** @param {VideoRow} row */
function decidedOf({ who, decided }) {
  if (!decided) return [];
  return [el('span', { text: who || 'no name' }), time(decided)];
}

/** @param {VideoRow} row */
function addedOf({ added }) {
  return added ? [time(added)] : [];
}

/** @param {string} iso */
function time(iso) {
  return el('time', { class: 'sl-cell-more', datetime: iso, text: dayAndTime(iso) });
}
