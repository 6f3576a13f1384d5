/** The viewer's value, decoded: what the model thought at a moment, and nothing in the gaps. */

import { plain } from '../kit/gradio.js';

/**
 * Seconds from and to.
 * @typedef {[number, number]} Stretch
 * Shares of the picture.
 * @typedef {{ x: number, y: number, width: number, height: number }} Crop
 * @typedef {{ id: number, name: string, src: string, duration: number, fps: number, width: number, height: number }} VideoFacts
 * @typedef {{ seconds: number[], gaps: Stretch[], curves: ArrayLike<number>[], curve_scale: number }} Curves
 * @typedef {{ seconds: number[], gaps: Stretch[], curve_scale: number, height: number, width: number, scale: number, area: [number, number, number, number] | null, volume: string }} PackedEvidence
 * @typedef {Omit<PackedEvidence, 'volume'> & Curves & { volume: Float32Array, cells: number, steps: number }} Evidence
 * @typedef {{ edges: number[], probabilities: (number | null)[][] }} Probabilities
 * @typedef {{ index: number, label: string, probability: number, words: string, summary: string }} Answer
 * @typedef {{ scale: number, curve_scale: number, biases: number[], rivals: number, others: string[], pairs: string[][], moments: number[][] }} Reasons
 *
 * What `app/components/viewer.py` sends.
 * @typedef {object} PackedValue
 * @property {boolean} answered
 * @property {boolean} [playable]
 * @property {VideoFacts} video
 * @property {{ title: string, name: string, version: string }} model
 * @property {string} headline
 * @property {string} remark
 * @property {Answer[]} classes
 * @property {Probabilities} timeline
 * @property {PackedEvidence | null} evidence
 * @property {Reasons | null} reasons
 * @property {string[]} doubts
 * @property {Crop} crop
 * @property {string[]} notes
 * @property {number | null} start_at
 * @property {{ text: string, address: string }[]} links
 *
 * @typedef {Omit<PackedValue, 'evidence'> & { evidence: Evidence | null, gaps: Stretch[] }} ViewerValue
 */

export const LEAST_STEP_S = 1e-6;

/**
 * One IEEE 754 half-precision number from its 16 bits.
 * @param {number} bits
 */
export function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** @param {string} base64 */
function decodeHalves(base64) {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length >> 1 }, (_, i) => half(view.getUint16(2 * i, true)));
}

/**
 * `volume` is [classes][steps][height][width] flattened; `curves` its mean over the picture.
 * @param {PackedEvidence | null} raw
 * @param {number} classes
 * @returns {Evidence | null}
 */
export function decodeEvidence(raw, classes) {
  if (!raw || !raw.seconds.length) return null;
  const volume = decodeHalves(raw.volume);
  const cells = raw.height * raw.width;
  const steps = raw.seconds.length;
  if (volume.length !== classes * steps * cells || !volume.every(Number.isFinite)) return null;
  const curves = Array.from({ length: classes }, (_, c) =>
    Float32Array.from({ length: steps }, (__, s) => {
      const start = (c * steps + s) * cells;
      let sum = 0;
      for (let i = start; i < start + cells; i += 1) sum += volume[i];
      return sum / cells;
    }));
  return { ...raw, volume, curves, cells, steps };
}

/**
 * Stretches in which no clip looked.
 * @param {Evidence | null} evidence
 * @param {Probabilities} timeline
 * @returns {Stretch[]}
 */
function findGaps(evidence, timeline) {
  if (evidence) return evidence.gaps;
  /** @type {Stretch[]} */
  const gaps = [];
  const first = timeline.probabilities[0] ?? [];
  first.forEach((value, i) => {
    if (value === null) gaps.push([timeline.edges[i], timeline.edges[i + 1]]);
  });
  return gaps;
}

/** @param {PackedValue | null} raw @returns {ViewerValue | null} */
export function decodeValue(raw) {
  const value = plain(raw);
  if (!value || !value.video) return null;
  if (value.answered === false) return { ...value, evidence: null, classes: [], gaps: [], timeline: { edges: [], probabilities: [] } };
  const { video, timeline } = value;
  const evidence = decodeEvidence(value.evidence, value.classes.length);
  const duration = Math.max(video.duration || (timeline.edges.at(-1) ?? 0), LEAST_STEP_S);
  return { ...value, evidence, gaps: findGaps(evidence, timeline), video: { ...video, duration } };
}

/** @param {Stretch[]} gaps @param {number} t */
export function inGap(gaps, t) {
  return gaps.some(([start, end]) => t > start && t < end);
}

/** @param {Stretch[]} gaps @param {number} before @param {number} after */
export function gapBetween(gaps, before, after) {
  return gaps.some(([start, end]) => start < after && end > before);
}

/**
 * Which two steps make up moment `t`, and the second one's share. Neighbours are mixed linearly;
 * before the first, after the last and beside a gap the nearest one holds; in a gap: null.
 * @param {Pick<Curves, 'seconds' | 'gaps'>} evidence
 * @param {number} t
 */
function mixAt(evidence, t) {
  const { seconds, gaps } = evidence;
  if (inGap(gaps, t)) return null;
  let after = seconds.findIndex((second) => second >= t);
  if (after === -1) after = seconds.length - 1;
  const before = seconds[after] > t && after > 0 ? after - 1 : after;
  if (before === after || seconds[after] < t) {
    const cutOff = gapBetween(gaps, Math.min(t, seconds[after]), Math.max(t, seconds[after]));
    return cutOff ? null : { before: after, after, share: 0 };
  }
  if (gapBetween(gaps, seconds[before], seconds[after])) {
    const nearest = gapBetween(gaps, seconds[before], t) ? after : before;
    return { before: nearest, after: nearest, share: 0 };
  }
  const share = (t - seconds[before]) / Math.max(seconds[after] - seconds[before], LEAST_STEP_S);
  return { before, after, share };
}

/**
 * The picture of evidence for class `c` at `t`: Float32Array [height * width], or null in a gap.
 * @param {Evidence | null} evidence
 * @param {number} c
 * @param {number} t
 */
export function fieldAt(evidence, c, t) {
  const mix = evidence && mixAt(evidence, t);
  if (!mix) return null;
  const { volume, cells, steps } = evidence;
  const one = (c * steps + mix.before) * cells;
  const two = (c * steps + mix.after) * cells;
  return Float32Array.from({ length: cells }, (_, i) =>
    volume[one + i] * (1 - mix.share) + volume[two + i] * mix.share);
}

/**
 * The evidence for class `c` at `t` in logits, or null in a gap.
 * @param {Curves | null} evidence
 * @param {number} c
 * @param {number} t
 */
export function curveAt(evidence, c, t) {
  const mix = evidence && mixAt(evidence, t);
  if (!mix) return null;
  const curve = evidence.curves[c];
  return curve[mix.before] * (1 - mix.share) + curve[mix.after] * mix.share;
}

/**
 * The probability of class `c` in the step around `t`, or null where nothing was looked at.
 * @param {Probabilities} timeline
 * @param {number} c
 * @param {number} t
 */
export function probabilityAt(timeline, c, t) {
  const { edges, probabilities } = timeline;
  if (edges.length < 2 || t < edges[0] || t > edges[edges.length - 1]) return null;
  let step = edges.findIndex((edge) => edge > t) - 1;
  if (step < 0) step = edges.length - 2;
  return probabilities[c][step] ?? null;
}
