/** The nodes of a time line's rows: a name at the left, a picture over the seconds at the right. */

import { el } from '../kit/dom.js';
import { curvePicture, stripPicture } from './rows.js';

/** @import { Curves, Stretch, ViewerValue } from './values.js' */

const LEAST_LABELLED_GAP = 0.12; // of the width

/**
 * How probable class `c` was, beside its name.
 * @param {Pick<ViewerValue, 'timeline' | 'video'>} value
 * @param {number} c
 * @param {boolean} isChosen
 * @param {Node} name
 */
export function stripRow(value, c, isChosen, name) {
  return el('div', { class: `sl-row sl-row-strip${isChosen ? ' sl-chosen' : ''}` },
    name, stripPicture(value.timeline, c, value.video.duration));
}

/**
 * A row that says why there is no strip.
 * @param {string} label
 * @param {string} reason
 * @param {boolean} isChosen
 * @param {() => void} onChoose
 */
export function emptyRow(label, reason, isChosen, onChoose) {
  return el('div', { class: `sl-row sl-row-strip${isChosen ? ' sl-chosen' : ''}` },
    rowName(label, onChoose),
    el('span', { class: 'sl-row-empty', text: reason, title: reason }));
}

/** @param {string} label @param {() => void} onChoose */
export function rowName(label, onChoose) {
  return el('span', {
    class: 'sl-row-name', text: label, title: label, 'aria-hidden': 'true', on: { click: onChoose },
  });
}

/**
 * How much evidence there was for class `c`, which is named below the title if `about` says how.
 * @param {{ evidence: Curves | null, video: { duration: number } }} value
 * @param {number} c
 * @param {string} [about]
 */
export function curveRow(value, c, about = '') {
  const { evidence } = value;
  const scale = evidence ? evidence.curve_scale.toFixed(1) : '';
  return el('div', { class: 'sl-row sl-row-curve' },
    el('span', { class: 'sl-row-name', 'aria-hidden': 'true' },
      el('span', { text: evidence ? `+${scale}` : '' }),
      el('span', { class: 'sl-row-title', text: 'Evidence' }),
      about ? el('span', { class: 'sl-row-about', text: about, title: about }) : null,
      el('span', { text: evidence ? `−${scale}` : '' })),
    evidence
      ? curvePicture(evidence, c, value.video.duration)
      : el('span', { class: 'sl-row-empty', text: 'There is no evidence to show.' }));
}

/** @param {Stretch} gap @param {number} duration */
export function gapMark([start, end], duration) {
  const share = (end - start) / duration;
  const node = el('div', { class: 'sl-gap', title: 'not analysed' },
    share > LEAST_LABELLED_GAP ? el('span', { text: 'not analysed' }) : null);
  node.style.left = `${(100 * start) / duration}%`;
  node.style.width = `${100 * share}%`;
  return node;
}
