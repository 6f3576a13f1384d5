/** The list of videos. Its state is the page's address; the server says what belongs there. */

import { breakable, el } from '../kit/dom.js';
import { plain, rootOf } from '../kit/gradio.js';
import { forget, recall } from '../kit/memory.js';
import { DELETED, DeleteQuestion } from '../deleting/question.js';
import { addressOf, isFiltered, USUAL } from './address.js';
import { Filters } from './filters.js';
import { Pager } from './pager.js';
import { Rows } from './rows.js';
import { Start } from './start.js';

/** @import { Gradio } from '../kit/gradio.js' */
/** @import { Asked } from './address.js' */

/**
 * What `app/components/gallery.py` answers.
 * @typedef {object} Listing
 * @property {VideoRow[]} rows
 * @property {number} first
 * @property {number} last
 * @property {number} total
 * @property {number} page
 * @property {number} pages
 * @property {number} everything
 * @property {Asked} asked
 * @property {{ key: string, words: string, count: number | null }[]} states
 * @property {{ key: string, words: string }[]} orders
 * @property {string[]} people
 * @property {{ key: string, words: string }[]} queues
 * @property {string[]} notes
 * @property {string} empty
 *
 * @typedef {object} VideoRow
 * @property {number} id
 * @property {string} link
 * @property {string} name
 * @property {number} seconds
 * @property {string | null} prediction
 * @property {number | null} probability
 * @property {string | null} label
 * @property {string} who
 * @property {string | null} decided
 * @property {string | null} added
 * @property {{ key: string, words: string, mark: string, tone: string }} state
 */

class Gallery {
  /** @type {Asked} */
  asked = { ...USUAL };
  leaving = 0; // the place of the row that is being deleted
  turn = 0;

  /** @param {HTMLElement} root @param {Gradio['server']} server */
  constructor(root, server) {
    this.server = server;
    this.filters = new Filters({ onChange: (part, isTyping) => this.ask(part, isTyping) });
    this.rows = new Rows({
      onSort: (sort) => this.ask({ sort, page: 1 }),
      onOpen: (id) => this.keepPlace(id),
      onDelete: (id, name) => {
        this.leaving = this.rows.ids.indexOf(id);
        this.question.open(id, name);
      },
    });
    this.question = new DeleteQuestion({ server, onDone: (name) => this.deleted(name) });
    this.done = el('p', { class: 'sl-done sl-list-done', role: 'status', hidden: true });
    this.pager = new Pager({ onPage: (page) => this.turnTo(page) });
    this.count = el('p', { class: 'sl-count', role: 'status' });
    this.start = new Start({
      server, onOrder: (queue) => this.ask({ queue }), onBegin: (id) => this.keepPlace(id),
    });
    this.clear = el('button', {
      type: 'button', class: 'sl-button', text: 'Clear filters', on: { click: () => this.clearFilters() },
    });
    this.notes = el('ul', { class: 'sl-banner sl-list-notes', role: 'status', hidden: true });
    this.emptyWords = el('p');
    this.empty = el('div', { class: 'sl-empty', hidden: true }, this.emptyWords, this.clear);
    this.failed = el('div', { class: 'sl-error sl-list-failed', role: 'alert', hidden: true },
      el('span', { text: 'The list could not be loaded.' }),
      el('button', { type: 'button', class: 'sl-button', text: 'Try again', on: { click: () => this.load() } }));
    root.replaceChildren(el('div', { class: 'sl-list-head' }, this.count, this.start.root), this.done, this.filters.root, this.notes, this.failed, this.rows.root,
      this.empty, this.pager.root, this.question.dialog);
    this.filters.root.hidden = this.rows.root.hidden = this.pager.root.hidden = true;
    this.count.textContent = 'Loading the list…';
    history.scrollRestoration = 'manual'; // the rows come later than the page
    addEventListener('popstate', () => this.comeBack());
    addEventListener('pagehide', () => this.keepPlace());
    addEventListener('pageshow', (event) => { if (event.persisted) this.comeBack(); });
    this.comeBack();
    this.tell(recall(DELETED));
    forget(DELETED);
  }

  /**
   * Says what was deleted, here or on the page before.
   * @param {string | null} name
   */
  tell(name) {
    this.done.hidden = name === null;
    if (name !== null) this.done.replaceChildren('Deleted “', ...breakable(name), '”.');
  }

  /**
   * Whoever deleted a video goes on at the one that took its place.
   * @param {string} name
   */
  async deleted(name) {
    await this.load();
    this.tell(name);
    const { ids } = this.rows;
    if (ids.length) this.rows.focus(ids[Math.min(this.leaving, ids.length - 1)]);
    else this.filters.search.focus();
  }

  /**
   * Asks for another part of the list. Each letter of a search is no step to go back to.
   * @param {Partial<Asked>} part
   * @param {boolean} [isTyping]
   */
  ask(part, isTyping = false) {
    this.asked = { ...this.asked, ...this.filters.pending(), ...part };
    const address = addressOf(this.asked);
    if (isTyping) history.replaceState(history.state, '', address);
    else {
      this.keepPlace();
      history.pushState(null, '', address);
    }
    return this.load();
  }

  /** @param {number} page */
  async turnTo(page) {
    if (await this.ask({ page })) scrollTo(0, 0);
  }

  clearFilters() {
    this.ask({ search: '', show: '', by: '', page: 1 });
    this.filters.search.value = '';
    this.filters.search.focus();
  }

  /** Shows what the address asks for; answers that were overtaken are dropped (false). */
  async load() {
    this.turn += 1;
    const { turn } = this;
    const query = location.search;
    let value = null;
    try {
      value = plain(await this.server.list_videos(query));
    } catch {
      // Told below.
    }
    if (turn !== this.turn) return false;
    this.failed.hidden = value !== null;
    if (value === null) return false;
    this.draw(value);
    return true;
  }

  /** @param {Listing} value */
  draw(value) {
    this.asked = value.asked;
    this.filters.root.hidden = !value.everything;
    this.filters.draw(value);
    this.rows.draw(value);
    this.pager.draw(value);
    this.count.textContent = countOf(value);
    this.start.draw(value);
    this.notes.hidden = !value.notes.length;
    this.notes.replaceChildren(...value.notes.map((text) => el('li', { text })));
    this.empty.hidden = value.rows.length > 0;
    this.emptyWords.textContent = value.empty;
    this.clear.hidden = !isFiltered(value.asked);
  }

  /**
   * Remembers in this entry of the history where the person is, and which video was opened.
   * @param {number | null} [opened]
   */
  keepPlace(opened = history.state?.opened ?? null) {
    history.replaceState({ ...history.state, top: scrollY, opened }, '');
  }

  /** Loads, and puts the person back where they were in this entry of the history, if they were. */
  async comeBack() {
    const { top, opened } = history.state ?? {};
    if (!await this.load() || typeof top !== 'number') return;
    scrollTo(0, top);
    if (opened) this.rows.focus(opened);
  }
}

/**
 * 67 videos, 25 to label; or how many of them are shown.
 * @param {Listing} listing
 */
function countOf({ everything, total, asked, states }) {
  /** @param {number} count */
  const videos = (count) => `${count} ${count === 1 ? 'video' : 'videos'}`;
  if (isFiltered(asked)) return `${total} of ${videos(everything)}`;
  const open = states.find(({ key }) => key === 'unlabelled')?.count ?? 0;
  if (!everything) return '';
  return `${videos(everything)}, ${open ? `${open} to label` : 'all labelled'}`;
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  new Gallery(rootOf(gradio), gradio.server);
}
