/** A part of the video that the next label is about: set with I and O, split with X, or by holding a digit. */

import { el } from '../kit/dom.js';
import { isTyping, shortcut } from '../kit/keys.js';
import { announce, hear, listenWhileShown, tell } from '../kit/news.js';
import { clock as read } from '../kit/numbers.js';
import { nudged, withEdge } from './part_times.js';

/** @import { Part as Times } from './part_times.js' */

const LEAST_HELD_S = 0.3; // of the video; a digit pressed for less chooses, as ever

export class Part {
  /** @type {Times | null} */
  times = null;
  time = 0;
  clock = { duration: 0, fps: 0 };
  /** @type {{ key: string, t: number } | null} a digit that is held down */
  held = null;
  /** @type {number | null} where the part before ended, to go on from */
  last = null;

  /** @param {HTMLElement} root @param {{ onChange: () => void }} heard */
  constructor(root, { onChange }) {
    this.onChange = onChange;
    this.words = el('strong', { role: 'status' });
    this.loop = el('button', {
      type: 'button', class: 'sl-button sl-button-small', text: 'Loop', 'aria-pressed': 'false', on: { click: () => this.setLoop(!this.loops) },
    });
    this.begin = button('I', 'From here', 'A label for a part: from the picture shown', () => this.set('start'));
    this.finish = button('O', 'To here', 'A label for a part: to the picture shown', () => this.set('end'));
    this.chosen = el('div', { class: 'sl-part-chosen', hidden: true },
      this.words, this.nudges('start', 'Begin'), this.nudges('end', 'End'), this.loop,
      el('button', { type: 'button', class: 'sl-button sl-button-small', text: 'Whole video', on: { click: () => this.clear() } }));
    this.root = el('div', { class: 'sl-part', role: 'group', 'aria-label': 'Part of the video' },
      el('div', { class: 'sl-part-set' }, el('span', { text: 'Only a part:' }), this.begin, this.finish), this.chosen);
    hear(root, 'secondlook:shown', ({ duration = 0, fps = 0 }) => { this.clock = { duration, fps }; });
    listenWhileShown(root, 'secondlook:time', ({ detail }) => { this.time = detail.t; });
    listenWhileShown(root, 'keydown', (event) => this.key(event));
    listenWhileShown(root, 'keyup', (event) => this.released(event));
  }

  /** @param {'start' | 'end'} edge @param {string} name */
  nudges(edge, name) {
    /** @param {string} mark @param {string} words @param {number} by */
    const one = (mark, words, by) => el('button', {
      type: 'button', class: 'sl-button sl-button-small', 'aria-label': `${name} one picture ${words}`, title: `${name} one picture ${words}`,
      text: mark, on: { click: () => { if (this.times) this.take(nudged(this.times, edge, by, this.clock), edge); } },
    });
    return el('span', { class: 'sl-part-nudges' }, el('span', { text: name, 'aria-hidden': 'true' }), one('−', 'earlier', -1), one('+', 'later', 1));
  }

  get loops() {
    return this.loop.getAttribute('aria-pressed') === 'true';
  }

  /** @param {boolean} on */
  setLoop(on) {
    this.loop.setAttribute('aria-pressed', String(on));
    announce('secondlook:loop', { times: on ? this.times : null });
  }

  /** @param {'start' | 'end'} edge */
  set(edge) {
    if (this.clock.duration > 0) this.take(withEdge(this.times, edge, this.time, this.clock), null);
  }

  /** Ends the part here, or begins one where the last one ended. */
  split() {
    const from = this.times ?? { start: this.last ?? 0, end: this.clock.duration };
    this.take(withEdge(from, 'end', this.time, this.clock), null);
  }

  /** @param {Times} times @param {'start' | 'end' | null} shown the edge to go to, if any */
  take(times, shown) {
    this.times = times;
    this.draw();
    if (shown) announce('secondlook:seek', { t: shown === 'start' ? times.start : Math.max(times.end - 1e-3, 0) });
    this.onChange();
  }

  clear() {
    this.times = null;
    this.draw();
    this.onChange();
  }

  draw() {
    const { times } = this;
    this.chosen.hidden = !times;
    this.words.textContent = times ? `${read(times.start)} to ${read(times.end)} s` : '';
    this.setLoop(this.loops && times !== null);
    tell('secondlook:part', { times });
  }

  /** Another video: what was begun there, or nothing. @param {Times | null} times */
  restore(times) {
    this.last = null;
    this.held = null;
    this.times = times;
    this.draw();
  }

  /** It is saved: the next part begins where it ended. */
  saved() {
    this.last = this.times?.end ?? null;
    this.times = null;
    this.draw();
  }

  get inWords() {
    return this.times ? `, ${this.words.textContent}` : '';
  }

  /** What a decision about it says; nothing for the whole video. @param {string} id */
  fields(id) {
    return this.times ? { start_s: this.times.start, end_s: this.times.end, segment_id: id } : {};
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (document.querySelector('dialog[open]') || !this.root.isConnected || !this.root.offsetParent) return;
    if (!event.repeat && /^[1-5]$/.test(event.key) && !isTyping(event.target)) this.held = { key: event.key, t: this.time };
    /** @type {Record<string, () => void>} */
    const actions = { i: () => this.set('start'), o: () => this.set('end'), x: () => this.split() };
    const action = event.repeat ? undefined : actions[shortcut(event) ?? ''];
    if (!action) return;
    event.preventDefault();
    action();
  }

  /** A digit that was held while the video played has painted a part. @param {KeyboardEvent} event */
  released(event) {
    const { held } = this;
    if (held?.key !== event.key) return;
    this.held = null;
    if (this.time - held.t < LEAST_HELD_S) return;
    this.take(withEdge(withEdge(null, 'start', held.t, this.clock), 'end', this.time, this.clock), null);
  }
}

/** @param {string} key @param {string} text @param {string} title @param {() => void} act */
function button(key, text, title, act) {
  return el('button', { type: 'button', class: 'sl-button sl-button-small', title, 'aria-keyshortcuts': key, on: { click: act } },
    el('span', { class: 'sl-key', text: key, 'aria-hidden': 'true' }), el('span', { text }));
}
