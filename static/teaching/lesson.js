/** How the teaching goes. The clock runs here between two messages from the server. */

import { el, svg } from '../kit/dom.js';
import { follow, plain, rootOf } from '../kit/gradio.js';
import { aboutTime, clamp } from '../kit/numbers.js';

/** @import { Gradio } from '../kit/gradio.js' */

/** @typedef {{ state: string, share: number, sentence: string, elapsed_s: number, remaining_s: number | null, curve: { loss: number }[] }} LessonValue */

const CURVE = { width: 320, height: 90, edge: 4 };
const LESSON_TICK_MS = 1000;

/** @param {number} seconds */
function leftInWords(seconds) {
  return seconds > 2 ? `about ${aboutTime(seconds)} left` : 'nearly there';
}

/**
 * Points of a polyline for values of 0 to `top`, the first at the left.
 * @param {number[]} values
 * @param {number} top
 */
function curvePoints(values, top) {
  const { width, height, edge } = CURVE;
  const step = (width - 2 * edge) / Math.max(values.length - 1, 1);
  return values.map((value, i) => {
    const y = height - edge - (clamp(value / top, 0, 1) * (height - 2 * edge));
    return `${(edge + i * step).toFixed(1)},${y.toFixed(1)}`;
  }).join(' ');
}

class Lesson {
  receivedAt = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  timer;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.fill = el('div', { class: 'sl-progress-fill' });
    this.bar = el('div', {
      class: 'sl-progress-bar', role: 'progressbar', 'aria-label': 'Teaching', 'aria-valuemin': 0, 'aria-valuemax': 100,
    }, this.fill);
    this.sentence = el('p', { class: 'sl-progress-sentence', 'aria-live': 'polite' });
    this.times = el('p', { class: 'sl-progress-times' });
    this.work = el('div', { class: 'sl-progress-work' }, this.bar,
      el('div', { class: 'sl-progress-text' }, this.sentence, this.times));
    this.curve = el('figure', { class: 'sl-teach-curve' });
    this.end = el('p', { role: 'status' });
    this.panel = el('section', { class: 'sl-progress', 'aria-label': 'How the teaching goes', hidden: true },
      this.work, this.end, this.curve);
    root.replaceChildren(this.panel);
  }

  /** @param {LessonValue | null} raw */
  update(raw) {
    const value = plain(raw);
    this.receivedAt = performance.now();
    this.panel.hidden = !value;
    clearInterval(this.timer);
    if (!value) return;
    const { state, share, sentence, curve } = value;
    const busy = state === 'queued' || state === 'running';
    this.work.hidden = !busy;
    this.end.hidden = busy;
    this.end.textContent = sentence;
    this.end.className = state === 'done' ? 'sl-done' : 'sl-banner';
    this.fill.style.width = `${Math.round(share * 100)}%`;
    this.bar.setAttribute('aria-valuenow', String(Math.round(share * 100)));
    if (this.sentence.textContent !== sentence) this.sentence.textContent = sentence;
    this.drawCurve(curve);
    if (busy) {
      this.showTimes(value);
      this.timer = setInterval(() => (this.root.isConnected ? this.showTimes(value) : clearInterval(this.timer)), LESSON_TICK_MS);
    }
  }

  /** @param {LessonValue} value */
  showTimes({ state, elapsed_s: elapsed, remaining_s: remaining }) {
    const since = (performance.now() - this.receivedAt) / 1000;
    const parts = elapsed ? [`${aboutTime(elapsed + since)} so far`] : [];
    if (remaining !== null) parts.push(leftInWords(remaining - since));
    else if (state === 'running') parts.push('still measuring how long it takes');
    this.times.textContent = parts.join(', ');
  }

  /** @param {{ loss: number }[]} curve */
  drawCurve(curve) {
    const losses = curve.map((point) => point.loss).filter((loss) => Number.isFinite(loss));
    this.curve.hidden = losses.length < 2;
    if (this.curve.hidden) return;
    const words = `How far off the answers are while it learns: ${losses[0].toFixed(2)} at first, ${losses[losses.length - 1].toFixed(2)} now (less is better).`;
    this.curve.replaceChildren(
      svg('svg', { viewBox: `0 0 ${CURVE.width} ${CURVE.height}`, role: 'img', 'aria-label': words },
        svg('polyline', { points: curvePoints(losses, Math.max(...losses) || 1), class: 'sl-teach-loss' })),
      el('figcaption', { text: words }),
    );
  }
}

/** @param {Gradio} gradio */
export function mount(gradio) {
  const lesson = new Lesson(rootOf(gradio));
  follow(gradio, (value) => lesson.update(value));
}
