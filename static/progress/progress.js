/** Where the work stands. The clock runs here between two messages from the server. */

import { el } from '../kit/dom.js';
import { follow, plain, rootOf } from '../kit/gradio.js';
import { aboutTime, clamp } from '../kit/numbers.js';
import { Following } from './following.js';

/** @import { Gradio } from '../kit/gradio.js' */

/**
 * What `app/components/progress.py` sends.
 * @typedef {object} ProgressValue
 * @property {string} stage
 * @property {number} share
 * @property {string} sentence
 * @property {number} elapsed_s
 * @property {number | null} remaining_s
 * @property {boolean} done
 * @property {string | null} error
 * @property {string | null} note
 * @property {number | null} follows
 */

/** @type {[string, string, number][]} */
const STAGES = [ // name, word, usual part of the whole; copying is seldom needed and comes on top
  ['storing', 'Storing', 0.1],
  ['decoding', 'Decoding', 0.3],
  ['looking', 'Looking', 0.5],
  ['explaining', 'Explaining', 0.1],
  ['copying', 'Copying', 0],
];
const TICK_MS = 500;

class Progress {
  /** @type {ProgressValue | null} */
  value = null;
  /** @type {string | null} the stage that was said last */
  spoken = null;
  receivedAt = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  timer;

  /** @param {HTMLElement} root @param {(end: { video: number, state: string }) => void} onArrived */
  constructor(root, onArrived) {
    this.root = root;
    this.steps = STAGES.map(([, word]) => el('li', { class: 'sl-step', text: word }));
    this.fill = el('div', { class: 'sl-progress-fill' });
    this.bar = el('div', {
      class: 'sl-progress-bar', role: 'progressbar', 'aria-label': 'Progress', 'aria-valuemin': 0, 'aria-valuemax': 100,
    }, this.fill);
    this.sentence = el('p', { class: 'sl-progress-sentence' });
    this.times = el('p', { class: 'sl-progress-times' });
    this.error = el('p', { class: 'sl-error', role: 'alert', hidden: true });
    this.note = el('p', { class: 'sl-progress-note', role: 'status', hidden: true });
    this.said = el('p', { class: 'sl-hidden', 'aria-live': 'polite' });
    this.work = el('div', { class: 'sl-progress-work' },
      el('ol', { class: 'sl-steps' }, ...this.steps), this.bar,
      el('div', { class: 'sl-progress-text' }, this.sentence, this.times));
    this.panel = el('section', { class: 'sl-progress', 'aria-label': 'What is happening', hidden: true },
      this.work, this.error, this.note);
    root.replaceChildren(this.panel, this.said);
    this.following = new Following({
      onNews: (value) => this.show(value),
      onEnd: (video, state) => onArrived({ video, state }),
    });
  }

  /** @param {ProgressValue | null} raw */
  update(raw) {
    const value = plain(raw);
    this.show(value);
    this.following.follow(value?.follows ?? null);
  }

  /** @param {ProgressValue | null} value */
  show(value) {
    this.value = value;
    this.receivedAt = performance.now();
    this.panel.hidden = !value;
    if (!value) {
      this.spoken = null;
      this.said.textContent = '';
      return;
    }
    this.error.hidden = !value.error;
    this.error.textContent = value.error ?? '';
    this.note.hidden = !value.note;
    this.note.textContent = value.note ?? '';
    this.work.hidden = Boolean(value.error || value.note);
    this.showStage(value);
    this.showTimes(value);
    this.speak(value);
    this.keepTicking(value);
  }

  /** @param {ProgressValue} value */
  showStage({ stage, share, done, sentence }) {
    const at = done ? STAGES.length : STAGES.findIndex(([name]) => name === stage);
    this.steps.forEach((step, i) => {
      step.classList.toggle('sl-step-done', i < at);
      if (i === at) step.setAttribute('aria-current', 'step');
      else step.removeAttribute('aria-current');
    });
    this.steps[this.steps.length - 1].hidden = stage !== 'copying';
    const before = STAGES.slice(0, Math.max(at, 0)).reduce((sum, [, , part]) => sum + part, 0);
    const part = stage === 'copying' ? clamp(share, 0, 1) : before + (STAGES[at]?.[2] ?? 0) * clamp(share, 0, 1);
    const whole = done ? 1 : part;
    const whole100 = Math.round(whole * 100);
    this.fill.style.width = `${whole100}%`;
    this.bar.setAttribute('aria-valuenow', String(whole100));
    this.bar.setAttribute('aria-valuetext', `${whole100} percent: ${sentence}`);
    this.sentence.textContent = sentence;
  }

  /** @param {ProgressValue} value */
  showTimes(value) {
    const since = value.done ? 0 : (performance.now() - this.receivedAt) / 1000;
    const parts = [`${aboutTime(value.elapsed_s + since)} so far`];
    if (!value.done && value.remaining_s !== null) {
      const left = value.remaining_s - since;
      parts.push(left > 0.5 ? `about ${aboutTime(left)} left` : 'nearly there');
    }
    this.times.textContent = value.stage === 'waiting' ? '' : parts.join(', ');
  }

  /**
   * Says each stage once, not each message.
   * @param {ProgressValue} value
   */
  speak({ stage, sentence, done, error, note }) {
    if (error || note) {
      this.spoken = null; // it is said by itself; what went before is no longer true
      this.said.textContent = '';
      return;
    }
    const now = done ? 'done' : stage; // a stage's words may count, as a line's do
    if (now === this.spoken) return;
    this.spoken = now;
    this.said.textContent = sentence;
  }

  /** @param {ProgressValue} value */
  keepTicking(value) {
    clearInterval(this.timer);
    if (value.done || value.error || value.note) return;
    this.timer = setInterval(() => {
      if (this.root.isConnected && this.value) this.showTimes(this.value);
      else clearInterval(this.timer);
    }, TICK_MS);
  }
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  const progress = new Progress(rootOf(gradio), (end) => gradio.trigger('arrived', end));
  follow(gradio, (value) => progress.update(value));
}
