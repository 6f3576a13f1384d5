/** The parts of the panel that a person touches, and what they hold. */

import { el } from '../kit/dom.js';
import { keyCap } from '../kit/keymap.js';
import { recall, remember } from '../kit/memory.js';
import { clamp } from '../kit/numbers.js';
import { loggedIn } from '../kit/person.js';
import { LabelBox } from './combobox.js';
import { Help } from './help.js';
import { Hiding } from './hiding.js';
import { Part } from './part.js';

/** @import { CorrectionValue, DecisionChoice, Guess, Verdict } from './decision.js' */
/** @import { Draft } from './drafts.js' */

/**
 * @typedef {object} Actions
 * @property {(choice: DecisionChoice | null) => void} choose
 * @property {(label: string, isNew: boolean) => void} chooseLabel
 * @property {() => void} changed
 * @property {() => void} save
 */

const MOST_NOTE = 2000;
const MOST_NAME = 80;

/**
 * A button with its key in front, as a person learns keys by seeing them.
 * @param {string} key
 * @param {string} words
 * @param {string} classes
 * @param {() => void} onClick
 * @param {...Node} extra
 */
export function keyed(key, words, classes, onClick, ...extra) {
  return el('button', {
    type: 'button', class: `sl-button ${classes}`, 'aria-keyshortcuts': keyCap(key), on: { click: onClick },
  }, el('span', { class: 'sl-key', text: keyCap(key), 'aria-hidden': 'true' }), el('span', { text: words }), ...extra);
}

export class Form {
  /** @type {Guess[]} */
  said = [];
  /** @type {HTMLButtonElement[]} */
  buttons = [];
  /** @type {Verdict | undefined} */
  agree;
  /** @type {{ verdict: Verdict, button: HTMLButtonElement }[]} verdicts that need no label */
  alone = [];

  /** @param {HTMLElement} root of the component @param {Actions} actions */
  constructor(root, actions) {
    this.actions = actions;
    this.question = el('h3', { class: 'sl-question' });
    this.yes = el('button', {
      type: 'button', class: 'sl-button sl-button-main sl-yes',
      on: { click: () => actions.chooseLabel(this.said[0].label, false) },
    });
    this.guesses = el('div', { class: 'sl-guesses', role: 'group', 'aria-label': 'The model’s guesses' });
    this.box = new LabelBox({ onChoose: actions.chooseLabel, onType: actions.changed });
    this.other = el('div', { class: 'sl-other' });
    this.note = el('textarea', {
      class: 'sl-input', rows: 2, maxlength: MOST_NOTE, on: { input: actions.changed },
    });
    this.name = el('input', {
      type: 'text', class: 'sl-input', maxlength: MOST_NAME, autocomplete: 'name', value: loggedIn || recall('name', ''),
      on: { input: () => remember('name', this.name.value) },
    });
    this.fields = el('details', {
      class: 'sl-details sl-fields', on: { toggle: () => remember('fields', this.fields.open) },
    },
      el('summary', { text: loggedIn ? 'Add a note' : 'Add a note or your name' }),
      el('label', {}, el('span', { text: 'Note (optional)' }), this.note),
      el('label', { hidden: loggedIn !== '' }, el('span', { text: 'Your name (optional)' }), this.name));
    this.save = el('button', { type: 'button', class: 'sl-button sl-button-main sl-save', on: { click: actions.save } });
    this.hiding = new Hiding(this.box.root, () => this.agree?.shortcut.toLowerCase() ?? '');
    this.help = new Help(this.hiding.switch);
    this.part = new Part(root, { onChange: actions.changed });
    this.root = this.build();
  }

  build() {
    return el('div', { class: 'sl-form' },
      el('div', { class: 'sl-form-head' }, this.question,
        el('button', {
          type: 'button', class: 'sl-button sl-button-small sl-for-keys', 'aria-label': 'Show the keys', 'aria-keyshortcuts': '?',
          on: { click: () => this.help.open() },
        }, el('span', { text: 'Keys' }), el('span', { class: 'sl-key', text: '?', 'aria-hidden': 'true' }))),
      this.hiding.note, this.yes, this.guesses,
      this.box.root, this.other, this.part.root, this.save, this.fields, this.help.dialog);
  }

  /**
   * Another video: its guesses and labels, and whose evidence is shown.
   * @param {CorrectionValue} value
   * @param {string | null} looked
   */
  draw(value, looked) {
    const [first] = value.said;
    if (!this.alone.length) this.drawVerdicts(value.verdicts);
    this.question.textContent = value.question;
    this.yes.hidden = !value.sure;
    if (value.sure && this.agree) this.yes.replaceChildren(
      el('span', { class: 'sl-key', text: keyCap(this.agree.shortcut), 'aria-hidden': 'true' }),
      el('span', { text: this.agree.button.replace('{label}', () => first.label) }));
    this.buttons = value.said.map((guess, i) => this.guess(guess, i));
    this.guesses.replaceChildren(...this.buttons);
    this.said = value.said;
    this.box.offer(value.labels, value.probabilities);
    this.showLooked(looked);
  }

