/**
 * Hides the model's answer until a person has chosen: whoever saw it agrees too easily. Nothing of it
 * is shown or read aloud until then, and the keys that choose from it do nothing.
 */

import { el } from '../kit/dom.js';
import { shortcut } from '../kit/keys.js';
import { recall, remember } from '../kit/memory.js';
import { hear } from '../kit/news.js';

const NAME = 'hide-answer';
const HIDDEN = 'data-answer-hidden';
const KEYS = ['0', '1', '2', '3', '4', '5'];
const PARTS = [
  '#viewer .sl-viewer > :not(.sl-main)', '#viewer .sl-main > :not(.sl-stage, .sl-controls)', '#viewer .sl-stage > canvas',
  '#recalled', '#takeaway', '#correction :is(.sl-question, .sl-yes, .sl-guesses, .sl-option-percent)', '#queue .sl-queue-why',
];
const INSTEAD = 'The model’s answer is hidden until you choose.';

/** Whether it is hidden now: nothing that is drawn meanwhile may tell it. */
export function isAnswerHidden() {
  return document.documentElement.hasAttribute(HIDDEN);
}

export class Hiding {
  isChosen = false;

  /**
   * `agreeing` is the usual key that agrees with the model.
   * @param {HTMLElement} root
   * @param {() => string} agreeing
   */
  constructor(root, agreeing) {
    this.root = root;
    this.agreeing = agreeing;
    this.on = el('input', { type: 'checkbox', checked: recall(NAME, 'off') === 'on', on: { change: () => this.switched() } });
    this.switch = el('label', { class: 'sl-check' }, this.on, el('span', { text: 'Hide the model’s answer until I choose' }));
    this.note = el('p', { class: 'sl-hidden-note', text: INSTEAD, hidden: true });
    // A rule, because Gradio writes the parts' own style anew whenever their value changes.
    document.head.append(el('style', { text: `[${HIDDEN}] :is(${PARTS.join(', ')}) { display: none !important; }` }));
    hear(root, 'secondlook:choice', ({ isChosen }) => this.chosen(isChosen));
    addEventListener('keydown', (event) => this.key(event), true);
    this.show();
  }

  switched() {
    remember(NAME, this.on.checked ? 'on' : 'off');
    this.show();
  }

  /** @param {boolean} isChosen */
  chosen(isChosen) {
    this.isChosen = isChosen;
    this.show();
  }

  show() {
    const hides = this.on.checked && !this.isChosen;
    document.documentElement.toggleAttribute(HIDDEN, hides);
    this.note.hidden = !hides;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (!this.root.isConnected || !isAnswerHidden()) return;
    const pressed = shortcut(event);
    if (pressed === null || ![...KEYS, this.agreeing()].includes(pressed)) return;
    event.stopImmediatePropagation();
    event.preventDefault();
  }
}
