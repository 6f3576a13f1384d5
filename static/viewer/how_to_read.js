/** What somebody who sees such curves for the first time should know, folded away. */

import { el } from '../kit/dom.js';

/**
 * `points` are sentences.
 * @param {string[]} points
 */
export function howToRead(points) {
  return el('details', { class: 'sl-details' },
    el('summary', { text: 'How to read this' }),
    el('ul', {}, ...points.map((text) => el('li', { text }))));
}
