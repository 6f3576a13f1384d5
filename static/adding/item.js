/** One file of the list: what is known of it, and its line. */

import { el } from '../kit/dom.js';

/** @import { Sending } from './sending.js' */

/** @typedef {keyof typeof WORDS} State */

const WORDS = {
  queued: 'To be sent', sending: 'Sending', checking: 'Checking the video', paused: 'Waiting to send again',
  stored: 'Added', waiting: 'Waiting to be analysed', working: 'Being analysed', ready: 'Ready',
  stopped: 'Added, not analysed', none: 'Added, not analysed', failed: 'Added, but not analysed',
  refused: '', cancelled: 'Not sent',
};

/** Nothing more will happen to it. */
const ENDED = ['ready', 'stopped', 'none', 'failed', 'refused', 'cancelled'];
/** It has not reached the server. */
const UNSENT = ['queued', 'sending', 'checking', 'paused'];

export class Item {
  /** @type {State} */
  state = 'queued';
  sentence = '';
  /** @type {number | null} its number, once it is stored */
  video = null;
  /** 0..1 of it was sent. */
  share = 0;
  /** @type {File | null} */
  file = null;
  /** @type {Sending | null} */
  sending = null;

  /** @param {string} name @param {{ onOpen: (item: Item) => void, onCancel: (item: Item) => void }} heard */
  constructor(name, { onOpen, onCancel }) {
    this.name = name;
    this.link = el('a', {
      class: 'sl-file-name', text: name,
      on: { click: (event) => this.follow(event, onOpen) },
    });
    this.words = el('span', { class: 'sl-file-words' });
    this.fill = el('span', { class: 'sl-bar-fill' });
    this.cancel = smallButton('Cancel', () => onCancel(this));
    this.cancel.setAttribute('aria-label', `Cancel ${name}`);
    this.bar = el('span', { class: 'sl-bar', 'aria-hidden': 'true' }, this.fill);
    this.root = el('li', { class: 'sl-file' }, this.link, this.words, this.cancel, this.bar);
    this.go('queued');
  }

  get ended() {
    return ENDED.includes(this.state);
  }

  get unsent() {
    return UNSENT.includes(this.state);
  }

  /**
   * An ordinary click stays on this page, so that what is on its way goes on.
   * @param {MouseEvent} event
   * @param {(item: Item) => void} onOpen
   */
  follow(event, onOpen) {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    onOpen(this);
  }

  /** @param {State} state @param {string} [sentence] */
  go(state, sentence = '') {
    this.state = state;
    this.sentence = sentence;
    const percentSent = state === 'sending' ? ` ${Math.floor(100 * this.share)}\u00a0%` : '';
    this.words.textContent = sentence || `${WORDS[state]}${percentSent}`;
    this.words.classList.toggle('sl-file-bad', state === 'refused' || state === 'failed');
    this.cancel.hidden = !this.unsent;
    this.bar.hidden = !['sending', 'paused'].includes(state);
    this.fill.style.width = `${100 * this.share}%`;
  }

  /** @param {number} share */
  sent(share) {
    this.share = share;
    this.go(share < 1 ? 'sending' : 'checking');
  }

  /** @param {number} video */
  stored(video) {
    this.video = video;
    this.link.setAttribute('href', `?video=${video}`);
    this.go('stored');
  }
}

/** @param {string} text @param {() => void} onClick */
export function smallButton(text, onClick) {
  return el('button', { type: 'button', class: 'sl-button sl-button-small', text, on: { click: onClick } });
}
