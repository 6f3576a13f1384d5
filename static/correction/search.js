/**
 * Finds a label among hundreds: whatever the order of the words, their case, accents, small typing
 * errors, and words that are not finished yet; also by another word for it (`synonyms.js`). What was
 * meant and what is only near are told apart: a label is meant where every typed word begins one of
 * its words, or all of a synonym was typed.
 */

import { SYNONYMS } from './synonyms.js';

/**
 * @typedef {{ label: string, words: string[], joined: string, probability: number, others: string[][] }} Entry
 * @typedef {Entry & { meant: boolean }} Found
 */

const MOST_FOUND = 12;
const IN_ORDER = 0.1; // for a label that begins with what was typed
const BUCKETS = 20; // matches closer than 1/20 count as equal; then the model's opinion decides

/** @param {string} text @returns {string[]} */
function wordsOf(text) {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * The word without its plural: "ups" is "up", "cherries" is "cherry", "press" stays.
 * @param {string} word
 */
function singular(word) {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`;
  return word.length > 2 && /[^su]s$/.test(word) ? word.slice(0, -1) : word;
}

const OTHER_WORDS = SYNONYMS.map((line) => line.map((phrase) => wordsOf(phrase).map(singular)));

/**
 * The label's words with a phrase of it said otherwise, each way.
 * @param {string[]} words
 * @returns {string[][]}
 */
function saidOtherwise(words) {
  const plain = words.map(singular);
  return OTHER_WORDS.flatMap(([phrase, ...others]) => {
    const at = plain.findIndex((_, i) => phrase.every((word, j) => plain[i + j] === word));
    if (at < 0) return [];
    return others.map((other) => [...plain.slice(0, at), ...other, ...plain.slice(at + phrase.length)]);
  });
}

/**
 * How many letters must be added, dropped, changed or swapped; `prefix`: to reach some beginning.
 * @param {string} from
 * @param {string} to
 * @param {boolean} prefix
 */
function distance(from, to, prefix) {
  /** @type {number[]} */
  let earlier = [];
  let above = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 1; i <= from.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= to.length; j += 1) {
      const change = above[j - 1] + (from[i - 1] === to[j - 1] ? 0 : 1);
      row[j] = Math.min(change, above[j] + 1, row[j - 1] + 1);
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]) {
        row[j] = Math.min(row[j], earlier[j - 2] + 1);
      }
    }
    earlier = above;
    above = row;
  }
  return prefix ? Math.min(...above) : above[to.length];
}

/**
 * How well a typed word fits a word of a label: 1 is equal, 0 not at all.
 * @param {string} typed
 * @param {string} word
 */
function wordFit(typed, word) {
  if (typed === word) return 1;
  if (singular(typed) === singular(word)) return 0.98;
  if (word.startsWith(typed)) return 0.8 + (0.15 * typed.length) / word.length;
  if (word.length >= 3 && typed.startsWith(word)) return 0.7;
  if (typed.length >= 3 && word.includes(typed)) return 0.6;
  let errors = 0;
  if (typed.length >= 4) errors = typed.length >= 8 ? 2 : 1;
  if (!errors || word.length < 3) return 0;
  const whole = distance(typed, word, false);
  if (whole <= errors) return 0.75 - 0.1 * whole;
  const start = distance(typed, word, true);
  return start <= errors ? 0.6 - 0.1 * start : 0;
}

/**
 * Whether every typed word begins a word of the label.
 * @param {string[]} typed
 * @param {string[]} words
 */
function begins(typed, words) {
  return typed.every((text) => words.some((word) => word.startsWith(text) || word === singular(text)));
}

/**
 * Whether all words of a label, said otherwise, are among those that were typed, or the other way
 * round, but for the last one, which may not be finished.
 * @param {string[]} typed
 * @param {Entry} entry
 */
function meansOther(typed, { others }) {
  const letters = typed.join('').length;
  return others.some((words) => begins(typed, words)
    && (letters >= 4 || typed.every((text) => words.includes(singular(text)))));
}

export class LabelSearch {
  /** @param {string[]} labels @param {(number | null)[]} probabilities */
  constructor(labels, probabilities) {
    this.entries = labels.map((label, i) => {
      const words = wordsOf(label);
      return { label, words, joined: words.join(''), probability: probabilities[i] ?? 0, others: saidOtherwise(words) };
    });
    this.byProbability = [...this.entries].sort((a, b) => b.probability - a.probability);
  }

  /**
   * The best labels for what was typed, those that are meant first; for nothing, those that the
   * model held most probable, of which none is meant.
   * @param {string} text
   * @param {boolean} [isBlind] whether the order must not tell what the model thinks
   * @returns {Found[]}
   */
  find(text, isBlind = false) {
    const typed = wordsOf(text);
    if (!typed.length) return (isBlind ? [] : this.byProbability.slice(0, MOST_FOUND)).map((entry) => ({ ...entry, meant: false }));
    /** @param {Entry} entry */
    const chance = ({ probability }) => (isBlind ? 0 : probability);
    const scored = this.entries.map((entry) => ({ entry, fits: typed.map((word) => this.best(word, entry)) }));
    let kept = scored.filter(({ entry, fits }) => fits.every(Boolean) || this.joins(typed, entry) || meansOther(typed, entry));
    if (!kept.length) kept = scored.filter(({ fits }) => fits.filter(Boolean).length * 2 >= typed.length && typed.length > 1);
    return kept
      .map(({ entry, fits }) => ({
        entry, ...this.meaning(typed, entry), score: this.score(typed, entry, fits),
      }))
      .sort((a, b) => Number(b.meant) - Number(a.meant) || Number(a.isOther) - Number(b.isOther) || b.score - a.score || chance(b.entry) - chance(a.entry)
        || a.entry.label.length - b.entry.label.length || a.entry.label.localeCompare(b.entry.label))
      .slice(0, MOST_FOUND)
      .map(({ entry, meant }) => ({ ...entry, meant }));
  }

  /**
   * Whether a label is meant, and whether only by another word for it.
   * @param {string[]} typed
   * @param {Entry} entry
   */
  meaning(typed, entry) {
    const byName = begins(typed, entry.words);
    const isOther = !byName && meansOther(typed, entry);
    return { meant: byName || isOther, isOther };
  }

  /** @param {string} word @param {Entry} entry */
  best(word, entry) {
    return Math.max(0, ...entry.words.map((other) => wordFit(word, other)));
  }

  /**
   * True for "push ups" and "pushups".
   * @param {string[]} typed
   * @param {Entry} entry
   */
  joins(typed, entry) {
    const joined = typed.join('');
    return joined.length >= 4 && entry.joined.includes(joined);
  }

  /** @param {string[]} typed @param {Entry} entry @param {number[]} fits */
  score(typed, entry, fits) {
    const mean = fits.reduce((sum, fit) => sum + fit, 0) / fits.length;
    if (this.meaning(typed, entry).isOther) return 0; // one as good as another
    const joined = this.joins(typed, entry) ? 0.8 : 0;
    const coverage = Math.min(typed.length / Math.max(entry.words.length, 1), 1);
    const inOrder = typed.every((text, i) => entry.words[i]?.startsWith(text)) ? IN_ORDER : 0;
    return Math.round((Math.max(mean, joined) + 0.15 * coverage + inOrder) * BUCKETS);
  }

  /**
   * The label that says the same, but for case, accents and signs, or null.
   * @param {string} text
   */
  same(text) {
    const joined = wordsOf(text).join(' ');
    return this.entries.find((entry) => entry.words.join(' ') === joined)?.label ?? null;
  }
}
