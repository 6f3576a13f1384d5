/**
 * What is drawn of the evidence: all that speaks for a class, what speaks for it rather than for
 * the other guesses, or rather than for one of them. Differences are exact: the head is linear.
 */

/** @import { Evidence, ViewerValue } from './values.js' */

/** @typedef {'all' | 'others' | number} Against all that speaks for a class, rather than for the others, or than for one */

export const ALL = 'all';
export const OTHERS = 'others';

/**
 * The other classes that class `c` is set against, as `contrast.py` does it.
 * @param {number} c
 * @param {number} classes
 * @param {number} most
 */
function rivalsOf(c, classes, most) {
  return Array.from({ length: Math.min(classes, most) }, (_, i) => i).filter((i) => i !== c).slice(0, most - 1);
}

/**
 * Evidence of one class alone, shaped as `decodeEvidence` gives it; `against` is ALL, OTHERS or a class.
 * @param {Pick<ViewerValue, 'evidence' | 'reasons' | 'classes'>} value
 * @param {number} c
 * @param {Against} against
 * @returns {Evidence | null}
 */
export function viewOf({ evidence, reasons, classes }, c, against) {
  if (!evidence) return null;
  const { cells, steps, volume } = evidence;
  const size = steps * cells;
  const own = volume.subarray(c * size, (c + 1) * size);
  if (against === ALL || !reasons) return { ...evidence, volume: own, curves: [evidence.curves[c]] };
  const rivals = against === OTHERS ? rivalsOf(c, classes.length, reasons.rivals) : [against];
  const { biases, scale, curve_scale: curveScale } = reasons;
  const shift = biases[c] - rivals.reduce((sum, r) => sum + biases[r], 0) / Math.max(rivals.length, 1);
  const shown = Float32Array.from(own, (value, i) =>
    value + shift - rivals.reduce((sum, r) => sum + volume[r * size + i], 0) / Math.max(rivals.length, 1));
  const curve = Float32Array.from({ length: steps }, (_, s) => {
    let sum = 0;
    for (let i = s * cells; i < (s + 1) * cells; i += 1) sum += shown[i];
    return sum / cells;
  });
  return { ...evidence, volume: shown, curves: [curve], scale, curve_scale: curveScale };
}

/**
 * The sentence that says in words what `viewOf` draws.
 * @param {Pick<ViewerValue, 'reasons' | 'classes'>} value
 * @param {number} c
 * @param {Against} against
 */
export function sentenceOf({ reasons, classes }, c, against) {
  if (against === ALL || !reasons) return classes[c]?.summary ?? '';
  return against === OTHERS ? reasons.others[c] : reasons.pairs[c][against];
}

/**
 * What the drawn evidence is called, to follow "evidence for X".
 * @param {Pick<ViewerValue, 'classes'>} value
 * @param {Against} against
 */
export function againstInWords({ classes }, against) {
  if (against === ALL) return '';
  return against === OTHERS ? 'over the others' : `over ${classes[against].label}`;
}
