/** The list of keys, and the switch for those who want none. */

import { el } from '../kit/dom.js';
import { keyCap } from '../kit/keymap.js';
import { keysAreOn } from '../kit/keys.js';
import { remember } from '../kit/memory.js';
import { KeySettings } from './key_settings.js';

/** @import { Verdict } from './decision.js' */

const GUESSES = [['1 – 5', 'choose one of the model’s guesses']];
const LABELS = [
  ['0', 'choose what people called similar videos, where that is known'],
  ['/', 'search for another label'],
];
const REST = [
  ['I and O', 'a label for a part only: from here, to here'],
  ['X', 'end the part here; the next one begins here'],
  ['hold 1 – 5', 'while it plays: a label for as long as you hold'],
  ['Enter', 'save the choice'],
  ['Esc', 'drop the choice'],
  ['Ctrl Z', 'take the last saved answer back'],
  ['N or S', 'the next video of a queue, without a label'],
  ['P', 'the video before'],
  ['Space or K', 'play or pause'],
  ['← and →', 'a second back or on'],
  ['⇧ ← and ⇧ →', 'the key moment before, or the next'],
  [', and .', 'one picture back or forward'],
  ['< and >', 'slower or faster'],
  ['L', 'repeat'],
  ['M', 'sound on or off'],
  ['F', 'full screen'],
  ['?', 'this list'],
];

/** What can be changed: each key alone, as `shortcut` knows it. */
const CHANGEABLE = [
  ...['first', 'second', 'third', 'fourth', 'fifth'].map((which, i) => [String(i + 1), `the model’s ${which} guess`]),
  ...LABELS, ['N', 'the next video of a queue'], ['S', 'skip this video'], ['P', 'the video before'], ['K', 'play or pause'],
  [',', 'one picture back'], ['.', 'one picture forward'], ['<', 'slower'], ['>', 'faster'], ['M', 'sound on or off'],
  ['L', 'repeat'], ['I', 'a part begins here'], ['O', 'a part ends here'], ['X', 'end the part here'],
  ['F', 'full screen'], ['?', 'the list of keys'],
];

export class Help {
  /** @type {string[][]} */
  all = [];
  /** @type {string[][]} */
  ofVerdicts = [];

  /** @param {HTMLElement} hiding the switch that hides the model's answer */
  constructor(hiding) {
    this.settings = new KeySettings();
    this.on = el('input', {
      type: 'checkbox',
      on: { change: () => remember('keys', this.on.checked ? 'on' : 'off') },
    });
    this.keys = el('dl', { class: 'sl-keys' });
    this.dialog = el('dialog', { class: 'sl-dialog', 'aria-label': 'Keys' },
      el('h3', { text: 'Keys', tabindex: -1, autofocus: true }),
      this.keys,
      el('label', { class: 'sl-check' }, this.on, el('span', { text: 'Use single keys on this page' })),
      hiding,
      this.settings.root,
      el('button', {
        type: 'button', class: 'sl-button', text: 'Close', on: { click: () => this.dialog.close() },
      }));
  }

  /** @param {Verdict[]} verdicts */
  draw(verdicts) {
    /** @param {Verdict['way']} wanted */
    const keysOf = (wanted) => verdicts.filter(({ way }) => way === wanted).map(({ shortcut, help }) => [shortcut, help]);
    this.ofVerdicts = [...keysOf('agree'), ...keysOf('alone')];
    this.all = [...GUESSES, ...keysOf('agree'), ...LABELS, ...keysOf('alone'), ...REST];
  }

  open() {
    this.on.checked = keysAreOn();
    this.keys.replaceChildren(...this.all.flatMap(([key, words]) => [
      el('dt', {}, el('span', { class: 'sl-key', text: capsOf(key) })), el('dd', { text: words })]));
    this.settings.draw([...CHANGEABLE, ...this.ofVerdicts].map(([key, words]) => ({ key: key.toLowerCase(), words })));
    if (!this.dialog.open) this.dialog.showModal();
  }
}

/**
 * "N or S" and the like with the keys that a person gave them.
 * @param {string} keys
 */
function capsOf(keys) {
  return keys.split(' ').map((part) => (part.length === 1 && part !== '–' ? keyCap(part) : part)).join(' ');
}
