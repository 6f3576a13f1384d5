/** All models: those of this computer, those that are available, and a button each. */

import { el } from '../kit/dom.js';
import { follow, plain, rootOf } from '../kit/gradio.js';
import { cardOf } from './card.js';

/** @import { Gradio } from '../kit/gradio.js' */

/**
 * @typedef {{ words: string, share: number, low: number | null, high: number | null }} Bar
 * @typedef {'use' | 'get' | 'again'} Action
 * @typedef {{ name: string, title: string, badge: string, about: string, brief: string, group: string, action: Action | '', facts: [string, string][], bars: Bar[], card: string }} Row
 */

const SHELF_ACTIONS = {
  use: { words: 'Use it', event: 'let_answer' },
  get: { words: 'Download', event: 'get_model' },
  again: { words: 'Download again', event: 'get_model' },
};
const SHELF_GROUPS = [['here', 'On this computer'], ['first', 'Available']];
const SHELF_PATIENCE_MS = 5000;

class Shelf {
  busy = false;
  /** @type {Set<string>} keys of what is folded out */
  opened = new Set();

  /** @param {HTMLElement} root @param {Gradio['trigger']} trigger */
  constructor(root, trigger) {
    this.root = root;
    this.trigger = trigger;
  }

  /** @param {{ rows: Row[], busy: boolean } | null} raw */
  update(raw) {
    const value = plain(raw);
    if (!value) return;
    this.busy = value.busy;
    const active = document.activeElement;
    const focused = this.root.contains(active) ? active?.getAttribute('data-key') : null;
    /** @param {string} group */
    const rows = (group) => value.rows.filter((row) => row.group === group);
    const more = rows('more');
    this.root.replaceChildren(
      ...SHELF_GROUPS.filter(([group]) => rows(group).length).map(([group, title]) => el('section', { class: 'sl-shelf', 'aria-label': title },
        el('h2', { text: title }), ...rows(group).map((row) => this.card(row)))),
      ...(more.length ? [this.fold('more', `${more.length} more published networks`,
        () => el('div', { class: 'sl-shelf' }, ...more.map((row) => this.card(row))))] : []),
    );
    // What had the focus is drawn anew; somebody who uses the keyboard must not lose their place.
    if (focused) this.find(focused)?.focus();
  }

  /** @param {string} key @returns {HTMLElement | null} */
  find(key) {
    return this.root.querySelector(`[data-key="${CSS.escape(key)}"]`);
  }

  /** @param {Row} row */
  card(row) {
    return el('article', { class: row.badge === 'in use' ? 'sl-model sl-model-active' : 'sl-model', 'aria-label': row.title },
      el('div', { class: 'sl-model-head' },
        el('h3', { text: row.title }),
        row.badge ? el('span', { class: row.badge === 'damaged' ? 'sl-badge sl-badge-bad' : 'sl-badge', text: row.badge }) : null,
        el('span', { class: 'sl-spring' }),
        row.action ? this.button(row, row.action) : null),
      el('p', { text: row.about }),
      el('p', { class: 'sl-model-brief', text: row.brief }),
      row.bars.length ? el('ul', { class: 'sl-model-bars', 'aria-label': 'How many were right' }, ...row.bars.map(modelBar)) : null,
      this.fold(`facts ${row.name}`, 'Details', () => factList(row.facts), row.title),
      row.card ? this.fold(`card ${row.name}`, 'Model card', () => cardOf(row.card), row.title) : null);
  }

  /** @param {Row} row @param {Action} action */
  button(row, action) {
    const { words, event } = SHELF_ACTIONS[action];
    const blocked = this.busy && action !== 'use';
    const button = el('button', {
      type: 'button',
      class: 'sl-button',
      text: words,
      'data-key': `button ${row.name}`,
      'aria-label': `${words}: ${row.title}`,
      'aria-disabled': blocked && 'true',
      title: blocked && 'Another model is being fetched.',
      on: {
        click: () => {
          if (button.getAttribute('aria-disabled') === 'true') return;
          button.setAttribute('aria-disabled', 'true');
          // If it fails nothing is drawn anew, and one must be able to try again.
          setTimeout(() => button.removeAttribute('aria-disabled'), SHELF_PATIENCE_MS);
          this.trigger(event, { name: row.name });
        },
      },
    });
    return button;
  }

  /**
   * Something that is filled when it is first opened, and open again when it is drawn anew.
   * @param {string} key
   * @param {string} words
   * @param {() => Node} fill
   * @param {string} [about]
   */
  fold(key, words, fill, about = '') {
    const summary = el('summary', { text: words, 'data-key': key, 'aria-label': about && `${words}: ${about}` });
    const details = el('details', { class: 'sl-details' }, summary);
    const open = () => {
      if (details.childElementCount === 1) details.append(fill());
    };
    if (this.opened.has(key)) {
      open();
      details.open = true;
    }
    details.addEventListener('toggle', () => {
      if (details.open) open();
      this.opened[details.open ? 'add' : 'delete'](key);
    });
    return details;
  }
}

/**
 * A bar beside its words; the thin line is where the true share lies with 95 % confidence.
 * @param {Bar} bar
 */
function modelBar(bar) {
  const fill = el('span', { class: 'sl-model-fill' });
  fill.style.width = `${bar.share * 100}%`;
  const drawn = el('span', { class: 'sl-model-bar', 'aria-hidden': 'true' }, fill);
  if (bar.low !== null && bar.high !== null) {
    const range = el('span', { class: 'sl-model-range' });
    range.style.left = `${bar.low * 100}%`;
    range.style.width = `${(bar.high - bar.low) * 100}%`;
    drawn.append(range);
  }
  return el('li', {}, drawn, el('span', { text: bar.words }));
}

/** @param {[string, string][]} facts */
function factList(facts) {
  return el('dl', { class: 'sl-model-facts' }, ...facts.flatMap(([term, words]) => [
    el('dt', { text: term }), el('dd', { text: words }),
  ]));
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  const shelf = new Shelf(rootOf(gradio), gradio.trigger);
  follow(gradio, (value) => shelf.update(value));
}
