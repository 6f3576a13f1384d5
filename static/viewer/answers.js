/** Beside the picture: what the model thinks, in words, and which class is being looked at. */

import { el, safeUrl } from '../kit/dom.js';
import { movedTo } from '../kit/keys.js';
import { clamp, percent } from '../kit/numbers.js';
import { HeatControls } from './heat_controls.js';
import { howToRead } from './how_to_read.js';
import { ViewChoice } from './view_choice.js';

/** @import { Answer, Evidence, ViewerValue } from './values.js' */
/** @import { Against } from './views.js' */

/** @typedef {{ onChoose: (c: number) => void, onOpacity: (share: number) => void, onAgainst: (against: Against) => void }} Heard */

export class Answers {
  /** @type {HTMLButtonElement[]} */
  buttons = [];

  /** @param {Heard} heard */
  constructor({ onChoose, onOpacity, onAgainst }) {
    this.onChoose = onChoose;
    this.headline = el('h2', { class: 'sl-headline' });
    this.remark = el('p', { class: 'sl-hint' });
    this.list = el('div', { class: 'sl-classes', role: 'radiogroup', 'aria-label': 'Show what speaks for' });
    this.view = new ViewChoice({ onChoose: onAgainst });
    this.doubts = el('ul', { class: 'sl-doubts', 'aria-label': 'Before you rely on this picture' });
    this.summary = el('p', { class: 'sl-summary', 'aria-live': 'polite' });
    this.notes = el('ul', { class: 'sl-notes', 'aria-label': 'Notes on this video' });
    this.model = el('p', { class: 'sl-model' });
    this.links = el('p', { class: 'sl-model sl-links' });
    this.heat = new HeatControls({ onOpacity });
    this.root = el('section', { class: 'sl-answers', 'aria-label': 'What the model thinks' },
      this.headline, this.remark, this.list, this.view.root, this.summary,
      this.heat.root, this.doubts,
      el('p', { class: 'sl-hint', text: 'This shows what counted, not whether it understood.' }),
      this.notes, howToRead(HOW_TO_READ), this.model, this.links);
  }

  /** @param {ViewerValue} value */
  draw(value) {
    this.headline.textContent = value.headline;
    this.remark.textContent = value.remark;
    this.remark.hidden = !value.remark;
    this.buttons = value.classes.map((answer, c) => this.button(answer, c));
    this.list.replaceChildren(...this.buttons);
    const doubts = value.doubts ?? [];
    this.doubts.replaceChildren(...doubts.map((doubt) => el('li', { text: doubt })));
    this.doubts.hidden = !doubts.length;
    this.notes.replaceChildren(...value.notes.map((note) => el('li', { text: note })));
    this.notes.hidden = !value.notes.length;
    this.model.textContent = `Model: ${value.model.title} (${value.model.version.slice(0, 8)})`;
    this.links.replaceChildren(...value.links.map(({ text, address }) => el('a', { href: safeUrl(address), text })));
    this.links.hidden = !value.links.length;
  }

  /** @param {Answer} answer @param {number} c */
  button(answer, c) {
    const fill = el('span', { class: 'sl-bar-fill' });
    fill.style.width = `${100 * clamp(answer.probability, 0, 1)}%`;
    return el('button', {
      type: 'button', role: 'radio', class: 'sl-class',
      on: { click: () => this.onChoose(c), keydown: (event) => this.key(event, c) },
    },
    el('span', { class: 'sl-class-name', text: answer.label }),
    el('span', { class: 'sl-class-percent', text: percent(answer.probability) }),
    el('span', { class: 'sl-bar' }, fill),
    el('span', { class: 'sl-class-words', text: answer.words }));
  }

  /** @param {KeyboardEvent} event @param {number} c */
  key(event, c) {
    const next = movedTo(event, c, this.buttons.length);
    if (next === null) return;
    event.preventDefault();
    this.onChoose(next);
    this.buttons[next].focus();
  }

  /**
   * `view` is what is drawn of the evidence, `sentence` the same in words.
   * @param {number} chosen
   * @param {Evidence | null} view
   * @param {string} sentence
   */
  choose(chosen, view, sentence) {
    this.buttons.forEach((button, c) => {
      button.setAttribute('aria-checked', String(c === chosen));
      button.tabIndex = c === chosen ? 0 : -1;
    });
    this.summary.textContent = sentence;
    this.heat.show(view, 'every class and moment');
  }
}

const HOW_TO_READ = [
  'The strips show how probable each class was over time. Each step is one look at a few seconds.',
  'The curve and the warm colours show when and where the picture spoke for the chosen class rather than for the others. Cool colours: it spoke for the others. The list above changes the question: compare with one class, or show all that speaks for the chosen one.',
  'For two classes, the curve added up over all moments is exactly the lead of one over the other.',
  'Colours and curve have one scale for all classes and moments. No colour means no evidence.',
  'Each point sums up seconds around it and a wide patch of the picture: read it as roughly here and then, not to the pixel or the frame.',
  'The dashed frame is the part of the picture that the model looked at. Hatched stretches were not analysed.',
];
