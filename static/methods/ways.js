/** One method: its row over the shared seconds, its line in the table, its value at a moment. */

import { el } from '../kit/dom.js';
import { clock, signed } from '../kit/numbers.js';
import { curvePicture } from '../viewer/rows.js';
import { curveAt } from '../viewer/values.js';

/** @import { Curves, VideoFacts } from '../viewer/values.js' */

/** @typedef {Curves & { name: string, stage: string, cost_s: number, signed: boolean, adds_up: boolean, words: string, curves: number[][] }} MethodCurves */

/**
 * Name, stage and curve of one way for class `c`.
 * @param {MethodCurves} way
 * @param {number} c
 * @param {number} duration
 */
export function wayRow(way, c, duration) {
  return el('div', { class: 'sl-row sl-row-curve sl-way-row' },
    el('span', { class: 'sl-row-name', 'aria-hidden': 'true' },
      el('span', { class: 'sl-row-title', text: way.name }),
      el('span', { class: 'sl-row-about', text: way.stage })),
    curvePicture(way, c, duration));
}

/**
 * What a way says at `t`: logits where they add up, else a share of its own most; null in gaps.
 * @param {MethodCurves} way
 * @param {number} c
 * @param {number} t
 */
export function wayAt(way, c, t) {
  const value = curveAt(way, c, t);
  if (value === null) return null;
  if (way.adds_up) return signed(value);
  const share = Math.round((100 * value) / way.curve_scale);
  return `${share < 0 ? '−' : ''}${Math.abs(share)}\u00a0%`;
}

/**
 * When a way's curve for class `c` is highest.
 * @param {MethodCurves} way
 * @param {number} c
 */
function strongestAt(way, c) {
  const curve = way.curves[c];
  const most = Math.max(...curve);
  return way.seconds[curve.indexOf(most)];
}

/** @param {number} seconds */
function tookSeconds(seconds) {
  if (seconds < 0.01) return 'under 0.01\u00a0s';
  return `${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(0)}\u00a0s`;
}

const COLUMNS = ['Method', 'Strongest at', 'Took', 'Can speak against', 'Own curve for each class',
  'Adds up to the score', 'Rescaled', 'In words'];

/**
 * What each method costs and what it can and cannot say.
 * @param {MethodCurves[]} ways
 * @param {number} c
 * @param {string} label
 */
export function waysTable(ways, c, label) {
  /** @param {boolean} is */
  const yes = (is) => (is ? 'yes' : 'no');
  /** @param {MethodCurves} way */
  const line = (way) => el('tr', {},
    el('th', { scope: 'row', text: `${way.name}, ${way.stage}` }),
    ...[`${clock(strongestAt(way, c))}\u00a0s`, tookSeconds(way.cost_s), yes(way.signed), 'yes',
      yes(way.adds_up), yes(!way.adds_up), way.words].map((text) => el('td', { text })));
  return el('table', { class: 'sl-table sl-ways' },
    el('caption', { text: `What each method says about ${label}, what it took, and what it can and cannot say` }),
    el('thead', {}, el('tr', {}, ...COLUMNS.map((text) => el('th', { scope: 'col', text })))),
    el('tbody', {}, ...ways.map(line)));
}

const MOMENTS = 20;

/**
 * The curves as numbers, at moments that all methods share.
 * @param {{ ways: MethodCurves[], video: VideoFacts }} shown
 * @param {number} c
 * @param {string} label
 */
export function momentsTable({ ways, video }, c, label) {
  const moments = Array.from({ length: MOMENTS }, (_, i) => ((i + 0.5) * video.duration) / MOMENTS);
  /** @param {number} t */
  const line = (t) => el('tr', {}, el('th', { scope: 'row', text: clock(t) }),
    ...ways.map((way) => el('td', { text: wayAt(way, c, t) ?? 'not analysed' })));
  return el('table', { class: 'sl-table' },
    el('caption', { text: `What speaks for ${label}: in logits where that adds up to the score, else as a share of the method’s own maximum` }),
    el('thead', {}, el('tr', {}, el('th', { scope: 'col', text: 'Seconds' }),
      ...ways.map((way) => el('th', { scope: 'col', text: `${way.name}, ${way.stage}` })))),
    el('tbody', {}, ...moments.map(line)));
}
