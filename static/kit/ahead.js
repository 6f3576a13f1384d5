/**
 * Values that are here before the server's event brings them. Whoever goes on to a video that was
 * loaded ahead sees it at once; the event follows, and what it brings is the same or newer.
 */

import { announce, listenWhileShown } from './news.js';

/**
 * What is shown of which video, by the component's id, until the server has said the same.
 * @typedef {{ video: number, values: Record<string, any> }} Ahead
 */

export const SHOWN_AHEAD = 'secondlook:ahead';
const SETTLED_MS = 300; // the parts get their values one after the other

/** @type {Ahead | null} */
let shown = null;

/** @param {Ahead} ahead */
export function showAhead(ahead) {
  shown = ahead;
  announce(SHOWN_AHEAD, ahead);
}

/** What comes from now on was asked for in another way. */
export function endAhead() {
  shown = null;
}

/**
 * Which video a component's value is about, as far as it says so.
 * @param {any} value
 * @returns {number | null}
 */
export function videoOf(value) {
  const video = value?.video_id ?? value?.video?.id ?? value?.video ?? null;
  return video === null ? null : Number(video);
}

/**
 * Whether a value that the server sent must not be shown: it is about a video that was left, or says
 * what is shown already.
 * @param {Ahead | null} ahead
 * @param {string} id
 * @param {any} value
 */
export function isOutdated(ahead, id, value) {
  if (!ahead || !(id in ahead.values)) return false;
  const video = videoOf(value);
  if (video !== null && video !== ahead.video) return true;
  return JSON.stringify(value ?? null) === JSON.stringify(ahead.values[id] ?? null);
}

/**
 * Lets a component show values ahead; the answer says whether one of the server's is outdated.
 * @param {HTMLElement} element
 * @param {(value: any) => void} update
 * @returns {(value: any) => boolean}
 */
export function followAhead(element, update) {
  /** @param {Ahead} ahead */
  const idIn = ({ values }) => Object.keys(values).find((id) => element.closest(`[id="${CSS.escape(id)}"]`)) ?? '';
  listenWhileShown(element, SHOWN_AHEAD, ({ detail }) => {
    const id = idIn(detail);
    if (id) update(detail.values[id]);
  });
  return (value) => {
    if (!shown) return false;
    const ahead = shown;
    const isLate = isOutdated(ahead, idIn(ahead), value);
    if (videoOf(value) === ahead.video) setTimeout(() => { if (shown === ahead) endAhead(); }, SETTLED_MS);
    return isLate;
  };
}
