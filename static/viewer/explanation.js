/** Why the model thinks so: what is compared, in a line under the curve; the rest in a drawer. */

import { el, safeUrl } from '../kit/dom.js';
import { HeatControls } from './heat_controls.js';
import { howToRead } from './how_to_read.js';
import { ViewChoice } from './view_choice.js';

/** @import { Evidence, ViewerValue } from './values.js' */
/** @import { Against } from './views.js' */

/** @typedef {{ onOpacity: (share: number) => void, onAgainst: (against: Against) => void }} Heard */

export class Explanation {
  /**
   * `parts` are pictures and tables that belong to it.
   * @param {Heard} heard
   * @param {{ moments: Node, table: Node }} parts
   */
  constructor({ onOpacity, onAgainst }, { moments, table }) {
    this.view = new ViewChoice({ onChoose: onAgainst });
    this.heat = new HeatControls({ onOpacity });
    this.summary = el('p', { class: 'sl-summary', 'aria-live': 'polite' });
    this.line = el('div', { class: 'sl-why' },
      el('div', { class: 'sl-why-asked' }, this.view.root, this.heat.root), this.summary);
    this.doubts = el('ul', { class: 'sl-doubts', 'aria-label': 'Before you rely on this picture' });
    this.notes = el('ul', { class: 'sl-notes', 'aria-label': 'Notes on this video' });
    this.model = el('p', { class: 'sl-model' });
    this.links = el('p', { class: 'sl-model sl-links' });
    this.root = el('section', { class: 'sl-more', 'aria-label': 'Why the model thinks so' },
      moments, this.doubts, this.notes,
      el('p', { class: 'sl-hint', text: 'This shows what counted, not whether it understood.' }),
      howToRead(HOW_TO_READ), table, this.model, this.links);
  }

  /** @param {ViewerValue} value */
  draw(value) {
    fill(this.doubts, value.doubts ?? []);
    fill(this.notes, value.notes);
    this.model.textContent = `Model: ${value.model.title} (${value.model.version.slice(0, 8)})`;
    this.links.replaceChildren(...value.links.map(({ text, address }) => el('a', { href: safeUrl(address), text })));
    this.links.hidden = !value.links.length;
  }

  /**
   * `view` is what is drawn of the evidence, `sentence` the same in words.
   * @param {Evidence | null} view
   * @param {string} sentence
   */
  explain(view, sentence) {
    this.summary.textContent = sentence;
    this.heat.show(view, 'every class and moment');
  }
}

/** @param {HTMLElement} list @param {string[]} sentences */
function fill(list, sentences) {
  list.replaceChildren(...sentences.map((text) => el('li', { text })));
  list.hidden = !sentences.length;
}

const HOW_TO_READ = [
  'The strips show how probable each class was over time. Each step is one look at a few seconds. A click on a name shows the evidence for that class.',
  'The curve and the warm colours show when and where the picture spoke for the chosen class rather than for the others. Cool colours: it spoke for the others. The list under the curve changes the question: compare with one class, or show all that speaks for the chosen one.',
  'For two classes, the curve added up over all moments is exactly the lead of one over the other.',
  'Colours and curve have one scale for all classes and moments. No colour means no evidence.',
  'Each point sums up seconds around it and a wide patch of the picture: read it as roughly here and then, not to the pixel or the frame.',
  'The dashed frame is the part of the picture that the model looked at. Hatched stretches were not analysed.',
];
