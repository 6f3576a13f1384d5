/** ‹ 1 to 50 of 67 ›, with links that are addresses of their own. */

import { el } from '../kit/dom.js';
import { addressOf } from './address.js';

/** @import { Asked } from './address.js' */
/** @import { Listing } from './gallery.js' */

export class Pager {
  page = 1;

  /** @param {{ onPage: (page: number) => void }} heard */
  constructor({ onPage }) {
    this.onPage = onPage;
    this.before = this.link('‹', 'Earlier videos', -1);
    this.after = this.link('›', 'Further videos', 1);
    this.words = el('span', { class: 'sl-pager-words' });
    this.root = el('nav', { class: 'sl-pager', 'aria-label': 'Pages' }, this.before, this.words, this.after);
  }

  /** @param {string} mark @param {string} words @param {number} step */
  link(mark, words, step) {
    const link = el('a', {
      class: 'sl-button sl-button-icon', 'aria-label': words, title: words,
      on: { click: (event) => this.pressed(event, link, step) },
    }, el('span', { 'aria-hidden': 'true', text: mark }));
    return link;
  }

  /**
   * A plain click stays on the page; with a modifier the browser opens the address itself.
   * @param {MouseEvent} event
   * @param {Element} link
   * @param {number} step
   */
  pressed(event, link, step) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (link.hasAttribute('href')) this.onPage(this.page + step);
  }

  /** @param {Listing} listing */
  draw({ asked, page, pages, first, last, total }) {
    this.page = page;
    this.root.hidden = pages < 2;
    this.words.textContent = `${first} to ${last} of ${total}`;
    this.lead(this.before, page > 1, { ...asked, page: page - 1 });
    this.lead(this.after, page < pages, { ...asked, page: page + 1 });
  }

  /** @param {HTMLAnchorElement} link @param {boolean} leads @param {Asked} asked */
  lead(link, leads, asked) {
    link.setAttribute('aria-disabled', String(!leads));
    link.setAttribute('role', 'link'); // without an address it would be nothing
    if (leads) link.href = addressOf(asked);
    else link.removeAttribute('href');
  }
}
