/** The two versions in words: what each said, whether it was right, and what may be looked at. */

import { el, safeUrl } from '../kit/dom.js';
import { plain } from '../kit/gradio.js';
import { movedTo } from '../kit/keys.js';
import { clamp, percent } from '../kit/numbers.js';
import { decodeValue } from '../viewer/values.js';

/** @import { PackedValue, ViewerValue } from '../viewer/values.js' */

/**
 * What `app/components/compare.py` sends.
 * @typedef {{ known: boolean, row: number | null, probability: number | null, words: string, summary: string }} SideRow
 * @typedef {{ title: string, name: string, verdict: string, address: string, answer: PackedValue | null, missing: string, rows: SideRow[] }} PackedSide
 * @typedef {Omit<PackedSide, 'answer'> & { answer: ViewerValue | null }} Side
 * @typedef {Side & { answer: ViewerValue }} AnsweredSide
 * @typedef {{ list: string, place: number, many: number, previous: string | null, next: string | null }} Way
 * @typedef {{ label: string, roles: string[] }} ComparedClass
 * @typedef {{ said: string, label: string | null, classes: ComparedClass[], way: Way | null, working: boolean }} Shared
 * @typedef {Shared & { sides: PackedSide[] }} PackedComparison
 * @typedef {Shared & { sides: Side[] }} ComparisonValue
 * @typedef {{ s: number, c: number }} Choice a side and a class
 */

/**
 * The component's value, decoded; null if there is nothing to show.
 * @param {PackedComparison | null} raw
 * @returns {ComparisonValue | null}
 */
export function decodeComparison(raw) {
  const value = plain(raw);
  if (!value) return null;
  const sides = value.sides.map((side) => ({ ...side, answer: decodeValue(side.answer) }));
  return { ...value, sides };
}

/**
 * Every class of every version that has an answer: what one can choose. [{ s, c }]
 * @param {ComparisonValue} value
 * @returns {Choice[]}
 */
export function choicesOf(value) {
  return value.sides.flatMap(({ answer }, s) => (answer ? value.classes.map((_, c) => ({ s, c })) : []));
}

export class SideCards {
  /** @type {HTMLButtonElement[]} */
  buttons = [];
  /** @type {Choice[]} */
  choices = [];

  /** @param {{ onChoose: (chosen: Choice) => void }} heard */
  constructor({ onChoose }) {
    this.onChoose = onChoose;
    this.root = el('div', { class: 'sl-sides', role: 'radiogroup', 'aria-label': 'Show on the picture what speaks for' });
  }

  /** @param {ComparisonValue} value */
  draw(value) {
    this.choices = choicesOf(value);
    this.buttons = [];
    this.root.replaceChildren(...value.sides.map((side, s) => this.card(value, side, s)));
  }

  /** @param {ComparisonValue} value @param {Side} side @param {number} s */
  card(value, side, s) {
    if (!side.answer) {
      return el('div', { class: 'sl-side', role: 'group', 'aria-label': side.title },
        el('h3', { text: side.title }), el('p', { class: 'sl-banner', text: side.missing }));
    }
    return el('div', { class: 'sl-side', role: 'group', 'aria-label': side.title },
      el('div', { class: 'sl-side-head' }, el('h3', { text: side.title }), verdictMark(side.verdict)),
      el('p', { class: 'sl-side-headline', text: side.answer.headline }),
      el('div', { class: 'sl-classes' }, ...value.classes.map((one, c) => this.button(side, one, s, c))),
      el('a', { class: 'sl-side-link', href: safeUrl(side.address), text: `All that ${side.name} said` }));
  }

  /** @param {Side} side @param {ComparedClass} one @param {number} s @param {number} c */
  button(side, { label, roles }, s, c) {
    const { known, probability, words } = side.rows[c];
    const fill = el('span', { class: 'sl-bar-fill' });
    fill.style.width = `${100 * clamp(probability ?? 0, 0, 1)}%`;
    const at = this.buttons.length;
    const button = el('button', {
      type: 'button', role: 'radio', class: 'sl-class',
      on: { click: () => this.onChoose({ s, c }), keydown: (event) => this.key(event, at) },
    },
    el('span', { class: 'sl-hidden', text: `${side.title}: ` }),
    el('span', { class: 'sl-class-name', text: label }),
    el('span', { class: 'sl-class-percent', text: known ? percent(probability ?? 0) : '' }),
    known ? el('span', { class: 'sl-bar' }, fill) : el('span', { class: 'sl-class-roles', text: 'It does not know this class.' }),
    el('span', { class: 'sl-class-words', text: words }),
    el('span', { class: 'sl-class-roles', text: roles.join(', ') }));
    this.buttons.push(button);
    return button;
  }

  /** @param {KeyboardEvent} event @param {number} at */
  key(event, at) {
    const next = movedTo(event, at, this.choices.length);
    if (next === null) return;
    event.preventDefault();
    this.onChoose(this.choices[next]);
    this.buttons[next].focus();
  }

  /** @param {Choice} chosen */
  choose({ s, c }) {
    this.choices.forEach((choice, at) => {
      const isChosen = choice.s === s && choice.c === c;
      this.buttons[at].setAttribute('aria-checked', String(isChosen));
      this.buttons[at].tabIndex = isChosen ? 0 : -1;
    });
  }
}

/** @param {string} verdict */
function verdictMark(verdict) {
  if (!verdict) return null;
  return el('span', { class: verdict === 'right' ? 'sl-verdict sl-done' : 'sl-verdict sl-error', text: verdict });
}

/**
 * Back to the lists, and to the neighbours in them.
 * @param {Way | null | undefined} way
 */
export function wayThrough(way) {
  /** @param {string | null} address @param {string} text */
  const link = (address, text) => (address ? el('a', { href: safeUrl(address), text }) : null);
  return [
    el('a', { href: safeUrl('/teach'), text: 'Back to Teach' }),
    el('span', { class: 'sl-spring' }),
    ...(way ? [
      link(way.previous, 'Previous'),
      el('span', { class: 'sl-way-place', text: `${way.list}: ${way.place} of ${way.many}` }),
      link(way.next, 'Next'),
    ] : []),
  ].filter((node) => node !== null);
}
