/** What the panel is given, and what a person decides with it. */

/** @import { Entry } from './history.js' */

/**
 * What `app/components/correction.py` sends.
 * @typedef {{ label: string, probability: number, percent: string }} Guess
 * @typedef {{ who: string, said: string, label: string | null }} Claim
 * @typedef {{ current?: Entry[], history?: Entry[], dispute?: Claim[] }} State
 * @typedef {{ event_id: number, what: string, at: string }} Kept
 * @typedef {object} Facts
 * @property {number} video_id
 * @property {number | null} prediction_id
 * @property {string} question
 * @property {boolean} sure
 * @property {Guess[]} said
 * @property {string[]} labels
 * @property {(number | null)[]} probabilities
 * @property {string | null} error
 * @typedef {Facts & State} CorrectionValue
 * @typedef {'confirmed' | 'corrected' | 'unsure' | 'unusable'} Verdict
 * @typedef {{ verdict: Verdict, label: string | null, isNew?: boolean }} DecisionChoice
 * @typedef {State & { saved: Kept | null, undone: Kept | null, error?: string }} Reply
 */

/** @type {Partial<Record<Verdict, string>>} */
const WORDS = { unsure: 'not sure', unusable: 'unusable video' };

/**
 * What would be saved; '' if nothing is chosen.
 * @param {DecisionChoice | null} choice
 */
export function inWords(choice) {
  if (!choice) return '';
  return WORDS[choice.verdict] ?? (choice.isNew ? `${choice.label} (new label)` : choice.label ?? '');
}
