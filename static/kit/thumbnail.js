/** The small picture of a video, which its name stands beside. */

import { el } from './dom.js';

/**
 * Keeps its place while it loads, and where there is none.
 * @param {number} id
 */
export function thumbnail(id) {
  return el('span', { class: 'sl-thumbnail' }, el('img', {
    src: `/media/${id}/thumbnail`, alt: '', loading: 'lazy', decoding: 'async', width: 96, height: 60,
    on: { error: (event) => { /** @type {HTMLElement} */ (event.target).hidden = true; } },
  }));
}
