/** One batch of many files: how far it is, what can be done about it, and a line for each file. */

import { el } from '../kit/dom.js';
import { aboutTime } from '../kit/numbers.js';

/**
 * @typedef {{ id: number, name: string, state: string, share: number, sentence: string,
 *   video: number | null, answer: string | null }} FileLine
 * @typedef {{ id: number, title: string, state: string, sentence: string, total: number,
 *   counts: Record<string, number>, share: number, remaining_s: number | null,
 *   files?: FileLine[] }} BatchValue
 * @typedef {{ onAct: (id: number, action: string) => void, onOpen: (video: number) => void }} Heard
 */

const OPEN = ['waiting', 'working'];
/** @type {Record<string, string>} */
const ANSWERS = {
  waiting: 'Waiting to be analysed', working: 'Being analysed', ready: 'Ready',
  failed: 'Added, but not analysed', stopped: 'Added, not analysed', none: 'Added, not analysed',
};
/** @type {Record<string, string>} */
const WORDS = { waiting: 'Waiting', working: 'Being added', cancelled: 'Not added' };
/** @type {Record<string, string>} */
const STATES = {
  waiting: 'starts shortly', paused: 'paused', cancelled: 'cancelled', stopped: 'stopped', working: '', done: '',
};

/** @param {FileLine} file */
export function wordsOf(file) {
  if (file.state === 'added') return ANSWERS[file.answer ?? 'none'];
  return file.sentence || WORDS[file.state] || '';
}

/** @param {BatchValue} batch */
export function headOf({ title, counts, total, state, remaining_s }) {
  const added = (counts.added ?? 0) + (counts.same ?? 0);
  const parts = [`${added} of ${total} ${total === 1 ? 'file' : 'files'} added`];
  if (counts.skipped) parts.push(`${counts.skipped} left out`);
  if (counts.failed) parts.push(`${counts.failed} failed`);
  const words = STATES[state];
  if (words) parts.push(words);
  if (state === 'working' && remaining_s !== null) parts.push(`about ${aboutTime(remaining_s)} left`);
  return `${title}: ${parts.join(', ')}`;
}

/**
 * Which buttons a batch has.
 * @param {BatchValue} batch
 */
export function actionsOf({ state, counts }) {
  if (OPEN.includes(state)) return ['pause', 'cancel'];
  if (state === 'paused' || state === 'stopped') return ['continue', 'cancel'];
  return counts.failed || counts.cancelled ? ['retry', 'close'] : ['close'];
}

/**
 * Whether there is anything to wait for: a file, or the answer to one.
 * @param {BatchValue} batch
 */
export function isUnderWay({ state, files }) {
  const isAsked = (files ?? []).some(({ answer }) => answer !== null && OPEN.includes(answer));
  return OPEN.includes(state) || isAsked;
}

const BUTTONS = { pause: 'Pause', continue: 'Continue', cancel: 'Cancel', retry: 'Try again', close: 'Close' };

export class Batch {
  /** @type {BatchValue | null} */
  value = null;
  /** @type {Map<number, Line>} */
  lines = new Map();

  /** @param {Heard} heard */
  constructor(heard) {
    this.heard = heard;
    this.head = el('h3', { class: 'sl-files-head' });
    this.note = el('p', { class: 'sl-file-bad', hidden: true });
    this.buttons = Object.entries(BUTTONS).map(([action, text]) => el('button', {
      type: 'button', class: 'sl-button sl-button-small', text, 'data-action': action,
      on: { click: () => this.value && heard.onAct(this.value.id, action) },
    }));
    this.fill = el('div', { class: 'sl-bar-fill' });
    this.bar = el('div', { class: 'sl-bar', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 }, this.fill);
    this.list = el('ul', { class: 'sl-files-list', tabindex: 0 });
    this.root = el('section', { class: 'sl-files' },
      el('div', { class: 'sl-files-top' }, this.head, el('span', { class: 'sl-spring' }), ...this.buttons),
      this.note, this.bar, this.list);
  }

  /** @param {BatchValue} value */
  show(value) {
    this.value = value;
    const actions = actionsOf(value);
    this.head.textContent = headOf(value);
    this.root.setAttribute('aria-label', value.title);
    this.bar.setAttribute('aria-label', `${value.title}, added`);
    this.list.setAttribute('aria-label', `Files of ${value.title}`);
    this.note.textContent = value.state === 'stopped' ? value.sentence : '';
    this.note.hidden = !this.note.textContent;
    for (const button of this.buttons) {
      button.hidden = !actions.includes(button.dataset.action ?? '');
      button.setAttribute('aria-label', `${button.textContent} ${value.title}`);
    }
    const share = Math.round(100 * value.share);
    this.fill.style.width = `${share}%`;
    this.bar.setAttribute('aria-valuenow', String(share));
    this.bar.hidden = !OPEN.includes(value.state) && value.state !== 'paused';
    for (const file of value.files ?? []) this.line(file).show(file);
  }

  /** @param {FileLine} file */
  line(file) {
    let line = this.lines.get(file.id);
    if (!line) {
      line = new Line(file, this.heard);
      this.lines.set(file.id, line);
      this.list.append(line.root);
    }
    return line;
  }
}

class Line {
  /** @param {FileLine} file @param {Heard} heard */
  constructor(file, { onOpen }) {
    this.link = el('a', {
      class: 'sl-file-name', text: file.name,
      on: {
        click: (event) => {
          if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
          event.preventDefault();
          if (this.video) onOpen(this.video);
        },
      },
    });
    this.words = el('span', { class: 'sl-file-words' });
    this.fill = el('span', { class: 'sl-bar-fill' });
    this.bar = el('span', { class: 'sl-bar', 'aria-hidden': 'true' }, this.fill);
    this.root = el('li', { class: 'sl-file' }, this.link, this.words, this.bar);
  }

  /** @param {FileLine} file */
  show(file) {
    this.video = file.video;
    if (file.video) this.link.setAttribute('href', `?video=${file.video}`);
    this.words.textContent = wordsOf(file);
    this.words.classList.toggle('sl-file-bad', file.state === 'failed' || file.answer === 'failed');
    this.bar.hidden = file.state !== 'working';
    this.fill.style.width = `${100 * file.share}%`;
  }
}
