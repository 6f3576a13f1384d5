/** The time line: marks and the play-head over any rows; a slider for mouse, finger and keys. */

import { el } from '../kit/dom.js';
import { clamp } from '../kit/numbers.js';
import { gapMark } from './lines.js';
import { ticks } from './rows.js';

/** @import { Stretch } from './values.js' */

const SMALL_STEPS = 100; // an arrow key moves this part of the video, but never less than a frame
const LARGE_STEPS = 10;

export class Timeline {
  duration = 0;
  frame = 0; // seconds that one picture lasts
  time = 0;
  dragging = false;
  /** @type {(t: number) => string[]} */
  describe = () => [];

  /** @param {{ onSeek: (t: number) => void }} heard */
  constructor({ onSeek }) {
    this.onSeek = onSeek;
    this.rows = el('div', { class: 'sl-rows' });
    this.head = el('div', { class: 'sl-head' });
    this.hover = el('div', { class: 'sl-hover', hidden: true });
    this.tip = el('div', { class: 'sl-tip', hidden: true, 'aria-hidden': 'true' });
    this.gaps = el('div', { class: 'sl-gaps' });
    this.track = el('div', {
      class: 'sl-track', role: 'slider', tabindex: 0, 'aria-label': 'Time in the video',
      'aria-orientation': 'horizontal', 'aria-valuemin': 0,
    }, this.gaps, this.hover, this.head, this.tip);
    this.marks = el('div', { class: 'sl-marks', 'aria-hidden': 'true' });
    this.root = el('div', { class: 'sl-time' },
      el('div', { class: 'sl-plot' }, this.rows, this.track),
      el('div', { class: 'sl-row sl-row-marks' }, el('span', { class: 'sl-row-name', text: 'seconds' }), this.marks));
    this.listen();
  }

  listen() {
    const { track } = this;
    track.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      track.setPointerCapture(event.pointerId);
      this.dragging = true;
      this.onSeek(this.timeAt(event.clientX));
    });
    track.addEventListener('pointermove', (event) => {
      const t = this.timeAt(event.clientX);
      this.showTip(t);
      if (this.dragging) this.onSeek(t);
    });
    for (const event of ['pointerup', 'pointercancel']) track.addEventListener(event, () => { this.dragging = false; });
    track.addEventListener('pointerleave', () => this.hideTip());
    track.addEventListener('keydown', (event) => this.key(event));
    track.addEventListener('blur', () => this.hideTip());
    new ResizeObserver(() => this.drawMarks()).observe(this.marks);
  }

  /**
   * Whether the rows' names are a choice, and what one chooses with them.
   * @param {string} name
   * @param {boolean} are
   */
  choices(name, are) {
    for (const [attribute, value] of Object.entries({ role: 'radiogroup', 'aria-label': name })) {
      if (are) this.rows.setAttribute(attribute, value);
      else this.rows.removeAttribute(attribute);
    }
  }

  /** @param {number} clientX */
  timeAt(clientX) {
    const box = this.track.getBoundingClientRect();
    return clamp((clientX - box.left) / Math.max(box.width, 1), 0, 1) * this.duration;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') this.hideTip();
    const small = Math.max(this.duration / SMALL_STEPS, this.frame);
    /** @type {Record<string, number>} */
    const moves = {
      ArrowLeft: -small, ArrowDown: -small, ArrowRight: small, ArrowUp: small,
      PageDown: -this.duration / LARGE_STEPS, PageUp: this.duration / LARGE_STEPS,
      Home: -Infinity, End: Infinity,
    };
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    this.onSeek(clamp(this.time + move, 0, this.duration));
    this.showTip(this.time);
  }

  /**
   * Draws anew over `rows`, nodes from lines.js. `gaps` lie over all of them; `describe(t)` gives
   * the tooltip's lines.
   * @param {{ duration: number, fps: number, rows: Node[], gaps: Stretch[] }} shown
   * @param {(t: number) => string[]} describe
   */
  draw({ duration, fps, rows, gaps }, describe) {
    this.describe = describe;
    this.duration = duration;
    this.frame = 1 / Math.max(fps, 1);
    this.track.setAttribute('aria-valuemax', duration.toFixed(1));
    this.rows.replaceChildren(...rows);
    this.gaps.replaceChildren(...gaps.map((gap) => gapMark(gap, duration)));
    this.drawMarks();
  }

  drawMarks() {
    if (!this.duration) return;
    const wanted = Math.max(this.marks.clientWidth / 70, 2);
    this.marks.replaceChildren(...ticks(this.duration, wanted).map(([t, text]) => {
      const mark = el('span', { text });
      mark.style.left = `${(100 * t) / this.duration}%`;
      return mark;
    }));
  }

  /** @param {number} t */
  showTime(t) {
    this.time = t;
    this.head.style.left = `${(100 * t) / this.duration}%`;
    this.track.setAttribute('aria-valuenow', t.toFixed(2));
    this.track.setAttribute('aria-valuetext', this.describe(t).join(', '));
    if (!this.tip.hidden && this.track.matches(':focus-visible')) this.showTip(t);
  }

  /** @param {number} t */
  showTip(t) {
    const share = t / this.duration;
    this.hover.hidden = false;
    this.hover.style.left = `${100 * share}%`;
    this.tip.hidden = false;
    this.tip.replaceChildren(...this.describe(t).map((line) => el('span', { text: line })));
    this.tip.style.left = `${100 * share}%`;
    this.tip.classList.toggle('sl-tip-left', share > 0.5);
  }

  hideTip() {
    this.hover.hidden = true;
    this.tip.hidden = true;
  }
}