  /**
   * A row of what the model said: its key, name, probability, and the colour of its curve.
   * @param {Guess} guess
   * @param {number} i
   */
  guess({ label, probability, percent }, i) {
    const fill = el('span', { class: 'sl-bar-fill' });
    fill.style.width = `${100 * clamp(probability, 0, 1)}%`;
    return keyed(String(i + 1), label, `sl-guess sl-hue-${i}`, () => this.actions.chooseLabel(label, false),
      el('span', { class: 'sl-guess-percent', text: percent }), el('span', { class: 'sl-bar', 'aria-hidden': 'true' }, fill));
  }

  /** What was begun of a video, or nothing. @param {Partial<Draft> | null} draft */
  restore(draft) {
    this.note.value = draft?.note ?? '';
    this.box.input.value = draft?.search ?? '';
    this.part.restore(draft?.part ?? null);
    this.showFields();
  }

  /** What is begun now. @param {DecisionChoice | null} choice @returns {Draft} */
  draft(choice) {
    return { choice, note: this.note.value, search: this.box.input.value, part: this.part.times };
  }

  /** Empties what one types into. */
  clear() {
    this.note.value = '';
    this.box.input.value = '';
  }

  /** Open for who has something in them, and for who left them open. */
  showFields() {
    this.fields.open = this.note.value !== '' || recall('fields', false) === true;
  }

  /** Marks the row whose evidence is shown. @param {string | null} label */
  showLooked(label) {
    this.buttons.forEach((button, i) => button.classList.toggle('sl-looked', this.said[i].label === label));
  }

  /**
   * The same for every video.
   * @param {Verdict[]} verdicts
   */
  drawVerdicts(verdicts) {
    this.agree = verdicts.find(({ way }) => way === 'agree');
    this.yes.setAttribute('aria-keyshortcuts', this.agree?.shortcut ?? '');
    this.alone = verdicts.filter(({ way }) => way === 'alone').map((verdict) => ({
      verdict,
      button: keyed(verdict.shortcut, verdict.button, '',
        () => this.actions.choose({ verdict: verdict.key, label: null })),
    }));
    this.other.append(...this.alone.map(({ button }) => button));
    this.help.draw(verdicts);
  }

  /**
   * What each single key does: the same as a click, so only what is shown has a key.
   * @returns {Map<string | null, () => void>}
   */
  controls() {
    /** @typedef {[string, () => void]} Control */
    /** @param {HTMLElement} button */
    const press = (button) => () => button.click();
    /** @type {Control[]} */
    const yes = this.yes.hidden || !this.agree ? [] : [[this.agree.shortcut.toLowerCase(), press(this.yes)]];
    /** @type {Control[]} */
    const guesses = this.buttons.map((button, i) => [String(i + 1), press(button)]);
    /** @type {Control[]} */
    const alone = this.alone.map(({ verdict, button }) => [verdict.shortcut.toLowerCase(), press(button)]);
    return new Map([
      ...yes,
      ...guesses,
      ['/', () => this.box.input.focus()],
      ...alone,
      ['?', () => this.help.open()],
      ['Escape', () => this.actions.choose(null)],
    ]);
  }

  /** @param {DecisionChoice | null} choice */
  showChoice(choice) {
    this.yes.setAttribute('aria-pressed', String(choice !== null && choice.verdict === this.agree?.key));
    this.buttons.forEach((button, i) => {
      button.setAttribute('aria-pressed', String(choice?.label === this.said[i].label));
    });
    this.alone.forEach(({ verdict, button }) => {
      button.setAttribute('aria-pressed', String(choice?.verdict === verdict.key));
    });
  }

  /**
   * `words` say what would be saved; without any there is nothing to save.
   * @param {string} words
   * @param {boolean} busy
   * @param {boolean} decides
   */
  showSave(words, busy, decides) {
    this.save.setAttribute('aria-disabled', String(busy || !words));
    if (busy) this.save.replaceChildren('Saving…');
    else if (words) {
      this.save.replaceChildren(el('span', { text: `${decides ? 'Decide' : 'Save'}: ${words}${this.part.inWords}` }),
        el('span', { class: 'sl-key', text: 'Enter', 'aria-hidden': 'true' }));
    } else this.save.replaceChildren('Choose an answer, then save it');
  }
}
