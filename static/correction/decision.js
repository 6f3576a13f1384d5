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
 * @property {Verdict[]} verdicts
 * @property {string | null} error
 * @typedef {Facts & State} CorrectionValue
 * @typedef {{ key: string, way: 'agree' | 'name' | 'alone', button: string, save: string, shortcut: string, help: string }} Verdict
 * @typedef {{ verdict: string, label: string | null, isNew?: boolean }} DecisionChoice
 * @typedef {State & { saved: Kept | null, undone: Kept | null, error?: string }} Reply
 */

/**
 * What would be saved; '' if nothing is chosen.
 * @param {DecisionChoice | null} choice
 * @param {Verdict[]} verdicts
 */
export function inWords(choice, verdicts) {
  if (!choice) return '';
  if (choice.label !== null) return choice.isNew ? `${choice.label} (new label)` : choice.label;
  return verdicts.find(({ key, way }) => way === 'alone' && key === choice.verdict)?.save ?? '';
}

/**
 * The verdict of somebody who says that it is `label`.
 * @param {CorrectionValue} value
 * @param {string} label
 */
export function verdictOn({ said, verdicts }, label) {
  const way = label === said[0]?.label ? 'agree' : 'name';
  return verdicts.find((verdict) => verdict.way === way)?.key ?? '';
}
