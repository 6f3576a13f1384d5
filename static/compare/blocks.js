/** One version's rows on the shared seconds, and what it held at a moment. */

import { el } from '../kit/dom.js';
import { percent, signed } from '../kit/numbers.js';
import { curveRow, emptyRow, gapMark, rowName, stripRow } from '../viewer/lines.js';
import { curveAt, inGap, probabilityAt } from '../viewer/values.js';

/** @import { AnsweredSide, Choice, ComparisonValue, Side } from './sides.js' */

/**
 * Heading, a strip a class, the evidence for the chosen one; hatched where this version did not look.
 * @param {ComparisonValue} value
 * @param {number} s
 * @param {Choice} chosen
 * @param {(chosen: Choice) => void} onChoose
 */
export function sideBlock(value, s, chosen, onChoose) {
  const side = value.sides[s];
  const { answer } = side;
  const heading = el('p', { class: 'sl-block-title' }, el('strong', { text: side.title }),
    el('span', { text: answer ? answer.headline : side.missing }));
  if (!answer) return [heading];
  const answered = { ...side, answer };
  const strips = value.classes.map((_, c) => classRow(value, answered, c, c === chosen.c, () => onChoose({ s, c })));
  const gaps = el('div', { class: 'sl-gaps sl-block-gaps' },
    ...answer.gaps.map((gap) => gapMark(gap, answer.video.duration)));
  const block = el('div', { class: `sl-rows sl-block${s === chosen.s ? ' sl-block-painted' : ''}` },
    ...strips, evidenceRow(answered, chosen.c), gaps);
  return [heading, block];
}

/**
 * Of the chosen class; where this version has none for it, of what this version itself said.
 * @param {AnsweredSide} side
 * @param {number} c
 */
function evidenceRow({ answer, rows }, c) {
  const row = rows[c].row ?? 0;
  return curveRow(answer, row, `for ${answer.classes[row].label}`);
}

/**
 * @param {ComparisonValue} value
 * @param {AnsweredSide} side
 * @param {number} c
 * @param {boolean} isChosen
 * @param {() => void} onChoose
 */
function classRow(value, side, c, isChosen, onChoose) {
  const { row } = side.rows[c];
  const { label } = value.classes[c];
  const node = row === null
    ? emptyRow(label, whyNoCurve(value, side, c), isChosen, onChoose)
    : stripRow(side.answer, row, isChosen, rowName(side.answer.classes[row].label, onChoose));
  if (label === value.label) node.classList.add('sl-row-said');
  return node;
}

/** @param {ComparisonValue} value @param {Side} side @param {number} c */
function whyNoCurve(value, { name, rows }, c) {
  const { known, probability } = rows[c];
  if (!known) return `${name} does not know this class.`;
  const whole = `${percent(probability ?? 0)} over the whole video`;
  return value.working ? `${whole}; its curve is being worked out` : `${whole}; its curve is not known`;
}

/**
 * What one version held at moment `t`, one line each.
 * @param {ComparisonValue} value
 * @param {number} s
 * @param {number} c
 * @param {number} t
 */
export function sideAt(value, s, c, t) {
  const side = value.sides[s];
  const { answer } = side;
  if (!answer) return [];
  if (inGap(answer.gaps, t)) return [`${side.title}: not analysed`];
  const lines = value.classes.map(({ label }, i) => {
    const { row } = side.rows[i];
    const probability = row === null ? null : probabilityAt(answer.timeline, row, t);
    return probability === null ? null : `${label} ${percent(probability)}`;
  });
  const { row } = side.rows[c];
  const evidence = row === null ? null : curveAt(answer.evidence, row, t);
  if (evidence !== null) lines.push(`evidence for ${value.classes[c].label} ${signed(evidence)}`);
  return [side.title, ...lines.filter((line) => line !== null)];
}
