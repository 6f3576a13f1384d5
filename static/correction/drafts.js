/** What somebody has begun and not saved: kept for each video, of each person where people log in. */

import { forget, recall, remember } from '../kit/memory.js';
import { loggedIn } from '../kit/person.js';

/** @import { DecisionChoice } from './decision.js' */

/** @typedef {{ choice: DecisionChoice | null, note: string, search: string, part: { start: number, end: number } | null }} Draft */

/** @param {unknown} videoId */
function draftOf(videoId) {
  return loggedIn ? `draft:${loggedIn}:${videoId}` : `draft:${videoId}`;
}

/**
 * @param {unknown} videoId
 * @returns {Partial<Draft> | null}
 */
export function readDraft(videoId) {
  return recall(draftOf(videoId), null);
}

/**
 * Keeps it, unless nothing has been begun.
 * @param {unknown} videoId
 * @param {Draft} draft
 */
export function keepDraft(videoId, draft) {
  if (draft.choice || draft.note || draft.search || draft.part) remember(draftOf(videoId), draft);
  else dropDraft(videoId);
}

/** @param {unknown} videoId */
export function dropDraft(videoId) {
  forget(draftOf(videoId));
}
