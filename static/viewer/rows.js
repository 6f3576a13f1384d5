/** The rows under the picture: each a curve over the same seconds, drawn on a 1000 wide grid. */

import { svg } from '../kit/dom.js';
import { clamp, clock } from '../kit/numbers.js';
import { gapBetween } from './values.js';

/** @import { Curves, Probabilities, Stretch } from './values.js' */

/** @typedef {[number, number]} Point */

const GRID = 1000;
const STRIP_HEIGHT = 100;
const CURVE_HEIGHT = 200;

/**
 * Points of a row as one path: pieces are broken by null.
 * @param {Point[][]} pieces
 */
function pathOf(pieces) {
  return pieces
    .map((piece) => `M${piece.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}`)
    .join('');
}

/** @param {number} height @param {...SVGElement} paths */
function picture(height, ...paths) {
  return svg('svg', {
    viewBox: `0 0 ${GRID} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false',
  }, ...paths);
}

/**
 * Runs of neighbouring steps that have a value: [[first, last]].
 * @param {(number | null)[]} values
 * @returns {[number, number][]}
 */
function runs(values) {
  /** @type {[number, number][]} */
  const found = [];
  values.forEach((value, i) => {
    if (value === null) return;
    const last = found.at(-1);
    if (last && last[1] === i - 1) last[1] = i;
    else found.push([i, i]);
  });
  return found;
}

/**
 * A line with both ends led to height `y`, to be filled.
 * @param {Point[]} line
 * @param {number} y
 * @returns {Point[]}
 */
function closed(line, y) {
  return [[line[0][0], y], ...line, [line[line.length - 1][0], y]];
}

/**
 * The probability of one class as steps; null steps stay empty.
 * @param {Probabilities} timeline
 * @param {number} c
 * @param {number} duration
 */
export function stripPicture(timeline, c, duration) {
  /** @param {number} t */
  const x = (t) => (clamp(t, 0, duration) / duration) * GRID;
  /** @param {number} p */
  const y = (p) => STRIP_HEIGHT * (1 - p);
  const values = timeline.probabilities[c];
  /** @type {Point[][]} */
  const lines = [];
  /** @type {Point[][]} */
  const areas = [];
  for (const [first, last] of runs(values)) {
    /** @type {Point[]} */
    const line = [];
    for (let i = first; i <= last; i += 1) {
      const height = y(values[i] ?? 0);
      line.push([x(timeline.edges[i]), height], [x(timeline.edges[i + 1]), height]);
    }
    lines.push(line);
    areas.push(closed(line, STRIP_HEIGHT));
  }
  return picture(STRIP_HEIGHT,
    svg('path', { class: 'sl-area', d: pathOf(areas) }),
    svg('path', { class: 'sl-line', d: pathOf(lines) }));
}

/**
 * Centres with their values, cut at gaps and held to both ends of what was looked at.
 * @param {Curves} evidence
 * @param {number} c
 * @param {number} duration
 * @returns {Point[][]}
 */
function curvePieces(evidence, c, duration) {
  const { seconds, gaps } = evidence;
  const curve = evidence.curves[c];
  /** @type {Point[][]} */
  const pieces = [];
  seconds.forEach((t, i) => {
    if (i === 0 || gapBetween(gaps, seconds[i - 1], t)) pieces.push([[heldFrom(gaps, t), curve[i]]]);
    const piece = pieces[pieces.length - 1];
    piece.push([t, curve[i]]);
    const isLast = i + 1 === seconds.length || gapBetween(gaps, t, seconds[i + 1]);
    if (isLast) piece.push([heldUntil(gaps, t, duration), curve[i]]);
  });
  return pieces;
}

/** @param {Stretch[]} gaps @param {number} t */
function heldFrom(gaps, t) {
  return Math.max(0, ...gaps.filter(([, end]) => end <= t).map(([, end]) => end));
}

/** @param {Stretch[]} gaps @param {number} t @param {number} duration */
function heldUntil(gaps, t, duration) {
  return Math.min(duration, ...gaps.filter(([start]) => start >= t).map(([start]) => start));
}

/**
 * The signed curve of one class around its zero line; every class has the same height.
 * @param {Curves} evidence
 * @param {number} c
 * @param {number} duration
 */
export function curvePicture(evidence, c, duration) {
  const middle = CURVE_HEIGHT / 2;
  /** @type {(at: Point) => Point} */
  const point = ([t, value]) => [
    (clamp(t, 0, duration) / duration) * GRID,
    middle - clamp(value / evidence.curve_scale, -1, 1) * middle * 0.94,
  ];
  const pieces = curvePieces(evidence, c, duration).map((piece) => piece.map(point));
  const areas = pieces.map((piece) => closed(piece, middle));
  /** @param {string} name @param {boolean} top */
  const half = (name, top) => svg('svg', {
    x: 0, y: top ? 0 : middle, width: GRID, height: middle,
    viewBox: `0 ${top ? 0 : middle} ${GRID} ${middle}`, preserveAspectRatio: 'none',
  }, svg('path', { class: name, d: pathOf(areas) }));
  return picture(CURVE_HEIGHT,
    half('sl-area-for', true),
    half('sl-area-against', false),
    svg('path', { class: 'sl-zero', d: `M0 ${middle}L${GRID} ${middle}` }),
    svg('path', { class: 'sl-line', d: pathOf(pieces) }));
}

const LONG_STEPS = [20, 30, 60, 120, 300, 600, 1200, 1800, 3600]; // seconds that clocks are read in

/**
 * Marks under the rows: [seconds, text], at most about `wanted`, evenly spaced, none twice.
 * @param {number} duration
 * @param {number} wanted
 * @returns {[number, string][]}
 */
export function ticks(duration, wanted) {
  const rough = duration / Math.max(wanted, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const fine = [1, 2, 5, 10].map((factor) => factor * power);
  const step = (rough > 10 ? LONG_STEPS : fine).find((size) => size >= rough * (1 - 1e-9)) ?? fine[fine.length - 1];
  const places = clamp(-Math.floor(Math.log10(step) + 1e-9), 0, 9);
  /** @param {number} t */
  const text = (t) => (t < 60 ? String(Number(t.toFixed(places))) : clock(t).replace(/\.0$/, ''));
  return Array.from({ length: Math.floor(duration / step + 1e-6) + 1 }, (_, i) => [i * step, text(i * step)]);
}
